/** Adds the words of the pre-flight check and of rehearsals to the page's catalogue. */

import { addMessages } from "./i18n.js";
import en from "./messages-rehearsal-en.js";
import zh from "./messages-rehearsal-zh.js";

addMessages({ en, zh });
