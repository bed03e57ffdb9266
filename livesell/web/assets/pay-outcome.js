/**
 * What the page after paying says of an order: only what the service has on record.
 *
 * Pure; `pay-return.js` paints it.
 */

// After this long without a confirmation, most likely nothing was paid.
const LONG_MS = 15_000;

const LOOKS = {
  held: "waiting",
  placed: "good",
  paid: "good",
  fulfilled: "good",
  expired: "over",
  cancelled: "over",
  refunded: "over",
};

// Nothing follows these but a refund, and that is told in the orders of the viewer.
const LAST = new Set(["placed", "paid", "fulfilled", "cancelled", "refunded"]);

/**
 * @param order The API's order; null for one that is not this viewer's.
 * @param waitedMs How long the page has been open.
 * @param hasLeft Whether the buyer says to have turned back from paying.
 * @returns `{look, title, text, canPay, isLast}`; title and text are keys of the catalogue.
 */
export function outcomeOf(order, waitedMs, hasLeft = false) {
  if (order === null) return said("unknown", "over", { isLast: true });
  if (!(order.state in LOOKS)) return said("other", "over", {});
  const isLong = order.state === "held" && (hasLeft || waitedMs >= LONG_MS);
  return {
    ...said(order.state, LOOKS[order.state], { isLast: LAST.has(order.state) }),
    ...(isLong ? { text: "pay.heldLong", canPay: true } : {}),
  };
}

function said(name, look, { isLast = false }) {
  return { look, title: `pay.${name}`, text: `pay.${name}Text`, canPay: false, isLast };
}

/** How long to wait before asking again: often at first, when the buyer is looking. */
export function pauseAfter(waitedMs) {
  if (waitedMs < 30_000) return 1000;
  return waitedMs < 180_000 ? 3000 : 10_000;
}

/** Where the buyer goes on to: the show, or the page of the order. */
export const homeOf = ({ session, order, to }) =>
  to === "order" ? `/s/${session}/orders/${order}` : `/s/${session}`;

/** `{session, order, to, hasLeft}` from the address of the page; null when it is not whole. */
export function orderFrom(search) {
  const query = new URLSearchParams(search);
  const session = query.get("session") ?? "";
  const order = query.get("order") ?? "";
  const isWhole = /^[a-z0-9-]{1,48}$/.test(session) && /^[0-9a-f-]{36}$/.test(order);
  const to = query.get("to") === "order" ? "order" : "viewer";
  return isWhole ? { session, order, to, hasLeft: query.has("left") } : null;
}
