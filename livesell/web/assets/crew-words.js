/** Adds the words of the crew's pages to the page's catalogue. */

import "./shared-words.js";
import { addMessages } from "./i18n.js";
import catalogueErrorsEn from "./messages-catalogue-errors-en.js";
import catalogueErrorsZh from "./messages-catalogue-errors-zh.js";
import en from "./messages-crew-en.js";
import errorsEn from "./messages-crew-errors-en.js";
import errorsZh from "./messages-crew-errors-zh.js";
import planningEn from "./messages-crew-planning-en.js";
import planningZh from "./messages-crew-planning-zh.js";
import navEn from "./messages-nav-en.js";
import navZh from "./messages-nav-zh.js";
import reviewEn from "./messages-crew-review-en.js";
import reviewZh from "./messages-crew-review-zh.js";
import safetyEn from "./messages-safety-en.js";
import safetyZh from "./messages-safety-zh.js";
import sellingEn from "./messages-crew-selling-en.js";
import sellingZh from "./messages-crew-selling-zh.js";
import zh from "./messages-crew-zh.js";

/** The catalogues by file, for the test that holds both languages to the same keys. */
export const CREW_WORDS = [
  { zh, en },
  { zh: errorsZh, en: errorsEn },
  { zh: catalogueErrorsZh, en: catalogueErrorsEn },
  { zh: navZh, en: navEn },
  { zh: reviewZh, en: reviewEn },
  { zh: safetyZh, en: safetyEn },
  { zh: sellingZh, en: sellingEn },
  { zh: planningZh, en: planningEn },
];

for (const words of CREW_WORDS) addMessages(words);
