/**
 * The part of the catalogue that a page shows: found by words, more of it on demand, asked for
 * again and again, kept while the service is away.
 *
 * Events: `change` with `products` (null before the first answer), `total`, `error`, `status` (as
 * of a page) and `ageMs` up to date.
 */

import { get } from "./api.js";
import { STATUS } from "./store.js";

const PAGE = 60;
// The most that the service gives at once.
const AT_ONCE = 200;
const TYPING_MS = 250;
const AGAIN_MS = 20_000;
const AFTER_FAILURE_MS = 3000;

export class ProductSearch extends EventTarget {
  #query = "";
  #wanted = PAGE;
  #turn = 0;
  #timer = 0;
  #at = 0;
  #isStopped = true;
  #woken = () => this.#isStopped || this.refresh();

  products = null;
  total = 0;
  error = null;

  get status() {
    if (this.products === null) return STATUS.loading;
    return this.error === null ? STATUS.live : STATUS.reconnecting;
  }

  get ageMs() {
    return this.products === null ? 0 : performance.now() - this.#at;
  }

  get query() {
    return this.#query;
  }

  /** The words that are looked for; asked when the typing pauses. */
  set query(text) {
    const query = text.trim();
    if (query === this.#query) return;
    this.#query = query;
    this.#wanted = PAGE;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.refresh(), TYPING_MS);
  }

  get hasMore() {
    return this.products !== null && this.products.length < this.total;
  }

  more() {
    this.#wanted += PAGE;
    return this.refresh();
  }

  start() {
    this.#isStopped = false;
    addEventListener("online", this.#woken);
    return this.refresh();
  }

  stop() {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    removeEventListener("online", this.#woken);
  }

  /** Asks now; of several answers only that of the last question counts. */
  async refresh() {
    clearTimeout(this.#timer);
    const turn = (this.#turn += 1);
    const outcome = await this.#asked().catch((error) => ({ error }));
    if (turn !== this.#turn) return;
    this.error = outcome.error ?? null;
    if (this.error === null) {
      Object.assign(this, outcome);
      this.#at = performance.now();
    }
    this.dispatchEvent(new Event("change"));
    this.#later();
  }

  async #asked() {
    const products = new Map();
    let total = 0;
    for (let offset = 0; offset < this.#wanted; offset += AT_ONCE) {
      const most = Math.min(AT_ONCE, this.#wanted - offset);
      const query = new URLSearchParams({ q: this.#query, offset, most });
      const answer = await get(`/products?${query}`);
      // Somebody may save while we ask, and what is saved moves to the front.
      for (const product of answer.products) products.set(product.id, product);
      total = answer.total;
      if (offset + most >= total) break;
    }
    return { products: [...products.values()], total };
  }

  #later() {
    const isForGood = this.error !== null && this.error.status >= 400 && this.error.status < 429;
    if (this.#isStopped || isForGood) return;
    const delay = this.error === null ? AGAIN_MS : AFTER_FAILURE_MS;
    this.#timer = setTimeout(() => (document.hidden ? this.#later() : this.refresh()), delay);
  }
}
