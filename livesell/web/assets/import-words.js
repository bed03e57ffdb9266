/** Adds the words of importing products to the page's catalogue. */

import { addMessages } from "./i18n.js";
import en from "./messages-import-en.js";
import zh from "./messages-import-zh.js";

/** For the test that holds both languages to the same keys. */
export const IMPORT_WORDS = { zh, en };

addMessages(IMPORT_WORDS);
