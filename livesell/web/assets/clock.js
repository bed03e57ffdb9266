/**
 * The server's clock, as well as a page can know it.
 *
 * A countdown on a phone whose clock is wrong has to be right, so nothing here reads `Date`: the
 * server's times are compared with the monotonic clock of the page. The server decides anyway.
 */

const KEEP_SAMPLES = 8;

export class ServerClock {
  #monotonic;
  #offsets = [];

  /** @param monotonic Milliseconds that never jump; `performance.now` in a page. */
  constructor(monotonic = () => performance.now()) {
    this.#monotonic = monotonic;
  }

  /**
   * Takes one reading of the server's clock (epoch ms).
   *
   * A reading is always late by its way here, so the largest offset of the last few is the best.
   */
  sync(serverNowMs) {
    if (!Number.isFinite(serverNowMs)) return;
    this.#offsets.push(serverNowMs - this.#monotonic());
    if (this.#offsets.length > KEEP_SAMPLES) this.#offsets.shift();
  }

  get isSynced() {
    return this.#offsets.length > 0;
  }

  /** Epoch ms; the device's own clock until the first reading. */
  now() {
    if (!this.isSynced) return Date.now();
    return this.#monotonic() + Math.max(...this.#offsets);
  }
}
