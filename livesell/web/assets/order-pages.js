/**
 * The orders of a session, asked for in pages by their number (1, 2, 3, …) and kept. Pure but for
 * the asking, which is handed in.
 */

const PAGE = 50;
const MOST_AT_ONCE = 500;

export class OrderPages {
  #ask;
  #byNumber = new Map();
  #first = null;
  #last = 0;

  /** @param ask `async (after, limit) => {orders, next}`: those with a number above `after`. */
  constructor(ask) {
    this.#ask = ask;
  }

  get newestFirst() {
    return [...this.#byNumber.values()].sort((one, other) => other.n - one.n);
  }

  /** How many orders there are, as far as was asked: their numbers count from 1. */
  get total() {
    return this.#last;
  }

  /**
   * Fetches what is new since the last time and what became of the newest; the first time, the
   * newest page.
   *
   * @param atLeast How many orders there are at the least.
   */
  async upTo(atLeast) {
    this.#first ??= Math.max(0, atLeast - PAGE);
    let after = Math.max(this.#first, this.#last - MOST_AT_ONCE);
    for (;;) {
      const next = await this.#take(after, MOST_AT_ONCE);
      if (next === undefined || next <= after) break;
      after = next;
    }
  }

  /** Fetches the page before the oldest that is here. */
  async earlier() {
    if (!this.#first) return;
    const after = Math.max(0, this.#first - PAGE);
    await this.#take(after, this.#first - after);
    this.#first = after;
  }

  /** Takes over what one order is now. */
  put(order) {
    this.#byNumber.set(order.n, order);
    this.#last = Math.max(this.#last, order.n);
  }

  async #take(after, limit) {
    const { orders, next } = await this.#ask(after, limit);
    for (const order of orders) this.put(order);
    return next;
  }
}
