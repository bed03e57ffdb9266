/** How a card's stock looks to people: one rule for the shelf, the overlay and the console. */

// As in `pictures/scenes.py`, so that the overlay's still and its page agree.
const FEW = 10;

// The crew sees a stock run low earlier than buyers do: there has to be time to say it aloud, to
// restock, or to go on to the next card. A fifth is amber, a twentieth or three pieces is red.
const LOW_SHARE = 0.2;
const LAST_SHARE = 0.05;
const LAST = 3;

/** How the crew sees a stock: "good", "low" (amber), "last" (red) or "none". */
export function stockLevel({ stock, allocated = 0, sold_out: isSoldOut }) {
  if (stock <= 0 || isSoldOut) return "none";
  if (stock <= Math.max(LAST, allocated * LAST_SHARE)) return "last";
  return stock <= Math.max(FEW, allocated * LOW_SHARE) ? "low" : "good";
}

export const isFew = ({ stock }) => stock <= FEW;

/** @returns "sold_out", "closed", "few" or "plenty", in this order of weight. */
export function stockState(card) {
  if (card.stock <= 0 || card.sold_out) return "sold_out";
  if (!card.open) return "closed";
  return isFew(card) ? "few" : "plenty";
}

/** Whether an order for this card may be sent now. */
export const canOrder = (card, sessionState) =>
  sessionState === "live" && card.open && stockState(card) !== "sold_out";

/** Whether a viewer may queue for it, or has; nobody is offered a card twice. */
export const canQueue = (card, sessionState, wish) =>
  sessionState === "live" && card.open && stockState(card) === "sold_out" &&
  !["lapsed", "taken"].includes(wish?.state);
