/**
 * Sends the commands of a page that edits, one after the other, each on the newest version that the
 * page has seen or made. A command that got no answer is sent again under its own id.
 */

import { post, segment } from "./api.js";
import { newUuid } from "./uuid.js";

export class Saver {
  #path;
  #seen;
  #made = 0;
  #last = Promise.resolve();
  #ids = new Map();

  /** @param seen `() => version` of the document on the page. */
  constructor(session, seen) {
    this.#path = `/sessions/${segment(session)}/commands`;
    this.#seen = seen;
  }

  /** Carries out a command; resolves with the version that it made. */
  save(command) {
    const done = this.#last.then(() => this.#send(command));
    this.#last = done.catch(() => {});
    return done;
  }

  async #send(command) {
    const key = JSON.stringify(command);
    const id = this.#ids.get(key) ?? newUuid();
    this.#ids.set(key, id);
    try {
      const expected = Math.max(this.#seen(), this.#made);
      const { version } = await post(this.#path, { id, expected_version: expected, command });
      this.#made = Math.max(this.#made, version);
      this.#ids.delete(key);
      return version;
    } catch (error) {
      error.isLater = error.status === 0 || error.status >= 502 || error.status === 429;
      if (!error.isLater) this.#ids.delete(key);
      throw error;
    }
  }
}
