/**
 * Host commands on their way from this page to the service. Each has its own id, so that sending
 * it twice does it once, and the version it was made on, so that nothing of a colleague's is
 * overwritten. Without a link they wait here, in order. Knows no element and no network: sending
 * is handed in.
 */

const FIRST_RETRY_MS = 1000;
const LAST_RETRY_MS = 8000;

/**
 * A command of this page.
 *
 * @typedef {object} Pending
 * @property {string} id - The command id, the same in every attempt.
 * @property {object} command - What the service gets: `{do: "show", card: "tea"}`.
 * @property {string} place - Where on the page its errors belong: "card:tea", "course", "notice".
 * @property {number} base - The document's version that the person saw.
 * @property {number} madeAt - When, epoch ms of this page's clock.
 * @property {"waiting" | "sending"} state
 */

/**
 * Sends one command at a time, oldest first.
 *
 * Dispatches `change` when anything in `pending`, `failures` or `isStuck` changed, and `done`
 * with `{command, place, version}` after each success.
 */
export class CommandQueue extends EventTarget {
  #send;
  #newId;
  #now;
  #setTimer;
  #retryMs = FIRST_RETRY_MS;
  #isBusy = false;
  #attempt = 0;
  // Versions that this page's own commands made, by the version before: a command that was made
  // on 7 may be sent with 8 when 7 to 8 was our own doing, and with nothing newer.
  #own = new Map();

  /**
   * @param {(pending: Pending, version: number) => Promise<{version: number}>} send - Rejects
   *   with an error that has a `code`, and `isLater` when the same command may be sent again.
   */
  constructor(send, { newId, now = Date.now, setTimer = (go, ms) => setTimeout(go, ms) }) {
    super();
    this.#send = send;
    this.#newId = newId;
    this.#now = now;
    this.#setTimer = setTimer;
    /** @type {Pending[]} */
    this.pending = [];
    /** By place, what went wrong there last: `{command, error}`. */
    this.failures = new Map();
    /** Whether the oldest command could not be sent and waits for the link. */
    this.isStuck = false;
  }

  /** Takes a command; returns what waits. */
  add(command, { place, base }) {
    const id = this.#newId();
    const pending = { id, command, place, base, madeAt: this.#now(), state: "waiting" };
    this.pending.push(pending);
    this.failures.delete(place);
    this.#changed();
    this.#pump();
    return pending;
  }

  /** Whether such a command waits at this place, so that a second tap is not a second one. */
  has(place, verb) {
    return this.pending.some((one) => one.place === place && one.command.do === verb);
  }

  /** Takes back a command that has not been done yet. */
  drop(id) {
    this.pending = this.pending.filter((one) => one.id !== id);
    this.isStuck = this.isStuck && this.pending.length > 0;
    this.#changed();
  }

  /** Forgets what went wrong at a place. */
  forgive(place) {
    if (this.failures.delete(place)) this.#changed();
  }

  /** The link is back: tries at once instead of after the delay. */
  nudge() {
    this.#retryMs = FIRST_RETRY_MS;
    this.#pump();
  }

  async #pump() {
    if (this.#isBusy) return;
    this.#isBusy = true;
    this.#attempt += 1;
    while (this.pending.length > 0 && (await this.#sendFirst()));
    this.#isBusy = false;
    if (this.pending.length > 0) this.#retryLater(this.#attempt);
  }

  #retryLater(attempt) {
    const delay = this.#retryMs;
    this.#retryMs = Math.min(LAST_RETRY_MS, delay * 2);
    this.#setTimer(() => attempt === this.#attempt && this.#pump(), delay);
  }

  async #sendFirst() {
    const [first] = this.pending;
    const version = this.#current(first.base);
    first.state = "sending";
    this.#changed();
    try {
      const answer = await this.#send(first, version);
      if (answer.version > version) this.#own.set(version, answer.version);
      this.#settle(first);
      const detail = { ...first, version: answer.version };
      this.dispatchEvent(new CustomEvent("done", { detail }));
      return true;
    } catch (error) {
      if (!error.isLater) return this.#refuse(first, error);
      first.state = "waiting";
      this.isStuck = this.pending.includes(first);
      this.#changed();
      return !this.isStuck;
    }
  }

  #current(version) {
    let current = version;
    while (this.#own.has(current)) current = this.#own.get(current);
    return current;
  }

  #settle(pending) {
    this.pending = this.pending.filter((one) => one !== pending);
    this.isStuck = false;
    this.#retryMs = FIRST_RETRY_MS;
    this.#changed();
  }

  #refuse(pending, error) {
    this.failures.set(pending.place, { command: pending.command, error });
    this.#settle(pending);
    return true;
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}
