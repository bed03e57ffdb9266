/** Adds the words of the console on air to the page's catalogue. */

import { addMessages } from "./i18n.js";
import en from "./messages-onair-en.js";
import zh from "./messages-onair-zh.js";

/** The catalogues by file, for the test that holds both languages to the same keys. */
export const ONAIR_WORDS = [{ zh, en }];

for (const words of ONAIR_WORDS) addMessages(words);
