/**
 * Host commands on their way from this page to the service. Each has its own id, so that sending
 * it twice does it once, and the version it was made on, so that nothing of a colleague's is
 * overwritten. Without a link they wait here, in order, and outlive a reload. Knows no element and
 * no network: sending, and where to keep what waits, are handed in.
 */

import { verdictOf } from "./command-age.js";
import { areApart, isUntouched } from "./command-subject.js";

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
 * @property {number} madeAt - When, epoch ms of this device's clock.
 * @property {number} nth - Its number among those made in one page, for the same millisecond.
 * @property {"waiting" | "sending" | "asking"} state - "asking" waits for the person's word.
 * @property {boolean} hasWaited - Whether it could not be sent when it was made.
 * @property {boolean} isSure - Whether the person said so once more, so its age does not matter.
 */

/** Keeps what waits in the page only, until `keep` names a better place. */
const forgetful = { all: () => [], put() {}, remove() {}, isKept: false, isOurs: () => false };

/**
 * Sends one command at a time, oldest first.
 *
 * Dispatches `change` when anything in `pending`, `dropped`, `failures` or `isStuck` changed, and
 * `done` with `{command, place, version}` after each success.
 */
export class CommandQueue extends EventTarget {
  #send;
  #newId;
  #now;
  #setTimer;
  #waiting = forgetful;
  #refused = forgetful;
  #hold = (work) => work();
  #retryMs = FIRST_RETRY_MS;
  #isBusy = false;
  #isWanted = false;
  #attempt = 0;
  #made = 0;
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
    /** What waited and was not done, with why: `{id, command, place, error}`; until dismissed. */
    this.dropped = [];
    /** By place, what went wrong there last: `{command, error}`. */
    this.failures = new Map();
    /** Whether the oldest command could not be sent and waits for the link. */
    this.isStuck = false;
    /** The flash sales of the document, by which a command about one names its card. */
    this.flashes = {};
  }

  /** Whether what waits is lost when the page is closed. */
  get isAtRisk() {
    return this.pending.length > 0 && !this.#waiting.isKept;
  }

  /**
   * Keeps what waits from now on, and takes up what was kept before.
   *
   * @param waiting, dropped Two `CommandMemory`s of the person who is signed in.
   * @param hold Runs what it is given while no other tab sends, see `command-lease.js`.
   */
  keep({ waiting, dropped, hold }) {
    [this.#waiting, this.#refused, this.#hold] = [waiting, dropped, hold];
    for (const one of this.pending) waiting.put(one);
    for (const one of waiting.all()) waiting.put({ ...one, hasWaited: true, state: "waiting" });
    this.#recall();
    this.#pump();
  }

  /** Another tab changed what is kept: `key` is that of the storage event. */
  heard(key) {
    if (!this.#waiting.isOurs(key) && !this.#refused.isOurs(key)) return;
    this.#recall();
    this.#pump();
  }

  /** Takes a command; returns what waits. */
  add(command, { place, base }) {
    const pending = {
      id: this.#newId(), command, place, base, madeAt: this.#now(), nth: ++this.#made,
      state: "waiting", hasWaited: this.isStuck, isSure: false,
    };
    this.pending.push(pending);
    this.#waiting.put(pending);
    this.failures.delete(place);
    this.#changed();
    this.#pump();
    return pending;
  }

  /** Whether such a command waits at this place, so that a second tap is not a second one. */
  has(place, verb) {
    return this.pending.some((one) => one.place === place && one.command.do === verb);
  }

  /**
   * What waits for the link at this place makes room for a newer word of its kind. What is sent
   * for the first time stays, so that a second tap is no second command.
   */
  makeRoom(place, verb) {
    const isOlder = (one) => one.place === place && one.command.do === verb;
    const older = this.pending.find((one) => isOlder(one) && one.hasWaited);
    if (older !== undefined) this.drop(older.id);
  }

  /** Takes back a command that has not been done yet. */
  drop(id) {
    this.#forget(id);
    this.isStuck = this.isStuck && this.pending.length > 0;
    this.#changed();
    this.#pump();
  }

  /** The person said once more that an old command is meant. */
  confirm(id) {
    const found = this.pending.find((one) => one.id === id);
    if (found === undefined) return;
    this.#update(found, { isSure: true, state: "waiting" });
    this.nudge();
  }

  /** What was dropped has been read. */
  dismiss(id) {
    this.#refused.remove(id);
    this.dropped = this.dropped.filter((one) => one.id !== id);
    this.#changed();
  }

  /** Forgets what went wrong at a place. */
  forgive(place) {
    if (this.failures.delete(place)) this.#changed();
  }

  /** The link is back, or somebody wants it now: tries at once instead of after the delay. */
  nudge() {
    this.#retryMs = FIRST_RETRY_MS;
    this.#pump();
  }

  /** Time has passed: commands that are too old by now are dropped or asked about. */
  tick() {
    let isAny = false;
    for (const one of [...this.pending]) isAny = this.#judge(one) || isAny;
    if (isAny) this.#changed();
  }

  #judge(one) {
    if (one.state === "sending" || one.state === "asking" || one.isSure) return false;
    const verdict = verdictOf(one.command, this.#now() - one.madeAt);
    if (verdict === "send") return false;
    if (verdict === "ask") this.#update(one, { state: "asking", hasWaited: true });
    else this.#putAside(one, { code: "too_old", message: "", data: {} });
    return true;
  }

  async #pump() {
    this.#isWanted = true;
    if (this.#isBusy) return;
    this.#isBusy = true;
    this.#attempt += 1;
    // What is added while the last answer is on its way does not wait for the next attempt.
    while (this.#isWanted) {
      this.#isWanted = false;
      const isThrough = await this.#hold(() => this.#sendAll());
      this.#isWanted &&= isThrough === true && this.#next() !== undefined;
    }
    this.#isBusy = false;
    if (this.#next() !== undefined) this.#retryLater(this.#attempt);
  }

  /** @returns Whether the link took all that may go. */
  async #sendAll() {
    this.#recall();
    for (let next = this.#next(); next !== undefined; next = this.#next()) {
      if (!(await this.#sendOne(next))) return false;
    }
    this.isStuck = false;
    return true;
  }

  /** The oldest that may go: nothing overtakes an older one about the same thing. */
  #next() {
    this.tick();
    const asking = [];
    for (const one of this.pending) {
      const isFree = asking.every((older) => areApart(one.command, older.command, this.flashes));
      if (one.state !== "asking" && isFree) return one;
      asking.push(one);
    }
    return undefined;
  }

  #retryLater(attempt) {
    const delay = this.#retryMs;
    this.#retryMs = Math.min(LAST_RETRY_MS, delay * 2);
    this.#setTimer(() => attempt === this.#attempt && this.#pump(), delay);
  }

  async #sendOne(one) {
    const version = this.#current(one.base);
    one.state = "sending";
    this.#changed();
    try {
      const answer = await this.#send(one, version);
      this.#done(one, version, answer.version);
      return true;
    } catch (error) {
      if (error.isLater) return this.#wait(one);
      const isConflict = error.code === "version_conflict";
      if (!(isConflict && this.#moveOn(one, error, version))) this.#refuse(one, error);
      return true;
    }
  }

  #wait(one) {
    const isStill = this.pending.includes(one);
    one.state = "waiting";
    // All that stand behind it wait as well.
    for (const each of isStill ? this.pending : []) this.#update(each, { hasWaited: true });
    this.isStuck = isStill;
    this.#changed();
    return !isStill;
  }

  /**
   * What a colleague did is about other things: this command, and those after it for which that
   * is true as well, are as good on the newer version.
   *
   * @returns Whether it is true of `one`.
   */
  #moveOn(one, { data = {} }, version) {
    const isFine = ({ command }) => isUntouched(command, data, version, this.flashes);
    if (!isFine(one)) return false;
    one.state = "waiting";
    for (const each of this.pending) {
      if (this.#current(each.base) === version && isFine(each)) {
        this.#update(each, { base: data.version });
      }
    }
    return true;
  }

  #current(version) {
    let current = version;
    while (this.#own.has(current)) current = this.#own.get(current);
    return current;
  }

  #done(one, version, made) {
    if (made > version) {
      this.#own.set(version, made);
      // Also for those that outlive this page.
      for (const later of this.pending) {
        if (later !== one && this.#current(later.base) === made) this.#update(later, { base: made });
      }
    }
    this.#settle(one);
    this.dispatchEvent(new CustomEvent("done", { detail: { ...one, version: made } }));
  }

  #settle(one) {
    this.#forget(one.id);
    this.isStuck = false;
    this.#retryMs = FIRST_RETRY_MS;
    this.#changed();
  }

  /** At its place when the person has just pressed it; in the dock when it has waited. */
  #refuse(one, error) {
    const isQuestion = error.code === "below_floor";
    if (one.hasWaited && !isQuestion) this.#putAside(one, error);
    else this.failures.set(one.place, { command: one.command, error });
    this.#settle(one);
  }

  #putAside(one, { code, message, data, fields }) {
    const entry = { ...one, error: { code, message, data: data ?? {}, fields: fields ?? {} } };
    this.#refused.put(entry);
    this.dropped = [...this.dropped.filter(({ id }) => id !== one.id), entry];
    this.#forget(one.id);
  }

  #forget(id) {
    this.#waiting.remove(id);
    this.pending = this.pending.filter((one) => one.id !== id);
  }

  #update(one, changes) {
    Object.assign(one, changes);
    // What was taken back while it was on its way is not kept again.
    if (this.pending.includes(one)) this.#waiting.put(one);
  }

  /** What is kept is the truth, because another tab may have sent or dropped some of it. */
  #recall() {
    if (this.#waiting === forgetful) return;
    const known = new Map(this.pending.map((one) => [one.id, one]));
    this.pending = this.#waiting.all().map((one) => {
      const mine = known.get(one.id);
      return mine === undefined ? one : Object.assign(mine, { ...one, state: mine.state });
    });
    this.dropped = this.#refused.all();
    this.isStuck = this.isStuck && this.pending.length > 0;
    this.#changed();
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}
