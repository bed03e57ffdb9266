/** What is wrong with two typed times of a plan: pure, so that it is tested without a browser. */

import { fromInputTime, toInputTime } from "./zoned-time.js";

const MAX_LENGTH_MS = 24 * 3_600_000;

/** Whether this wall clock never shows such a time, because summer time begins then. */
export function isInGap(text, zone) {
  const ms = fromInputTime(text, zone);
  return ms !== null && toInputTime(ms, zone) !== text.slice(0, 16);
}

/** @returns `{field, key, vars}` of the first thing that is wrong, or null. */
export function timesProblem(startText, endText, zone, nowMs) {
  const [start, end] = [startText, endText].map((text) => fromInputTime(text, zone));
  if (start === null) return { field: "planned_start", key: "prepare.wrong_start" };
  if (end === null) return { field: "planned_end", key: "prepare.wrong_end_empty" };
  for (const [field, text] of [["planned_start", startText], ["planned_end", endText]]) {
    if (isInGap(text, zone)) {
      return { field, key: "prepare.wrong_gap", vars: { time: text.slice(11, 16), zone } };
    }
  }
  if (end <= start) return { field: "planned_end", key: "create.wrong_end" };
  if (end - start > MAX_LENGTH_MS) return { field: "planned_end", key: "create.wrong_length" };
  return end <= nowMs ? { field: "planned_end", key: "create.wrong_past" } : null;
}
