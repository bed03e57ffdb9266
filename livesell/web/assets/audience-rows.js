/**
 * The list of viewers between two answers of the service: pure, so that nothing jumps by accident.
 *
 * Rows stay where they are under a thumb. What is new about them is shown in place; who is new, and
 * a new order, come when the person asks for it.
 */

/** The rows as they stand, each with what the newest answer says of it. */
export function patched(rows, fresh) {
  const news = new Map(fresh.map((row) => [row.viewer, row]));
  return rows.map((row) => news.get(row.viewer) ?? row);
}

/** How many of an answer's viewers are not listed yet. */
export function newcomers(rows, fresh) {
  const listed = new Set(rows.map(({ viewer }) => viewer));
  return fresh.filter(({ viewer }) => !listed.has(viewer)).length;
}

/** The rows and the part after them; who moved meanwhile is not listed twice. */
export function continued(rows, more) {
  const listed = new Set(rows.map(({ viewer }) => viewer));
  return [...rows, ...more.filter(({ viewer }) => !listed.has(viewer))];
}

/** The address of one part of the list, below /api/v1. */
export function addressOf(session, { show, sort, find }, { after = "", limit = 50 } = {}) {
  const query = new URLSearchParams({ show, sort, limit });
  if (find) query.set("find", find);
  if (after) query.set("after", after);
  return `/sessions/${encodeURIComponent(session)}/viewers?${query}`;
}

// What takes each deed back.
export const INVERSE = { mute: "unmute", unmute: "mute", ban: "unban", unban: "ban" };

/** How a deed is asked for: `{path, method, body}`. */
export function deedOf(session, viewer, verb, cause = "") {
  const isLifting = verb.startsWith("un");
  const path = ["", "sessions", session, "viewers", viewer, verb.replace(/^un/, "")];
  return {
    path: path.map(encodeURIComponent).join("/"),
    method: isLifting ? "DELETE" : "PUT",
    body: isLifting ? undefined : { cause },
  };
}
