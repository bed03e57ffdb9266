/** Adds the words of the pages beside the viewer's: import it for that alone. */

import "./shared-words.js";
import { addMessages } from "./i18n.js";
import en from "./messages-site-en.js";
import zh from "./messages-site-zh.js";

addMessages({ zh, en });
