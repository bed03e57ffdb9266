/** What a session's state means for the crew: one rule for every page. */

export const isOnAir = (state) => state === "live" || state === "paused";

/** Before its first moment on air; a missed session can still be started by its host, late. */
export const isAhead = (state) => state === "draft" || state === "scheduled" || state === "missed";

/** Nothing in it can be changed any more. */
export const isClosed = (state) => state === "ended" || state === "cancelled";

/** The cards of a document in the order of the rundown, each with its id. */
export function inRundown(document) {
  return (document.rundown ?? [])
    .filter((id) => document.cards[id] !== undefined)
    .map((id) => ({ id, ...document.cards[id] }));
}

/**
 * The cards that come next, at most `most`: those after the shown card, or from the first one that
 * was not shown yet.
 */
export function nextCards(document, most) {
  const cards = inRundown(document);
  const shown = cards.findIndex((card) => card.id === document.shown);
  if (shown >= 0) return cards.slice(shown + 1, shown + 1 + most);
  const first = Math.max(0, cards.findIndex((card) => !card.windows));
  return cards.slice(first, first + most);
}

/** The card that comes next, with its id, or null. */
export const nextCard = (document) => nextCards(document, 1)[0] ?? null;

/** The card with a slot number, with its id, or null. */
export function cardAtSlot(document, slot) {
  const found = Object.entries(document.cards).find(([, card]) => card.slot === slot);
  return found ? { id: found[0], ...found[1] } : null;
}

/** The lowest `n` slot numbers that are free. */
export function freeSlots(document, n) {
  const taken = new Set(Object.values(document.cards).map((card) => card.slot));
  const free = [];
  for (let slot = 1; free.length < n; slot += 1) if (!taken.has(slot)) free.push(slot);
  return free;
}
