/**
 * Notices what a socket does not: a link over which nothing comes any more, and a device that
 * slept. Until something fresh arrives, what is on the page may be old, and the page has to say so.
 *
 * Dispatches `change` when `isDoubtful` changes. Reads the device's clock, because the monotonic
 * one stands still while a device sleeps.
 */

const LOOK_EVERY_MS = 1000;
// Nobody told anything for this long: ask.
const ASK_AFTER_MS = 5000;
// And no answer within this time: what is on the page is old.
const DOUBT_AFTER_MS = 10_000;
// Between two looks. A loaded machine is late by a second or two, a sleeping one by far more.
const SLEPT_MS = 6000;

export class StaleWatch extends EventTarget {
  #ask;
  #now;
  #looked;
  #heard;
  #asked = -Infinity;

  /** Whether the page should not trust what it shows. */
  isDoubtful = false;
  /** Whether that is because the device slept. */
  hasSlept = false;

  /** @param ask `() =>` asks the server for a sign of life, or hurries to reconnect. */
  constructor(ask, { now = Date.now } = {}) {
    super();
    this.#ask = ask;
    this.#now = now;
    this.#looked = this.#heard = now();
  }

  start(setTimer = (go) => setInterval(go, LOOK_EVERY_MS)) {
    setTimer(() => this.look());
  }

  /** How long nothing was heard, ms. */
  get ageMs() {
    return Math.max(0, this.#now() - this.#heard);
  }

  /** A frame arrived. After a sleep only the answer to our question counts as fresh. */
  heard({ isAnswer }) {
    if (this.hasSlept && !isAnswer) return;
    this.#heard = this.#now();
    this.#doubt(false, false);
  }

  /** The browser itself says that there is no network. */
  lost() {
    this.#asked = this.#now();
    this.#ask();
    this.#doubt(true, this.hasSlept);
  }

  look() {
    const now = this.#now();
    const jumped = now - this.#looked;
    this.#looked = now;
    // A clock that was set back makes nothing old.
    if (jumped < 0) this.#heard = this.#asked = Math.min(this.#heard, now);
    const slept = jumped > SLEPT_MS;
    if (slept || now - Math.max(this.#heard, this.#asked) > ASK_AFTER_MS) {
      this.#asked = now;
      this.#ask();
    }
    if (slept) this.#doubt(true, true);
    else if (this.ageMs > DOUBT_AFTER_MS) this.#doubt(true, this.hasSlept);
  }

  #doubt(isDoubtful, hasSlept) {
    if (this.isDoubtful === isDoubtful && this.hasSlept === hasSlept) return;
    this.isDoubtful = isDoubtful;
    this.hasSlept = hasSlept;
    this.dispatchEvent(new Event("change"));
  }
}
