/** How a card's stock looks to people: one rule for the shelf, the overlay and the console. */

// As in `pictures/scenes.py`, so that the overlay's still and its page agree.
const FEW = 10;

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
