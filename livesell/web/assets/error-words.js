/** Adds the words for what can go wrong with orders, payments and refunds. */

import { addMessages } from "./i18n.js";
import en from "./messages-errors-en.js";
import zh from "./messages-errors-zh.js";

addMessages({ en, zh });
