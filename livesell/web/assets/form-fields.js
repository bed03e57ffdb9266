/**
 * The inputs of a form by name, each with its label and a place for one sentence about what is
 * wrong with it.
 */

import { said } from "./crew-dom.js";
import { h, setText } from "./dom.js";

export class FormFields {
  #section;
  #inputs = new Map();
  #problems = new Map();

  /** @param section Where the labels stand in the catalogue: `SECTION.NAME`. */
  constructor(section) {
    this.#section = section;
  }

  /** A new text input with its label. */
  text(name, options = {}) {
    return this.labelled(name, h("input", { autocomplete: "off", ...options }));
  }

  /** Any input with its label; what it says is no longer wrong when it changes. */
  labelled(name, input) {
    const problem = h("span", { class: "field-error", role: "alert" });
    input.name = name;
    input.addEventListener("input", () => this.wrong(name, ""));
    this.#inputs.set(name, input);
    this.#problems.set(name, problem);
    const label = said("span", `${this.#section}.${name}`, { class: "label" });
    return h("label", { class: `field field-${name}` }, label, input, problem);
  }

  has(name) {
    return this.#inputs.has(name);
  }

  get names() {
    return [...this.#inputs.keys()];
  }

  value(name) {
    return this.#inputs.get(name).value.trim();
  }

  set(name, value) {
    this.#inputs.get(name).value = value;
  }

  focus(name) {
    this.#inputs.get(name).focus();
  }

  /** Says what is wrong with an input, also when it is folded away; "" takes it back. */
  wrong(name, sentence) {
    const input = this.#inputs.get(name);
    if (input === undefined) return;
    setText(this.#problems.get(name), sentence);
    if (sentence === "") input.removeAttribute("aria-invalid");
    else input.setAttribute("aria-invalid", "true");
    const folded = input.closest("details");
    if (sentence !== "" && folded !== null) folded.open = true;
  }
}
