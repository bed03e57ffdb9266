/**
 * A viewer's side of the API: orders in the shapes of the socket, paying, details, the waitlist.
 *
 * Every call throws an ApiError, with status 0 when nobody answered.
 */

import { ApiError, get, post, request, segment } from "./api.js";

/** @param token `() => string`, the viewer's token of the moment. */
export class OrderHttp {
  #session;
  #base;
  #token;

  constructor({ session, token }) {
    this.#session = `/sessions/${segment(session)}`;
    this.#base = `${this.#session}/orders`;
    this.#token = token;
  }

  /** Places an order. */
  post = ({ id, card, units, price, contact }) => {
    const body = { card, units, price, ...(contact ? { contact } : {}) };
    const headers = { "Idempotency-Key": id };
    return this.#answer(id, post(this.#base, body, { token: this.#token(), headers }));
  };

  /** What became of an order. */
  ask = (id) => this.#answer(id, get(`${this.#base}/${segment(id)}`, this.#signed));

  /** All orders of this viewer, newest first. */
  list = async () => {
    const { orders } = await get(this.#base, this.#signed);
    return orders.map(fromApi);
  };

  /** One order. */
  order = async (id) =>
    fromApi((await get(`${this.#base}/${segment(id)}`, this.#signed)).order);

  /** Opens a page on which to pay; @param returnTo "viewer" or "order". @returns Its address. */
  pay = async (id, returnTo) => {
    const body = { return_to: returnTo };
    return (await post(`${this.#base}/${segment(id)}/payment`, body, this.#signed)).url;
  };

  /** Calls a held order off. */
  cancel = async (id) =>
    fromApi((await post(`${this.#base}/${segment(id)}/cancel`, {}, this.#signed)).order);

  /** The buyer's details that the shop has; {} when it has none. */
  details = async () => (await get(`${this.#session}/details`, this.#signed)).contact ?? {};

  /** Erases the buyer's details from all of this viewer's orders of this session. */
  forget = () => request(`${this.#session}/details`, { ...this.#signed, method: "DELETE" });

  /** What became of all of the viewer's wishes: see `queue-desk.js`. */
  wishes = async () => (await get(`${this.#session}/waitlist`, this.#signed)).entries;

  wish = async (card, units) => (await post(this.#queue(card), { units }, this.#signed)).entry;

  unwish = async (card) =>
    (await request(this.#queue(card), { ...this.#signed, method: "DELETE" })).entry;

  #queue = (card) => `${this.#session}/cards/${segment(card)}/waitlist`;

  get #signed() {
    return { token: this.#token() };
  }

  async #answer(id, promise) {
    try {
      const { order, dup = false } = await promise;
      return { id, ok: true, order: fromApi(order), dup };
    } catch (error) {
      // A token that has expired says nothing of the order; the socket gets a new one.
      const isNoAnswer = !(error instanceof ApiError) || error.status === 0 || error.status === 401;
      if (isNoAnswer) throw error;
      return { id, ok: false, code: codeOf(error), message: error.message, ...error.data };
    }
  }
}

/** The API writes times as ISO 8601, the socket as epoch ms. */
const fromApi = ({ at, hold_until: until, history = [], ...order }) => ({
  ...order,
  at_ms: Date.parse(at),
  ...(until ? { hold_until_ms: Date.parse(until) } : {}),
  history: history.map(({ at: moment, ...step }) => ({ ...step, at_ms: Date.parse(moment) })),
});

/** A gateway between us and the service may answer in its own words. */
function codeOf({ code, status }) {
  if (status === 502 || status === 504) return "unknown";
  if (status === 429) return "rate";
  return status === 503 ? "busy" : code;
}
