/**
 * <ls-left>: how long it is until a moment on the server's clock, as "04:59".
 *
 * `count(clock, targetMs)` starts it. Dispatches `elapsed` (it bubbles) once when the moment has
 * come. Its seconds are not announced; what they mean is said beside them.
 */

import { setText } from "./dom.js";
import { formatDuration } from "./format.js";
import { countDown } from "./until.js";

class Left extends HTMLElement {
  #clock = null;
  #target = null;
  #stop = () => {};

  /** The moment that is counted to, epoch ms; null for none. */
  get target() {
    return this.#target;
  }

  count(clock, targetMs) {
    if (targetMs === this.#target) return;
    this.#clock = clock;
    this.#target = targetMs;
    if (this.isConnected) this.#run();
  }

  connectedCallback() {
    this.setAttribute("role", "timer");
    this.classList.add("figure");
    this.#run();
  }

  disconnectedCallback() {
    this.#stop();
  }

  #run() {
    this.#stop();
    if (this.#target === null) return;
    this.#stop = countDown(this.#clock, this.#target, (left) => this.#paint(left), () => {
      // Later, so that whoever started it has done with what it was doing.
      queueMicrotask(() => this.dispatchEvent(new Event("elapsed", { bubbles: true })));
    });
  }

  #paint(left) {
    setText(this, formatDuration(left));
  }
}

customElements.define("ls-left", Left);
