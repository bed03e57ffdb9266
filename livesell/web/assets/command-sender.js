/** Sends one command of the queue to the service, and says what an error means for it. */

import { post } from "./api.js";
import { conflictTold } from "./conflict-told.js";

// 401: it waits until the same person has signed in again.
const LATER = new Set([0, 401, 429]);

/**
 * @param path The session's, such as "/sessions/naqu".
 * @param page `() => ({document, me})` of what the page knows now.
 * @param onSignedOut Called when the login is over.
 */
export function commandSender(path, { page, onSignedOut }) {
  return async ({ id, command }, version) => {
    try {
      return await post(`${path}/commands`, { id, expected_version: version, command });
    } catch (error) {
      // No answer, a busy store or an unknown outcome too: the id makes a second time harmless.
      error.isLater = LATER.has(error.status) || error.status >= 502;
      if (error.status === 401) onSignedOut();
      if (error.code === "version_conflict") {
        error.lines = () => conflictTold(error, { command, version, ...page() });
      }
      throw error;
    }
  };
}
