/**
 * <ls-link>: whether what stands on this page is what is. Properties: `status` (a `STATUS` of
 * `store.js`, or "stale" when the server has no newer data), `ageMs`. With the attribute `polled` the page asks again and again, and says so.
 */

import { setFlag } from "./crew-dom.js";
import { h, setText } from "./dom.js";
import { ageParts } from "./format.js";
import { t } from "./i18n.js";

class Link extends HTMLElement {
  #text = h("span", { role: "status" });
  // Apart from the status, so that its seconds are not read out one by one.
  #age = h("span", { class: "link-age", "aria-hidden": "true" });
  #status = "loading";

  connectedCallback() {
    if (this.firstChild) return;
    this.append(h("span", { class: "link-dot" }), this.#text, this.#age);
  }

  set status(status) {
    this.#status = status;
    setFlag(this, "data-link", status);
  }

  set ageMs(ageMs) {
    const isPolled = this.#status === "live" && this.hasAttribute("polled");
    setText(this.#text, t(isPolled ? "link.polled" : `link.${this.#status}`));
    const isOld = this.#status === "reconnecting" || this.#status === "stale";
    setText(this.#age, isOld ? t("link.age", { age: t(...ageParts(ageMs)) }) : "");
  }
}

customElements.define("ls-link", Link);
