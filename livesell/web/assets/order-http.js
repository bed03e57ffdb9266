/** A viewer's orders over HTTP, in the shapes of the socket; for when there is no socket. */

import { ApiError, get, post, segment } from "./api.js";

/** @param token `() => string`, the viewer's token of the moment. */
export class OrderHttp {
  #base;
  #token;

  constructor({ session, token }) {
    this.#base = `/sessions/${segment(session)}/orders`;
    this.#token = token;
  }

  /** Places an order. @throws ApiError With status 0 when nobody answered. */
  post = ({ id, card, units, price, contact }) => {
    const body = { card, units, price, ...(contact ? { contact } : {}) };
    const headers = { "Idempotency-Key": id };
    return this.#answer(id, post(this.#base, body, { token: this.#token(), headers }));
  };

  /** What became of an order. */
  ask = (id) => this.#answer(id, get(`${this.#base}/${segment(id)}`, { token: this.#token() }));

  /** All orders of this viewer, newest first. */
  list = async () => {
    const { orders } = await get(this.#base, { token: this.#token() });
    return orders.map(fromApi);
  };

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
const fromApi = ({ at, ...order }) => ({ ...order, at_ms: Date.parse(at) });

/** A gateway between us and the service may answer in its own words. */
function codeOf({ code, status }) {
  if (status === 502 || status === 504) return "unknown";
  if (status === 429) return "rate";
  return status === 503 ? "busy" : code;
}
