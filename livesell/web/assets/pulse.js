/**
 * The last ten minutes of a broadcast, in ten-second bins: viewers and orders. Pure.
 *
 * It starts from the service's timeline (`/stats`) and goes on from the live document, so the page
 * draws a curve at once and asks nothing while it runs.
 */

import { binned } from "./timeline-scale.js";

export const BIN_MS = 10_000;
const SPAN_MS = 10 * 60_000;
const MINUTE_MS = 60_000;
// A page that slept (a phone in a pocket) has a hole in its curve that the service can fill.
const HOLE_MS = 2 * BIN_MS;

const binOf = (ms) => ms - (ms % BIN_MS);

export class Pulse {
  #bins = new Map();
  #samples = [];
  #orders = null;
  #notedMs = null;

  /** Takes the service's timeline over; `orders` is the total that belongs to it. */
  seed(rows, orders, nowMs) {
    this.#bins = new Map(rows.map(({ at, concurrent, orders: n }) => [at, { concurrent, orders: n }]));
    // The rows may be read a moment after the total; what they hold already is not counted again.
    this.#orders = Math.max(orders, rows.reduce((sum, row) => sum + row.orders, 0));
    this.#notedMs = nowMs;
  }

  /** Takes what the document says now. */
  note({ tally: { concurrent, orders } }, nowMs) {
    const bin = this.#bins.get(binOf(nowMs)) ?? { concurrent: 0, orders: 0 };
    bin.concurrent = Math.max(bin.concurrent, concurrent);
    // A cancelled order lowers the total; it was still an order of its minute.
    bin.orders += Math.max(0, orders - (this.#orders ?? orders));
    this.#bins.set(binOf(nowMs), bin);
    this.#orders = orders;
    this.#notedMs = nowMs;
    this.#samples.push({ at: nowMs, concurrent });
    this.#forget(nowMs);
  }

  #forget(nowMs) {
    for (const at of this.#bins.keys()) if (at < nowMs - 2 * SPAN_MS) this.#bins.delete(at);
    this.#samples = this.#samples.filter(({ at }) => at > nowMs - MINUTE_MS);
  }

  /** Whether there is nothing yet, or a hole before now. */
  hasHole(nowMs) {
    return this.#notedMs === null || nowMs - this.#notedMs > HOLE_MS;
  }

  /** The last ten minutes: `[{at, concurrent, orders}]`, oldest first, without gaps. */
  bins(nowMs) {
    const from = binOf(nowMs) - SPAN_MS + BIN_MS;
    const rows = [...this.#bins]
      .map(([at, bin]) => ({ at, joins: 0, likes: 0, units: 0, gross: 0, ...bin }))
      .sort((one, other) => one.at - other.at);
    return binned(rows, from, from + SPAN_MS, BIN_MS);
  }

  /** Orders of the last minute. */
  perMinute(nowMs) {
    return this.#ordersSince(binOf(nowMs) - MINUTE_MS + BIN_MS);
  }

  /** Orders of the ten minutes that are kept. */
  recentOrders(nowMs) {
    return this.#ordersSince(nowMs - SPAN_MS);
  }

  #ordersSince(fromMs) {
    let sum = 0;
    for (const [at, { orders }] of this.#bins) if (at >= fromMs) sum += orders;
    return sum;
  }

  /** Since when there was no order, epoch ms; null when none is known. */
  lastOrderMs() {
    const withOrders = [...this.#bins].filter(([, { orders }]) => orders > 0).map(([at]) => at);
    return withOrders.length === 0 ? null : Math.max(...withOrders) + BIN_MS;
  }

  /** The most viewers of the last minute, as far as this page saw them itself. */
  get recentMost() {
    return this.#samples.reduce((most, { concurrent }) => Math.max(most, concurrent), 0);
  }
}
