/**
 * Where the broadcast is against its plan. Pure; times are epoch ms of the server's clock.
 *
 * Each card may have planned seconds of explanation (`plan_s`). A card that was explained and left
 * counts with its whole plan, the shown one with what was used of it, the others not at all: so the
 * position holds when cards are shown in another order than planned.
 */

/** How long the shown card is being explained now, ms; 0 when none is. */
export const shownMs = ({ session }, nowMs) =>
  session.shown_since === undefined ? 0 : Math.max(0, nowMs - session.shown_since);

/**
 * @returns `{aheadMs, restMs, endMs}`: how far ahead of the plan (negative: behind), what the plan
 *   still asks for, and when the rundown would be through; null without a plan or off air.
 */
export function planPosition(document, nowMs) {
  const { session, cards, shown } = document;
  const isRunning = session.state === "live" || session.state === "paused";
  let doneMs = 0;
  let restMs = 0;
  let isPlanned = false;
  for (const [id, card] of Object.entries(cards)) {
    const planMs = (card.plan_s ?? 0) * 1000;
    isPlanned ||= planMs > 0;
    const usedMs = id === shown ? (card.window_ms ?? 0) + shownMs(document, nowMs) : planMs;
    const isTouched = id === shown || card.windows > 0;
    const countedMs = isTouched ? Math.min(planMs, usedMs) : 0;
    doneMs += countedMs;
    restMs += planMs - countedMs;
  }
  if (!isRunning || !isPlanned || session.started === undefined) return null;
  return { aheadMs: doneMs - (nowMs - session.started), restMs, endMs: nowMs + restMs };
}
