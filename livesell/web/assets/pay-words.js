/** Adds the words of the pages around paying: import it for that alone. */

import "./shared-words.js";
import { addMessages } from "./i18n.js";
import en from "./messages-pay-en.js";
import zh from "./messages-pay-zh.js";

addMessages({ zh, en });
