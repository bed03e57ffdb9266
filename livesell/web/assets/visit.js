/**
 * Who this browser is to the service: one viewer for as long as the browser remembers, and one
 * visit for each opening of a page. Likes are cumulative within a visit.
 *
 * A reload stays in its visit; a new tab begins one. Next: `likes.js`.
 */

import { ApiError, post } from "./api.js";
import { recall, remember } from "./page.js";

const VIEWER_KEY = "livesell.viewer";
const VISIT_KEY = "livesell.visit";
// A token that ends within this time is renewed before it is used.
const RENEW_BEFORE_MS = 60_000;

export class Visit {
  #pass = recall("sessionStorage", VISIT_KEY);

  /** The signed token, for the API; "" before the first `credentials`. */
  get token() {
    return this.#pass?.token ?? "";
  }

  /** What tells this visit from others; it is no secret. */
  get key() {
    return this.token.slice(-16);
  }

  /** `{push, token}` for the socket; asks the service when there is none or a new one is wanted. */
  credentials = async ({ renew }) => {
    const isGood = this.#pass && Date.parse(this.#pass.expires) - Date.now() > RENEW_BEFORE_MS;
    if (renew || !isGood) await this.#begin();
    return this.#pass;
  };

  async #begin() {
    const { viewer, token, expires, push } = await this.#ask(recall("localStorage", VIEWER_KEY));
    this.#pass = { viewer, token, expires, push };
    remember("localStorage", VIEWER_KEY, token);
    remember("sessionStorage", VISIT_KEY, this.#pass);
  }

  /** An old token makes the service take this browser for the viewer that it was. */
  async #ask(oldToken) {
    try {
      return await post("/viewers", {}, { token: oldToken ?? undefined });
    } catch (error) {
      if (!oldToken || !(error instanceof ApiError) || error.status !== 401) throw error;
      return post("/viewers", {});
    }
  }
}
