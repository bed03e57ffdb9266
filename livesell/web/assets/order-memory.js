/**
 * The viewer's orders as they were last known, kept on the device: what "My orders" shows while the
 * service cannot be asked. It holds no buyer's details.
 */

import { recall, remember } from "./page.js";

// More orders of one show than anybody looks through without a connection.
const MOST = 50;

export class OrderMemory {
  #key;

  constructor(session) {
    this.#key = `livesell.known-orders.${session}`;
  }

  /** @returns `{orders, at}`: what was known, and when by the server's clock; `at` null for never. */
  recall() {
    const kept = recall("localStorage", this.#key);
    const isSound = Array.isArray(kept?.orders) && Number.isFinite(kept.at);
    return isSound ? kept : { orders: [], at: null };
  }

  /** Keeps them, newest first. */
  keep(orders, at) {
    const newest = [...orders].sort((a, b) => b.n - a.n).slice(0, MOST);
    const kept = newest.map(({ contact, history, ...order }) => order);
    remember("localStorage", this.#key, kept.length ? { orders: kept, at } : null);
  }
}
