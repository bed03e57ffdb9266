/** Adds the words of buying and of the order's page to the page's catalogue. */

import "./shared-words.js";
import "./buying-words.js";
import { addMessages } from "./i18n.js";
import en from "./messages-order-en.js";
import zh from "./messages-order-zh.js";

addMessages({ en, zh });
