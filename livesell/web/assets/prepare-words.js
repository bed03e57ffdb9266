/** Adds the words for preparing a session, and for finding one. */

import { addMessages } from "./i18n.js";
import en from "./messages-prepare-en.js";
import zh from "./messages-prepare-zh.js";

addMessages({ en, zh });
