/**
 * <ls-figure label="figures.likes">: one number with its name. Figures stand in columns of equal
 * width with tabular digits, so nothing moves when they change.
 *
 * Properties: `value` (the text, or null for "–"), `note` (a few words below, or "").
 */

import { said } from "./crew-dom.js";
import { h, setText } from "./dom.js";

class Figure extends HTMLElement {
  #value = h("span", { class: "figure-value", text: "–" });
  #note = h("span", { class: "figure-note" });

  connectedCallback() {
    if (this.firstChild) return;
    this.append(
      said("span", this.getAttribute("label"), { class: "figure-label" }), this.#value, this.#note,
    );
  }

  set value(value) {
    setText(this.#value, value ?? "–");
  }

  set note(note) {
    setText(this.#note, note);
  }
}

customElements.define("ls-figure", Figure);
