/**
 * How old a command may be when the link is back. A show has gone on meanwhile: what was right for
 * its moment only is dropped, everything else is asked about once more. Pure.
 */

const MINUTE_MS = 60_000;

// Meant for the very moment: two minutes later the host speaks of something else.
const OF_THE_MOMENT = new Set([
  "show", "hide", "pause", "resume", "start", "start_flash", "undo",
]);
const DROP_AFTER_MS = 2 * MINUTE_MS;

// It cannot be taken back, so an old tap is not enough.
const FOR_GOOD = new Set(["end", "cancel", "end_flash"]);
const ASK_FOR_GOOD_AFTER_MS = 2 * MINUTE_MS;

// A price or a restock is mostly still meant, but ten minutes on nobody remembers having sent it.
const ASK_AFTER_MS = 10 * MINUTE_MS;

// A device whose clock was set back does not know how old a command is.
const CLOCK_SLACK_MS = MINUTE_MS;

/**
 * @param ageMs By the clock of this device.
 * @returns "send", "ask" or "drop".
 */
export function verdictOf({ do: verb }, ageMs) {
  if (ageMs < -CLOCK_SLACK_MS) return "ask";
  if (OF_THE_MOMENT.has(verb)) return ageMs > DROP_AFTER_MS ? "drop" : "send";
  const limit = FOR_GOOD.has(verb) ? ASK_FOR_GOOD_AFTER_MS : ASK_AFTER_MS;
  return ageMs > limit ? "ask" : "send";
}
