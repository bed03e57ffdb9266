/**
 * <ls-counter>: a labelled number that rolls to its new value.
 *
 * Properties: `label` (text), `value` (number), `format` (number → text). Its width is kept by
 * tabular figures and grows only with the number of digits.
 */

import { h, setText } from "./dom.js";
import { formatShort } from "./format.js";

const ROLL_MS = 600;
const calm = globalThis.matchMedia?.("(prefers-reduced-motion: reduce)");

class Counter extends HTMLElement {
  #number = h("output", { class: "figure counter-number", "aria-live": "off" });
  #label = h("span", { class: "counter-label" });
  #shown = null;
  #value = null;
  #frame = 0;
  #format = formatShort;

  connectedCallback() {
    if (!this.#number.isConnected) this.append(this.#number, this.#label);
  }

  disconnectedCallback() {
    cancelAnimationFrame(this.#frame);
  }

  set label(text) {
    setText(this.#label, text);
  }

  set format(format) {
    this.#format = format;
    if (this.#shown !== null) setText(this.#number, format(this.#shown));
  }

  get value() {
    return this.#value;
  }

  set value(value) {
    if (value === this.#value) return;
    const isFirst = this.#value === null;
    this.#value = value;
    cancelAnimationFrame(this.#frame);
    if (isFirst || calm?.matches || document.hidden) this.#paint(value);
    else this.#roll(this.#shown, value, performance.now());
  }

  #roll(from, to, startedAt) {
    const share = Math.min(1, (performance.now() - startedAt) / ROLL_MS);
    const eased = 1 - (1 - share) ** 3;
    this.#paint(Math.round(from + (to - from) * eased));
    if (share < 1) this.#frame = requestAnimationFrame(() => this.#roll(from, to, startedAt));
  }

  #paint(value) {
    this.#shown = value;
    setText(this.#number, this.#format(value));
  }
}

customElements.define("ls-counter", Counter);
