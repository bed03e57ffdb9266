/**
 * Wall-clock times of an IANA zone, for <input type="datetime-local">, which knows no zone.
 * Nothing here reads the clock.
 */

const TWO = "2-digit";
const FIELDS = { year: "numeric", month: TWO, day: TWO, hour: TWO, minute: TWO };

/** The zone of this browser, "UTC" when it does not say. */
export function localZone() {
  return Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
}

/** An epoch time as the input wants it: "2026-06-27T20:00" on the zone's wall clock. */
export function toInputTime(ms, zone) {
  const parts = new Intl.DateTimeFormat("en-CA", { ...FIELDS, timeZone: zone, hourCycle: "h23" })
    .formatToParts(ms)
    .reduce((found, { type, value }) => ({ ...found, [type]: value }), {});
  return `${parts.year}-${parts.month}-${parts.day}T${parts.hour}:${parts.minute}`;
}

/**
 * The epoch time that a wall clock of the zone shows as `text`, or null when it is no time.
 *
 * Where summer time ends, an hour happens twice and the first is meant; where it begins, an hour
 * is missing and the same span after the gap is meant.
 */
export function fromInputTime(text, zone) {
  const asUtc = Date.parse(`${text}Z`);
  if (!/^\d{4,6}-\d\d-\d\dT\d\d:\d\d/.test(text) || Number.isNaN(asUtc)) return null;
  const guesses = [-1, 1].map((side) => asUtc - offsetMs(asUtc + side * 86_400_000, zone));
  const right = guesses.filter((guess) => toInputTime(guess, zone) === text.slice(0, 16));
  return right.length > 0 ? Math.min(...right) : Math.max(...guesses);
}

function offsetMs(ms, zone) {
  const minute = Math.floor(ms / 60_000) * 60_000;
  return Date.parse(`${toInputTime(minute, zone)}Z`) - minute;
}
