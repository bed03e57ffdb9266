/**
 * Flash sales as the console shows them. Pure. What a flash sale is follows from the server's
 * clock: the document tells when it starts and ends, and is not sent anew at those moments.
 */

import { isClosed } from "./session-state.js";

const LIMITS = { countdown_s: [10, 300], minutes: [1, 20] };
const STARTS_FIRST = { running: 0, counting: 1, prepared: 2, ended: 3 };

/** "prepared", "counting", "running" or "ended" at a moment of the server's clock. */
export function flashState({ starts, ends, ended }, nowMs) {
  if (starts === undefined) return "prepared";
  if (ended !== undefined || nowMs >= ends) return "ended";
  return nowMs < starts ? "counting" : "running";
}

/** How long until it starts or ends, ms; null while it is prepared and when it is over. */
export function flashRest(flash, nowMs) {
  const state = flashState(flash, nowMs);
  if (state === "counting") return flash.starts - nowMs;
  return state === "running" ? flash.ends - nowMs : null;
}

/**
 * All of a document, with id and state: what is on first, then what comes, then the past. What was
 * prepared and never started is nothing any more when the session is closed.
 */
export function flashesOf({ flashes = {}, cards, session }, nowMs) {
  const isMeant = ({ state }) => state !== "prepared" || !isClosed(session?.state);
  return Object.entries(flashes)
    .filter(([, flash]) => cards[flash.card] !== undefined)
    .map(([id, flash]) => ({ id, ...flash, state: flashState(flash, nowMs) }))
    .filter(isMeant)
    .sort((one, other) => STARTS_FIRST[one.state] - STARTS_FIRST[other.state]);
}

/**
 * What is wrong with a flash sale as typed.
 *
 * @param typed `{price, units, limit, countdown_s, minutes}`: numbers, or null for what is none;
 *     `limit` is undefined when there is none.
 * @returns The names of the wrong fields.
 */
export function flashFaults({ price, units, limit, ...times }, card) {
  const isWithin = (value, [least, most]) => value !== null && value >= least && value <= most;
  const faults = Object.keys(LIMITS).filter((name) => !isWithin(times[name], LIMITS[name]));
  if (price === null || price >= card.price) faults.unshift("price");
  if (!units) faults.push("units");
  if (limit === null || limit === 0) faults.push("limit");
  return faults;
}
