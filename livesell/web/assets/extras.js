/** What comes with a unit of a card, in words: the size of a pack, and gifts. */

import { locale, t } from "./i18n.js";

/** "Pack of 10 · With it: 2 × cup"; "" when there is nothing to say. */
export function extrasText({ pack = 1, gifts = [] }, cards) {
  const inWords = new Intl.ListFormat(locale(), { type: "conjunction" });
  const given = gifts
    .filter(({ card }) => cards[card])
    .map(({ card, units }) => t("card.giftLine", { n: units, title: cards[card].title }));
  return [
    ...(pack > 1 ? [t("card.pack", { n: pack })] : []),
    ...(given.length ? [t("card.gifts", { gifts: inWords.format(given) })] : []),
  ].join(" · ");
}
