/**
 * What a card costs now and how much of it can be had: one rule for shelf, sheet and timers.
 *
 * The document carries a flash sale with its times, and the page's copy of the server's clock says
 * whether it is on. The server decides: an order with another price is refused with the right one.
 */

/** @returns "coming", "on", "gone" (on, with nothing left) or "" when there is no flash sale. */
export function flashPhase({ flash }, nowMs) {
  if (!flash || !(nowMs < flash.ends)) return "";
  if (nowMs < flash.starts) return "coming";
  return flash.left > 0 ? "on" : "gone";
}

/**
 * The card as it can be ordered at a moment: with the price, the stock and the limit of its flash
 * sale while that is on, and the usual price struck through.
 */
export function asOffered(card, nowMs) {
  const phase = flashPhase(card, nowMs);
  if (phase !== "on") return { ...card, phase };
  const { price, left, limit = card.limit } = card.flash;
  return { ...card, phase, price, was: card.price, stock: left, limit };
}

/** The card as somebody may order it to whom units were offered on the waitlist. */
export function asPromised(card, { units, price = card.price, until }) {
  const { was, flash, ...usual } = card;
  return { ...usual, price, stock: units, sold_out: false, phase: "", keptUntil: until };
}

/**
 * The units of a card that count for a limit: what stands, without what came back.
 *
 * @param flash The id of a flash sale with a limit of its own; undefined counts all orders.
 */
export function unitsCounted(orders, card, flash) {
  return orders
    .filter((one) => one.card === card && !["cancelled", "expired"].includes(one.state))
    .filter((one) => flash === undefined || one.flash === flash)
    .reduce((sum, one) => sum + one.units - (one.returned ?? 0), 0);
}

/** The most units that one order may have; at least 0. */
export function mostUnits({ stock, limit, per_order: perOrder }, already) {
  const left = limit === undefined ? Infinity : limit - already;
  return Math.max(0, Math.min(stock, left, perOrder ?? Infinity, 999));
}
