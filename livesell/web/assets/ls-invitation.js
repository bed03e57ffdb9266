/**
 * <ls-invitation>: the link and the QR code with which chosen people come into a rehearsal.
 *
 * Property `view`: `{link, qr, until}`.
 */

import "./rehearsal-words.js";
import { said, sayButton } from "./crew-dom.js";
import { h, setText } from "./dom.js";
import { t } from "./i18n.js";

class Invitation extends HTMLElement {
  #about = h("p", { class: "panel-note" });
  #link = h("input", { type: "text", readonly: true, "aria-label": t("rehearsal.link"), data: { tLabel: "rehearsal.link" } });
  #copied = h("span", { role: "status", class: "panel-note" });
  #qr = h("img", { class: "invitation-qr", alt: t("rehearsal.qr"), width: 220, height: 220 });
  #overlay = sayButton("rehearsal.overlay", { class: "quiet", onclick: () => this.#copy(this.#overlayLink) });

  connectedCallback() {
    if (this.firstChild) return;
    this.#link.addEventListener("focus", () => this.#link.select());
    const copy = sayButton("rehearsal.copy", { onclick: () => this.#copy(this.#link.value) });
    this.append(
      said("h3", "rehearsal.invite"),
      this.#about,
      h("div", { class: "row invitation-link" }, this.#link, copy, this.#overlay),
      this.#copied,
      h("details", {}, said("summary", "rehearsal.qr"), this.#qr),
    );
  }

  set view({ link, qr, until }) {
    setText(this.#about, t("rehearsal.invite_about", { end: until }));
    this.#qr.alt = t("rehearsal.qr");
    if (this.#link.value === link) return;
    this.#link.value = link;
    this.#qr.src = qr;
    setText(this.#copied, "");
  }

  /** OBS comes in by the same invitation and goes on to the overlay. */
  get #overlayLink() {
    const link = new URL(this.#link.value);
    link.searchParams.set("to", "overlay");
    return link.href;
  }

  async #copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      setText(this.#copied, t("rehearsal.copied"));
    } catch {
      setText(this.#copied, t("rehearsal.not_copied"));
      this.#link.focus();
    }
  }
}

customElements.define("ls-invitation", Invitation);
