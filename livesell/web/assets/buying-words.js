/** Adds the words of buying, for pages that carry every language with them. */

import "./shared-words.js";
import { addMessages } from "./i18n.js";
import en from "./messages-buying-en.js";
import zh from "./messages-buying-zh.js";

addMessages({ en, zh });
