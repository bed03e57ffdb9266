/**
 * Adds the words that all pages share, for pages that carry every language with them. The viewer's
 * page is rendered in one language and has its words in it (`i18n.js`).
 */

import { addMessages } from "./i18n.js";
import en from "./messages-en.js";
import zh from "./messages-zh.js";

addMessages({ en, zh });
