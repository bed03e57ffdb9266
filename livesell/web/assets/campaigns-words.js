/** Adds the words of the page of campaigns to the page's catalogue. */

import { addMessages } from "./i18n.js";
import en from "./messages-campaigns-en.js";
import zh from "./messages-campaigns-zh.js";

/** The catalogue, for the test that holds both languages to the same keys. */
export const CAMPAIGN_WORDS = [{ zh, en }];

for (const words of CAMPAIGN_WORDS) addMessages(words);
