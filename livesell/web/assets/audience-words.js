/** Adds the words of the audience page to the page's catalogue. */

import { addMessages } from "./i18n.js";
import en from "./messages-audience-en.js";
import zh from "./messages-audience-zh.js";

addMessages({ en, zh });
