/**
 * Days, weeks and months of a calendar in any zone, and where sessions stand in them. A day is its
 * key, "2026-06-27". Pure: knows no element and never reads the clock.
 */

import { fromInputTime, toInputTime } from "./zoned-time.js";

const DAY_MS = 86_400_000;
const DAY_MINUTES = 1440;

/** The day that a wall clock of the zone shows at a moment. */
export const dayOf = (ms, zone) => toInputTime(ms, zone).slice(0, 10);

/** The minute of the day on that wall clock, from 0. */
export function minuteOf(ms, zone) {
  const [hours, minutes] = toInputTime(ms, zone).slice(11, 16).split(":").map(Number);
  return hours * 60 + minutes;
}

/** The first moment of a day, epoch ms; not midnight where summer time skips that. */
export const startOf = (day, zone) => fromInputTime(`${day}T00:00`, zone);

export const addDays = (day, days) => new Date(Date.parse(`${day}T00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);

export function addMonths(day, months) {
  const [year, month, date] = day.split("-").map(Number);
  const last = new Date(Date.UTC(year, month + months, 0)).getUTCDate();
  return new Date(Date.UTC(year, month - 1 + months, Math.min(date, last))).toISOString().slice(0, 10);
}

/** The Monday of the week of a day. */
const mondayOf = (day) => addDays(day, -((new Date(`${day}T00:00Z`).getUTCDay() + 6) % 7));

const daysFrom = (first, count) => Array.from({ length: count }, (_, at) => addDays(first, at));

/** The seven days of its week, from Monday. */
export const weekOf = (day) => daysFrom(mondayOf(day), 7);

/** The weeks that show its month, whole weeks from Monday. */
export function monthOf(day) {
  const first = mondayOf(`${day.slice(0, 8)}01`);
  const last = weekOf(addDays(addMonths(`${day.slice(0, 8)}01`, 1), -1)).at(-1);
  return daysFrom(first, (Date.parse(last) - Date.parse(first)) / DAY_MS + 1);
}

/** A row of `GET /sessions` with a time: `{session, startMs, endMs}`; null for a draft without. */
export function spanOf(session) {
  const at = (text) => (text ? Date.parse(text) : null);
  const startMs = at(session.started) ?? at(session.planned_start);
  if (startMs === null) return null;
  return { session, startMs, endMs: Math.max(startMs, at(session.ended) ?? at(session.planned_end) ?? startMs) };
}

/**
 * What a day shows of the sessions.
 *
 * @param zoneOf `(session) => zone`: whose wall clock places it.
 * @returns `[{session, from, to, lane, lanes, isClash}]` by time; minutes of that day, at least
 *     30 long so that there is something to see, and side by side when they overlap.
 */
export function blocksOf(sessions, day, zoneOf) {
  const blocks = sessions.map(spanOf).filter(Boolean).flatMap((span) => blockOn(span, day, zoneOf(span.session)));
  blocks.sort((one, other) => one.from - other.from || other.to - one.to);
  return withLanes(blocks);
}

function blockOn({ session, startMs, endMs }, day, zone) {
  const [first, last] = [dayOf(startMs, zone), dayOf(Math.max(startMs, endMs - 1), zone)];
  if (day < first || day > last) return [];
  const from = day === first ? minuteOf(startMs, zone) : 0;
  const end = day === last ? minuteOf(Math.max(startMs, endMs - 1), zone) + 1 : DAY_MINUTES;
  // Where clocks go back, the wall clock may show an earlier end than start.
  const to = Math.min(DAY_MINUTES, Math.max(from + 30, end));
  return [{ session, startMs, endMs, from, to }];
}

function withLanes(blocks) {
  const placed = [];
  let group = [];
  let until = -1;
  const close = () => {
    const lanes = Math.max(0, ...group.map(({ lane }) => lane + 1));
    placed.push(...group.map((block) => ({ ...block, lanes, isClash: clashes(block, group) })));
    group = [];
  };
  for (const block of blocks) {
    if (block.from >= until) close();
    const taken = new Set(group.filter(({ to }) => to > block.from).map(({ lane }) => lane));
    let lane = 0;
    while (taken.has(lane)) lane += 1;
    group.push({ ...block, lane });
    until = Math.max(until, block.to);
  }
  close();
  return placed;
}

const TAKES_TIME = new Set(["scheduled", "live", "paused"]);

/** Two sessions of one host at one time; those of others may run beside each other. */
function clashes({ session, startMs, endMs }, group) {
  return TAKES_TIME.has(session.state) && group.some((other) =>
    other.session.id !== session.id && TAKES_TIME.has(other.session.state)
    && other.session.host.toLowerCase() === session.host.toLowerCase()
    && other.startMs < endMs && startMs < other.endMs);
}
