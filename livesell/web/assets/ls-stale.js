/**
 * <ls-stale>: says that what stands on the page is old, how old, and what becomes of commands.
 *
 * Property `view` with `status`, `ageMs`, `isStoreAway`, `hasSlept`. It covers the bar of the last
 * command, which cannot be taken back without a link anyway; nothing moves when it comes.
 */

import { said } from "./crew-dom.js";
import { h, setText } from "./dom.js";
import { ageParts } from "./format.js";
import { t } from "./i18n.js";

class Stale extends HTMLElement {
  #what = h("p", { class: "stale-what", "aria-hidden": "true" });
  // Read out once, without the seconds.
  #told = h("p", { class: "visually-hidden", role: "alert" });

  connectedCallback() {
    if (this.firstChild) return;
    this.hidden = true;
    this.append(this.#what, said("p", "stale.waits", { class: "stale-waits" }), this.#told);
  }

  set view({ status, ageMs, isStoreAway, hasSlept }) {
    this.hidden = status !== "reconnecting";
    if (this.hidden) {
      setText(this.#told, "");
      return;
    }
    const key = whyKey(isStoreAway, hasSlept);
    setText(this.#what, t(key, { age: t(...ageParts(ageMs)) }));
    if (this.#told.textContent === "") {
      setText(this.#told, `${this.#what.textContent} ${t("stale.waits")}`);
    }
  }
}

function whyKey(isStoreAway, hasSlept) {
  if (hasSlept) return "stale.asleep";
  return isStoreAway ? "stale.store" : "stale.old";
}

customElements.define("ls-stale", Stale);
