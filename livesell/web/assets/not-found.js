/** The page at an address with nothing behind it: says so, in the person's language. */

import "./site-words.js";
import { startPage } from "./page.js";

startPage();
