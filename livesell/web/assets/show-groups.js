/** Which shows a visitor sees first: pure rules of the list of shows. */

const LIVE = new Set(["live", "paused"]);

/**
 * @param sessions As `GET /sessions` lists them, times in ISO 8601.
 * @param nowMs The server's clock.
 * @returns `{live, coming, past}`: live by start, coming by the nearest, past by the newest.
 */
export function groupShows(sessions, nowMs) {
  const of = (test) => sessions.filter(test);
  const planned = (one) => Date.parse(one.planned_start ?? "") || 0;
  const isComing = ({ state }) => state === "scheduled" || state === "missed";
  const isMissed = (one) => one.state === "missed" && planned(one) < nowMs - 86_400_000;
  return {
    live: of(({ state }) => LIVE.has(state)).sort(byTime((one) => -Date.parse(one.started))),
    coming: of((one) => isComing(one) && !isMissed(one)).sort(byTime(planned)),
    past: of(({ state }) => state === "ended").sort(byTime((one) => -Date.parse(one.ended))),
  };
}

const byTime = (time) => (a, b) => time(a) - time(b);
