/** Adds the words of the pages about the crew to the page's catalogue. */

import { addMessages } from "./i18n.js";
import en from "./messages-people-en.js";
import zh from "./messages-people-zh.js";

/** The catalogue, for the test that holds both languages to the same keys. */
export const PEOPLE_WORDS = [{ zh, en }];

for (const words of PEOPLE_WORDS) addMessages(words);
