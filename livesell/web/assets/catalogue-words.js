/** Adds the words of products and photos to the page's catalogue of messages. */

import { addMessages } from "./i18n.js";
import en from "./messages-catalogue-en.js";
import zh from "./messages-catalogue-zh.js";

addMessages({ en, zh });
