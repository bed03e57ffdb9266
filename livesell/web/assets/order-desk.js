/**
 * Brings a viewer's orders to the service and finds out what became of each.
 *
 * An order has an id made per tap, and the service places it at most once per id. So everything
 * here may be sent again: over the socket, over HTTP when there is no socket, after a reload.
 * What is not known yet is kept on the device. Events: `change`, and `settled` (detail:
 * {request, answer}).
 */

import { recall, remember } from "./page.js";
import { nextStep } from "./refusal.js";
import { newUuid } from "./uuid.js";

// Within this time after the tap the order itself is resent; later it is only asked about,
// because the buyer may have gone and should not be surprised by a parcel.
const RESEND_WITHIN_MS = 60_000;
const ANSWER_WITHIN_MS = 4000;
const LONGEST_WAIT_MS = 15_000;
const MAX_BUSY_TRIES = 4;

export class OrderDesk extends EventTarget {
  #storageKey;
  #send;
  #post;
  #ask;
  #now;
  #timers = new Map();
  #remembered = new Set();

  /** Orders whose outcome is not known, by id; `isUncertain` once an answer is overdue. */
  pending = new Map();
  /** Accepted orders by id, as the service has them. */
  placed = new Map();

  /**
   * @param send `(message) => boolean`: over the socket, whether it went out.
   * @param post `async (request) => answer`: the same over HTTP; throws when nobody answered.
   * @param ask `async (id) => answer`: what became of it, over HTTP.
   */
  constructor({ session, send, post, ask, now = Date.now }) {
    super();
    this.#storageKey = `livesell.orders.${session}`;
    this.#send = send;
    this.#post = post;
    this.#ask = ask;
    this.#now = now;
    for (const request of recall("localStorage", this.#storageKey) ?? []) {
      this.pending.set(request.id, { ...request, tries: 0, isUncertain: true });
    }
  }

  /** Places an order; returns its id at once. `request`: card, units, price, contact. */
  place(request) {
    const order = { ...request, id: newUuid(), at: this.#now(), tries: 0, isUncertain: false };
    this.pending.set(order.id, order);
    this.#keep();
    this.#pursue(order);
    return order.id;
  }

  /** The socket is open (again): what is not known is asked for or sent again. */
  opened() {
    for (const request of this.pending.values()) this.#pursue(request);
  }

  /** The orders as they were known when the page was last here, until the service lists them. */
  restore(orders) {
    for (const order of orders) {
      this.placed.set(order.id, order);
      this.#remembered.add(order.id);
    }
    this.#changed();
  }

  /** The viewer's orders as the service lists them; what was only remembered gives way. */
  load(orders) {
    for (const id of this.#remembered) this.placed.delete(id);
    this.#remembered.clear();
    for (const order of orders) {
      this.placed.set(order.id, order);
      if (this.pending.has(order.id)) this.take({ id: order.id, ok: true, order, dup: true });
    }
    this.#changed();
  }

  /** Takes an answer; one to an order that is known already changes nothing. */
  take(answer) {
    if (answer.ok) {
      this.placed.set(answer.id, answer.order);
      this.#remembered.delete(answer.id);
    }
    const request = this.pending.get(answer.id);
    if (!request) return;
    if (answer.ok) this.#settle(request, answer);
    else if (nextStep(answer) === "resend") this.#again(request, answer.retry_ms);
    else if (answer.code === "busy" && request.tries < MAX_BUSY_TRIES) {
      this.#again(request, answer.retry_ms);
    } else if (answer.code === "no_such_order" && this.#isFresh(request)) this.#again(request, 0);
    else this.#settle(request, answer);
  }

  /** How many units of a card this viewer has, with what is on its way. */
  unitsOf(card) {
    const all = [...this.placed.values(), ...this.pending.values()];
    return all.filter((one) => one.card === card).reduce((sum, one) => sum + one.units, 0);
  }

  #isFresh(request) {
    const age = this.#now() - request.at;
    return age >= 0 && age < RESEND_WITHIN_MS;
  }

  #pursue(request) {
    request.tries += 1;
    this.#later(request, ANSWER_WITHIN_MS * Math.min(request.tries, 3), () => {
      this.#doubt(request);
      this.#pursue(request);
    });
    const message = this.#isFresh(request) ? wireOrder(request) : { t: "ask", id: request.id };
    if (!this.#send(message)) this.#goByHttp(request);
    this.#changed();
  }

  async #goByHttp(request) {
    try {
      const isFresh = this.#isFresh(request);
      this.take(await (isFresh ? this.#post(request) : this.#ask(request.id)));
    } catch {
      // Nobody answered; the timer or the next connection tries again.
      this.#doubt(request);
    }
  }

  #doubt(request) {
    if (!this.pending.has(request.id) || request.isUncertain) return;
    request.isUncertain = true;
    this.#changed();
  }

  #again(request, retryMs = 1000) {
    const wait = Math.min(LONGEST_WAIT_MS, (retryMs ?? 1000) * 2 ** Math.min(request.tries - 1, 4));
    this.#later(request, wait * (0.75 + Math.random() / 2), () => this.#pursue(request));
  }

  #settle(request, answer) {
    this.pending.delete(request.id);
    clearTimeout(this.#timers.get(request.id));
    this.#timers.delete(request.id);
    this.#keep(request.id);
    this.dispatchEvent(new CustomEvent("settled", { detail: { request, answer } }));
    this.#changed();
  }

  #later(request, delayMs, callback) {
    clearTimeout(this.#timers.get(request.id));
    const run = () => this.pending.has(request.id) && callback();
    this.#timers.set(request.id, setTimeout(run, delayMs));
  }

  /** What another tab waits for stays: only the order that is settled here leaves. */
  #keep(settled) {
    const kept = new Map((recall("localStorage", this.#storageKey) ?? []).map((one) => [one.id, one]));
    for (const { tries, isUncertain, ...request } of this.pending.values()) {
      kept.set(request.id, request);
    }
    kept.delete(settled);
    remember("localStorage", this.#storageKey, kept.size ? [...kept.values()] : null);
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}

function wireOrder({ id, card, units, price, contact }) {
  return { t: "order", id, card, units, price, ...(contact ? { contact } : {}) };
}
