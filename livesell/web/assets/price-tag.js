/** A price set for the eye: a small sign, a large number, small decimals. */

import { h } from "./dom.js";
import { moneyParts } from "./money.js";

/** Paints an amount into an element; says it whole to screen readers. */
export function paintPrice(element, amountMinor, currency) {
  const { minus, sign, whole, decimals } = moneyParts(amountMinor, currency);
  const shownDecimals = /^\.0+$/.test(decimals) ? "" : decimals;
  const text = minus + sign + whole + shownDecimals;
  if (element.dataset.amount === text) return;
  element.dataset.amount = text;
  element.replaceChildren(
    h("span", { class: "visually-hidden", text }),
    h(
      "span",
      { "aria-hidden": "true", class: "price-parts" },
      h("span", { class: "price-sign", text: minus + sign.trim() }),
      h("span", { class: "price-whole", text: whole }),
      h("span", { class: "price-decimals", text: shownDecimals }),
    ),
  );
}
