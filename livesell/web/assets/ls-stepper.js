/**
 * <ls-stepper>: a number of units, by buttons or typed, from 1 to `max`.
 *
 * Properties: `value`, `max`. Dispatches `input` when the person changed the number.
 */

import { h, icon } from "./dom.js";
import { t } from "./i18n.js";

class Stepper extends HTMLElement {
  #less = h("button", { type: "button", onclick: () => this.#step(-1) }, icon("minus"));
  #more = h("button", { type: "button", onclick: () => this.#step(1) }, icon("plus"));
  #input = h("input", {
    type: "text", inputmode: "numeric", pattern: "[0-9]*", maxlength: 3, class: "figure",
    autocomplete: "off",
  });
  #value = 1;
  #max = 1;

  connectedCallback() {
    if (this.childElementCount > 0) return;
    this.append(this.#less, this.#input, this.#more);
    this.#input.addEventListener("input", (event) => {
      event.stopPropagation();
      const typed = Number.parseInt(this.#input.value, 10);
      if (Number.isInteger(typed)) this.#choose(typed, false);
    });
    this.#input.addEventListener("change", () => this.#paint());
    this.#paint();
  }

  get value() {
    return this.#value;
  }

  set value(value) {
    this.#value = this.#clamp(value);
    this.#paint();
  }

  set max(max) {
    this.#max = Math.max(1, max);
    this.value = this.#value;
  }

  #clamp(value) {
    return Math.min(this.#max, Math.max(1, value));
  }

  #step(by) {
    this.#choose(this.#value + by, true);
  }

  #choose(value, paintInput) {
    this.#value = this.#clamp(value);
    this.#paint(paintInput || this.#value !== value);
    this.dispatchEvent(new Event("input", { bubbles: true }));
  }

  #paint(paintInput = true) {
    if (paintInput) this.#input.value = String(this.#value);
    this.#less.disabled = this.#value <= 1;
    this.#more.disabled = this.#value >= this.#max;
    this.#less.setAttribute("aria-label", t("order.less"));
    this.#more.setAttribute("aria-label", t("order.more"));
    this.#input.setAttribute("aria-label", t("order.units"));
  }
}

customElements.define("ls-stepper", Stepper);
