/**
 * What stands on a card's stock and what limits its sales, as short notes: held, waiting, safety,
 * pack, gifts. Pure but for the words.
 */

import { formatCount } from "./format.js";
import { t } from "./i18n.js";
import { formatPrice } from "./money.js";

/** @returns `[{kind, text}]`, what is urgent first; only what is not as usual. */
export function claimsOf(card, { cards, session: { currency } }) {
  const number = (kind, value = 0) => (value > 0 ? [{ kind, text: t(`card.${kind}`, { n: formatCount(value) }) }] : []);
  return [
    ...(card.sold_out ? [{ kind: "by_hand", text: t("card.by_hand") }] : []),
    ...(card.flash ? [{ kind: "flash", text: t("card.flash") }] : []),
    ...number("held", card.held),
    ...number("waiting", card.waiting),
    ...number("offered", card.offered),
    ...number("safety", card.safety),
    ...number("pack", card.pack),
    ...(card.of && cards[card.of] ? [{ kind: "of", text: t("card.of", cards[card.of]) }] : []),
    ...(card.gifts ?? []).map((gift) => ({
      kind: "gift", text: t("card.gift", { n: gift.units, title: cards[gift.card]?.title ?? gift.card }),
    })),
    ...number("limit", card.limit),
    ...number("per_order", card.per_order),
    ...(card.floor === undefined ? [] : [{ kind: "floor", text: t("card.floor", { price: formatPrice(card.floor, currency) }) }]),
  ];
}
