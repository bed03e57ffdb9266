/** The facts and the history of an order, for its page. */

import { h } from "./dom.js";
import { formatMoment } from "./format.js";
import { knows, t } from "./i18n.js";
import { formatMoney, formatPrice } from "./money.js";

/** @param show The viewers' document of the session. */
export function paintFacts(list, order, { cards, session: { currency } }) {
  const card = cards[order.card];
  const title = card ? `${t("card.slotLink", { n: card.slot })} · ${card.title}` : order.card;
  const price = formatPrice(order.price, currency);
  const money = (amount) => formatMoney(amount, currency);
  const facts = [
    ["product", title],
    ["units", t("orders.line", { units: order.units, price })],
    ["extra", giftsText(order, cards)],
    ["amount", money(order.amount)],
    ["paid", order.paid ? money(order.paid) : ""],
    ["refunded", order.refunded ? money(order.refunded) : ""],
    ["placed", formatMoment(order.at_ms)],
  ];
  list.replaceChildren(
    ...facts.filter(([, text]) => text).map(([name, text]) =>
      h("div", {}, h("dt", { text: t(`paper.${name}`) }), h("dd", { class: "figure", text })),
    ),
  );
}

/** The pieces of other cards than the one whose stock was ordered: its gifts. */
function giftsText({ lines = [] }, cards) {
  return lines
    .slice(1)
    .map(([id, n]) => t("card.giftLine", { n, title: cards[id]?.title ?? id }))
    .join(" · ");
}

/** The newest first, down to when it was placed. */
export function paintHistory(list, order, currency) {
  const steps = [{ what: "placed", by: "you", at_ms: order.at_ms }, ...order.history];
  list.replaceChildren(...steps.reverse().map((step) => row(step, currency)));
}

function row({ what, by, at_ms: at, amount = 0, cause = "" }, currency) {
  const keys = [`step.${what}_${by}`, `step.${what}`, "step.other"];
  return h(
    "li", {},
    h("span", { text: t(keys.find(knows)) }),
    h("span", { class: "figure step-amount", text: amount ? formatMoney(amount, currency) : "" }),
    h("time", { text: formatMoment(at), datetime: new Date(at).toISOString() }),
    ...(cause ? [h("span", { class: "step-cause", text: cause })] : []),
  );
}
