/**
 * Times, lengths and counts for people, in the zone and the language of the page.
 *
 * Times come as epoch milliseconds. A session's own zone is used where hosts and crew meet;
 * viewers get their own zone, with the session's beside it when the two differ.
 */

import { language, locale } from "./i18n.js";

const formatters = new Map();

function formatter(options) {
  const key = locale() + JSON.stringify(options);
  if (!formatters.has(key)) {
    formatters.set(key, new Intl.DateTimeFormat(locale(), options));
  }
  return formatters.get(key);
}

/** The viewer's own zone, such as "Europe/Berlin". */
export const ownZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** "20:00"; seconds on request. */
export function formatTime(ms, zone = ownZone(), { seconds = false } = {}) {
  return formatter({
    hour: "2-digit", minute: "2-digit", ...(seconds ? { second: "2-digit" } : {}),
    hourCycle: "h23", timeZone: zone,
  }).format(ms);
}

/** "6月27日 周六" or "Sat 27 Jun"; the year when it is not this one. */
export function formatDay(ms, zone = ownZone(), nowMs = Date.now()) {
  const year = (at) => formatter({ year: "numeric", timeZone: zone }).format(at);
  return formatter({
    month: language() === "zh" ? "long" : "short", day: "numeric", weekday: "short",
    ...(year(ms) === year(nowMs) ? {} : { year: "numeric" }), timeZone: zone,
  }).format(ms);
}

/** "6月27日 周六 20:00" */
export function formatMoment(ms, zone = ownZone(), nowMs = Date.now()) {
  return `${formatDay(ms, zone, nowMs)} ${formatTime(ms, zone)}`;
}

/** "UTC+8" for a zone at a moment. */
export function zoneName(ms, zone) {
  const parts = formatter({ timeZone: zone, timeZoneName: "shortOffset" }).formatToParts(ms);
  return parts.find((part) => part.type === "timeZoneName")?.value ?? zone;
}

/** Whether two zones show the same time at a moment. */
export const sameWallClock = (ms, one, other) =>
  formatMoment(ms, one, ms) === formatMoment(ms, other, ms);

/** "1:02:03" or "02:03": a length, never negative. */
export function formatDuration(ms) {
  const { days, hours, minutes, seconds } = durationParts(ms);
  const allHours = days * 24 + hours;
  const two = (value) => String(value).padStart(2, "0");
  return `${allHours ? `${allHours}:` : ""}${two(minutes)}:${two(seconds)}`;
}

/** Days, hours, minutes and seconds; a begun second counts, so a countdown ends on zero. */
export function durationParts(ms) {
  const total = Math.max(0, Math.ceil(ms / 1000));
  return {
    days: Math.floor(total / 86_400),
    hours: Math.floor(total / 3600) % 24,
    minutes: Math.floor(total / 60) % 60,
    seconds: total % 60,
  };
}

/** "87,214" */
export const formatCount = (value) => String(value).replace(/\B(?=(?:\d{3})+$)/g, ",");

/** "8.7万" or "87.2K": short where room is; below ten thousand the number itself. */
export function formatShort(value) {
  if (value < 10_000) return formatCount(value);
  const steps = language() === "zh" ? [[1e8, "亿"], [1e4, "万"]] : [[1e9, "B"], [1e6, "M"], [1e3, "K"]];
  const [size, unit] = steps.find(([one]) => value >= one);
  const tenths = Math.floor((value * 10) / size) / 10;
  return (tenths >= 100 ? String(Math.floor(tenths)) : String(tenths)) + unit;
}

/** "12 秒" or "3 min": how old something is, in one unit; `t` keys live in `time`. */
export function ageParts(ms) {
  const seconds = Math.floor(ms / 1000);
  if (seconds < 60) return ["time.seconds", { n: seconds }];
  if (seconds < 3600) return ["time.minutes", { n: Math.floor(seconds / 60) }];
  return ["time.hours", { n: Math.floor(seconds / 3600) }];
}
