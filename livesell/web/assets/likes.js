/**
 * Counts this visit's taps and tells the service the total, never more often than its pace.
 *
 * The total is cumulative, so sending it again after a reconnect loses nothing and counts
 * nothing twice. It is kept for the tab, so that a reload goes on where it was.
 */

import { recall, remember } from "./page.js";

export class Likes {
  #storageKey;
  #send;
  #visit = "";
  #sent = 0;
  #sentAt = -Infinity;
  #timer = null;
  #now;

  n = 0;
  paceMs = 1000;

  /** @param send `(message) => boolean`: whether it went out. */
  constructor({ session, send, now = () => performance.now() }) {
    this.#storageKey = `livesell.likes.${session}`;
    this.#send = send;
    this.#now = now;
  }

  tap() {
    this.n += 1;
    this.#keep();
    this.#schedule();
  }

  /**
   * The socket is open, for a visit: the total goes out again. In another visit counting starts
   * anew, with the taps that the last one never sent.
   */
  opened(visit) {
    if (this.#visit === "") this.#restore(visit);
    if (visit !== this.#visit) {
      this.n -= this.#sent;
      this.#sent = 0;
      this.#visit = visit;
    }
    this.#sentAt = -Infinity;
    if (this.n > 0) this.#flush();
  }

  #restore(visit) {
    const kept = recall("sessionStorage", this.#storageKey);
    this.#visit = visit;
    if (!kept || !Number.isSafeInteger(kept.n) || !Number.isSafeInteger(kept.sent)) return;
    const before = kept.visit === visit ? kept.n : kept.n - kept.sent;
    this.#sent = kept.visit === visit ? kept.sent : 0;
    this.n += Math.max(0, before);
  }

  #schedule() {
    if (this.#timer !== null) return;
    const wait = Math.max(0, this.#sentAt + this.paceMs - this.#now());
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#flush();
    }, wait);
  }

  #flush() {
    if (!this.#send({ t: "like", n: this.n })) return;
    this.#sent = this.n;
    this.#sentAt = this.#now();
    this.#keep();
  }

  #keep() {
    const kept = { visit: this.#visit, n: this.n, sent: this.#sent };
    if (this.#visit) remember("sessionStorage", this.#storageKey, kept);
  }
}
