/**
 * The rundown as a plan: its order, what time each card comes up, how long a script takes to say.
 * Pure: knows no element and no clock.
 */

const MAX_PLAN_S = 7200;
// Source: hosts read about 240 Chinese characters, or 150 words, a minute aloud.
const CHARS_A_MINUTE = 240;
const WORDS_A_MINUTE = 150;
const HAN = /[\u3400-\u9fff\uf900-\ufaff]/gu;
const WORD = /[\p{L}\p{N}]+(?:['’.-][\p{L}\p{N}]+)*/gu;

/** The list with the item at `from` moved to `to`; places beyond the ends are the ends. */
export function moved(list, from, to) {
  const place = Math.min(list.length - 1, Math.max(0, to));
  const rest = list.filter((_, at) => at !== from);
  return [...rest.slice(0, place), list[from], ...rest.slice(place)];
}

/** Mine with whatever only theirs has behind it, and without what theirs has lost. */
export function mergedOrder(mine, theirs) {
  const kept = mine.filter((id) => theirs.includes(id));
  return [...kept, ...theirs.filter((id) => !kept.includes(id))];
}

/**
 * When each card comes up, by the plan.
 *
 * @param cards In the order of the rundown, each with `plan_s`.
 * @param startMs The planned start, epoch ms, or null without one.
 * @returns `[{atMs, offsetS}]`; `atMs` is null without a start.
 */
export function plannedTimes(cards, startMs) {
  let offsetS = 0;
  return cards.map(({ plan_s: planS = 0 }) => {
    const place = { offsetS, atMs: startMs === null ? null : startMs + offsetS * 1000 };
    offsetS += planS;
    return place;
  });
}

export const totalSeconds = (cards) => cards.reduce((sum, { plan_s: planS = 0 }) => sum + planS, 0);

/** How much a script is: `{chars, words, seconds}`; Chinese by characters, the rest by words. */
export function spoken(text) {
  const chars = text.match(HAN)?.length ?? 0;
  const words = text.replace(HAN, " ").match(WORD)?.length ?? 0;
  return { chars, words, seconds: Math.ceil((chars / CHARS_A_MINUTE + words / WORDS_A_MINUTE) * 60) };
}

/** "4:30" for 270 and "1:02:00" for 3720; "" for 0, because nothing is planned. */
export function lengthText(seconds) {
  if (!seconds) return "";
  const two = (value) => String(value).padStart(2, "0");
  const minutes = Math.floor(seconds / 60);
  const rest = two(seconds % 60);
  return minutes < 60 ? `${minutes}:${rest}` : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${rest}`;
}

/**
 * A typed length in seconds, or null: "4:30", "1:02:00", "90s", "4分30秒", and "5" for minutes.
 * Nothing is 0.
 */
export function typedLength(text) {
  const plain = text.normalize("NFKC").trim().toLowerCase();
  if (plain === "") return 0;
  const parts = /^(?:(\d{1,2}):)?(\d{1,3}):([0-5]\d)$/.exec(plain);
  const units = /^(?:(\d{1,3})\s*(?:m|min|分|分钟))?\s*(?:(\d{1,4})\s*(?:s|sec|秒))?$/.exec(plain);
  let seconds = null;
  if (/^\d{1,3}$/.test(plain)) seconds = Number(plain) * 60;
  else if (parts) seconds = Number(parts[1] ?? 0) * 3600 + Number(parts[2]) * 60 + Number(parts[3]);
  else if (units) seconds = Number(units[1] ?? 0) * 60 + Number(units[2] ?? 0);
  return seconds !== null && seconds <= MAX_PLAN_S ? seconds : null;
}

/**
 * Where a dragged row would go: the number of the others whose middle is above the pointer.
 *
 * @param middles The middles of the other rows, from the top.
 */
export const dropPlace = (middles, y) => middles.filter((middle) => middle < y).length;
