/** What the crew does with orders, as calls of the API. Knows no element. */

import { get, post, request, segment } from "./api.js";

export class Till {
  #path;

  /** @param path The session's, such as "/sessions/naqu". */
  constructor(path) {
    this.#path = path;
  }

  async order(id) {
    return (await get(`${this.#path}/orders/${segment(id)}`)).order;
  }

  fulfil({ id }) {
    return post(`${this.#path}/orders/${segment(id)}/fulfil`);
  }

  cancel({ id }, cause) {
    return post(`${this.#path}/orders/${segment(id)}/cancel`, { cause });
  }

  /** @param key One a form, so that a lost answer does not give the money back twice. */
  refund({ id }, { amount, units, restock, cause }, key) {
    const body = { amount, units, restock, cause };
    const headers = { "Idempotency-Key": key };
    return post(`${this.#path}/orders/${segment(id)}/refund`, body, { headers });
  }

  /** Takes the details of this order's buyer out of all its orders. */
  erase({ viewer }) {
    const path = `${this.#path}/viewers/${segment(viewer)}/details`;
    return request(path, { method: "DELETE" });
  }

  /** @param key One a form: the same order is placed once, however often it is sent. */
  enter(body, key) {
    const headers = { "Idempotency-Key": key };
    return post(`${this.#path}/offline-orders`, body, { headers });
  }

  async refunds() {
    return (await get(`${this.#path}/refunds`)).refunds;
  }

  refundDone({ id }) {
    return post(`${this.#path}/refunds/${segment(id)}/done`);
  }

  refundAgain({ id }) {
    return post(`${this.#path}/refunds/${segment(id)}/retry`);
  }

  async alarmSeen({ id }) {
    return (await post(`${this.#path}/alarms/${segment(id)}/seen`)).alarm;
  }

  async alarms() {
    return (await get(`${this.#path}/alarms`)).alarms;
  }
}
