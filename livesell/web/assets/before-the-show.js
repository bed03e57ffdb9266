/** What stands on a page that prepares a session: its check, and its rehearsal. */

import "./ls-preflight.js";
import "./ls-rehearsal.js";
import { h } from "./dom.js";

/**
 * Puts both into `place`; the page links `rehearsal.css`.
 *
 * @returns `{may, version}` to be set: whether this person may rehearse the session, when that is
 *   known; and the document's version, after which the check looks again.
 */
export function placeBeforeTheShow(place, session) {
  const check = h("ls-preflight", { class: "crew-panel", session });
  const rehearsal = h("ls-rehearsal", { class: "crew-panel", session });
  place.classList.add("before-the-show");
  place.replaceChildren(check, rehearsal);
  return {
    set version(version) {
      check.version = version;
    },
    set may(may) {
      rehearsal.may = may;
    },
  };
}
