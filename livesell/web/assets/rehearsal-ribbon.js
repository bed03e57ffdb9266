/** The ribbon over a rehearsal's pages, so that nobody takes it for the show. */

import "./rehearsal-words.js";
import { said } from "./crew-dom.js";
import { stylesheet } from "./when-loaded.js";

let ribbon = null;

/** Shows it, once; it stays for as long as the page does. */
export function showRibbon() {
  if (ribbon !== null) return;
  ribbon = said("p", "rehearsal.ribbon", { class: "rehearsal-ribbon", role: "status" });
  (document.querySelector(".stage") ?? document.body).prepend(ribbon);
  stylesheet("rehearsal.css").catch(() => {});
}
