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

  /** @param ask `async (after, limit) => {orders}`: those with a number above `after`. */
  constructor(ask) {
    this.#ask = ask;
  }

  get newestFirst() {
    return [...this.#byNumber.values()].sort((one, other) => other.n - one.n);
  }

  /** Fetches what is new since the last time; the first time, the newest page. */
  async upTo(total) {
    this.#first ??= Math.max(0, total - PAGE);
    if (this.#last === 0) this.#last = this.#first;
    while (this.#last < total) {
      if ((await this.#take(this.#last, MOST_AT_ONCE)) === 0) break;
    }
  }

  /** Fetches the page before the oldest that is here. */
  async earlier() {
    if (!this.#first) return;
    const after = Math.max(0, this.#first - PAGE);
    await this.#take(after, this.#first - after);
    this.#first = after;
  }

  async #take(after, limit) {
    const { orders } = await this.#ask(after, limit);
    for (const order of orders) {
      this.#byNumber.set(order.n, order);
      this.#last = Math.max(this.#last, order.n);
    }
    return orders.length;
  }
}
