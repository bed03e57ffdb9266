/**
 * What a page without a socket shows: asked for again and again, kept while the service is away.
 *
 * Events: `change` with `value`, `status`, `error` and `ageMs` up to date. `status` is one of the
 * four looks of a page: "loading", "live", "reconnecting", "ended".
 */

import { STATUS } from "./store.js";

const AGAIN_MS = 15_000;
const AFTER_FAILURE_MS = 3000;

export class Polled extends EventTarget {
  #ask;
  #isOver;
  #timer = 0;
  #at = 0;

  value = null;
  error = null;

  /**
   * @param ask `async () => value`
   * @param isOver Whether a value is the last one, so that asking can stop.
   * @param againMs How long after an answer the next question goes out.
   */
  constructor(ask, { isOver = () => false, againMs = AGAIN_MS } = {}) {
    super();
    this.#ask = ask;
    this.#isOver = isOver;
    this.againMs = againMs;
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible" && this.#timer) this.refresh();
    });
    addEventListener("online", () => this.refresh());
  }

  get status() {
    if (this.value === null) return STATUS.loading;
    if (this.error !== null) return STATUS.reconnecting;
    return this.#isOver(this.value) ? STATUS.ended : STATUS.live;
  }

  get ageMs() {
    return this.value === null ? 0 : performance.now() - this.#at;
  }

  /** Asks now. */
  async refresh() {
    clearTimeout(this.#timer);
    try {
      this.value = await this.#ask();
      this.error = null;
      this.#at = performance.now();
    } catch (error) {
      this.error = error;
    }
    this.dispatchEvent(new Event("change"));
    this.#later();
  }

  #later() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    if (this.status === STATUS.ended || isForGood(this.error)) return;
    const delay = this.error === null ? this.againMs : AFTER_FAILURE_MS;
    this.#timer = setTimeout(() => this.#wake(), delay);
  }

  /** A page in the background asks nothing until it is looked at again. */
  #wake() {
    if (document.visibilityState === "visible") this.refresh();
    else this.#later();
  }
}

/** Signed out, not allowed, not there: asking again would say the same. */
const isForGood = (error) => error !== null && error.status >= 400 && error.status < 429;
