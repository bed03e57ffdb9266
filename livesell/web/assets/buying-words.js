/** Adds the words of buying to the page's catalogue. */

import { addMessages } from "./i18n.js";
import en from "./messages-buying-en.js";
import zh from "./messages-buying-zh.js";

addMessages({ en, zh });
