/**
 * <ls-countdown>: days, hours, minutes and seconds until a moment on the server's clock.
 *
 * Properties: `clock` (a ServerClock), `target` (epoch ms). Dispatches `elapsed` once when the
 * moment has come. Only its start is announced, not each second.
 */

import { h, setText } from "./dom.js";
import { durationParts } from "./format.js";
import { onLanguage, t } from "./i18n.js";
import { countDown } from "./until.js";

const UNITS = {
  days: "time.days",
  hours: "time.hoursShort",
  minutes: "time.minutesShort",
  seconds: "time.secondsShort",
};

class Countdown extends HTMLElement {
  #numbers = {};
  #labels = {};
  #target = null;
  #stop = () => {};
  #leave = null;

  clock = null;

  connectedCallback() {
    if (this.childElementCount === 0) this.#build();
    this.#leave = onLanguage(() => this.#words());
    this.#words();
    this.#tick();
  }

  disconnectedCallback() {
    this.#stop();
    this.#leave?.();
  }

  get target() {
    return this.#target;
  }

  set target(ms) {
    if (ms === this.#target) return;
    this.#target = ms;
    this.#tick();
  }

  #build() {
    this.setAttribute("role", "timer");
    for (const unit of Object.keys(UNITS)) {
      this.#numbers[unit] = h("span", { class: "figure countdown-number", text: "00" });
      this.#labels[unit] = h("span", { class: "countdown-label" });
      const cell = h("span", { class: "countdown-cell", data: { unit } });
      cell.append(this.#numbers[unit], this.#labels[unit]);
      this.append(cell);
    }
  }

  #words() {
    for (const [unit, key] of Object.entries(UNITS)) setText(this.#labels[unit], t(key));
  }

  #tick() {
    this.#stop();
    if (!this.isConnected || this.#target === null || this.clock === null) return;
    this.#stop = countDown(this.clock, this.#target, (left) => this.#paint(left), () => {
      this.dispatchEvent(new CustomEvent("elapsed", { bubbles: true }));
    });
  }

  #paint(left) {
    const parts = durationParts(left);
    for (const [unit, element] of Object.entries(this.#numbers)) {
      setText(element, String(parts[unit]).padStart(2, "0"));
    }
    this.toggleAttribute("data-has-days", parts.days > 0);
  }
}

customElements.define("ls-countdown", Countdown);
