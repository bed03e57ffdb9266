/**
 * Keeps the pulse of a broadcast and its alerts up to date, and shows both: joins `pulse.js`,
 * `alerts.js` and `till-watch.js` with `<ls-pulse>` and `<ls-watch>`.
 */

import "./ls-pulse.js";
import "./ls-watch.js";
import { Alerts } from "./alerts.js";
import { get } from "./api.js";
import { Pulse } from "./pulse.js";
import { STATUS } from "./store.js";
import { TillWatch } from "./till-watch.js";

// After the service did not answer, its timeline is asked for again only so often.
const SEED_AGAIN_MS = 15_000;

export class Alertness {
  #pulse = new Pulse();
  #alerts = new Alerts();
  #newest = [];
  #seededMs = -Infinity;
  #page;
  #till;

  /** @param page `{path, store, clock, watch, pulse}`: the session's path, and the elements. */
  constructor(page) {
    this.#page = page;
    this.#till = new TillWatch(page.path);
    this.#till.start();
    page.watch.reviewAt = `/staff${page.path.slice("/sessions".length)}`;
    page.watch.addEventListener("dismiss", () => this.dismiss());
  }

  /** Puts away the alert that is in view. */
  dismiss() {
    const [first] = this.#newest;
    if (first !== undefined) this.#alerts.dismiss(first.id);
    this.look(this.#page.clock.now());
  }

  /** Looks at the document as it is. @returns `{perMinute}`: orders of the last minute. */
  look(nowMs) {
    const { store, watch, pulse: picture } = this.#page;
    const isLive = store.status === STATUS.live;
    if (this.#pulse.hasHole(nowMs)) this.#seed(nowMs);
    if (isLive) this.#pulse.note(store.document, nowMs);
    const perMinute = this.#pulse.perMinute(nowMs);
    picture.data = { bins: this.#pulse.bins(nowMs), perMinute };
    this.#newest = this.#alerts.look({
      document: store.document, pulse: this.#pulse, nowMs, toSettle: this.#till.count,
    });
    watch.alerts = this.#newest;
    watch.toSettle = this.#till.count;
    watch.view = { document: store.document, nowMs };
    return { perMinute };
  }

  async #seed(nowMs) {
    if (nowMs - this.#seededMs < SEED_AGAIN_MS) return;
    this.#seededMs = nowMs;
    try {
      const { timeline, figures } = await get(`${this.#page.path}/stats`);
      const rows = timeline.map((row) => ({ ...row, at: Date.parse(row.at) }));
      this.#pulse.seed(rows, figures.orders, this.#page.clock.now());
    } catch {
      // The curve then begins with what this page sees itself.
    }
  }
}
