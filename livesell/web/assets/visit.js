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
  #session;
  #pass;

  /**
   * @param session The session's id: a rehearsal wants a token for it alone, and a visit to another
   *   session is another visit.
   */
  constructor(session = "") {
    this.#session = session;
    const kept = recall("sessionStorage", VISIT_KEY);
    this.#pass = kept?.to === session ? kept : null;
  }

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
    const answer = await this.#ask(recall("localStorage", VIEWER_KEY));
    const { viewer, token, expires, push, session } = answer;
    this.#pass = { viewer, token, expires, push, to: this.#session };
    // A token for one session only would lock this browser out of all others.
    if (!session) remember("localStorage", VIEWER_KEY, token);
    remember("sessionStorage", VISIT_KEY, this.#pass);
  }

  /** An old token makes the service take this browser for the viewer that it was. */
  async #ask(oldToken) {
    try {
      return await post("/viewers", this.#wish, { token: oldToken ?? undefined });
    } catch (error) {
      if (!oldToken || !(error instanceof ApiError) || error.status !== 401) throw error;
      return post("/viewers", this.#wish);
    }
  }

  get #wish() {
    return { session: this.#session };
  }
}
