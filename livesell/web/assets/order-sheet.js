/** The facts, the buyer's details and the history of an order, for the crew. */

import { h } from "./dom.js";
import { formatMoment, formatTime } from "./format.js";
import { knows, t } from "./i18n.js";
import { formatMoney, formatPrice } from "./money.js";
import { leftOf, stepsOf } from "./order-state.js";

// As in domain/person.py.
const TIMER = "timer";

const pair = ([key, text]) =>
  h("div", {}, h("dt", { text: t(`till.${key}`) }), h("dd", { class: "figure", text }));

const paintPairs = (list, pairs) =>
  list.replaceChildren(...pairs.filter(([, text]) => text).map(pair));

export function paintFacts(list, order, { currency, zone, named }) {
  const money = (amount) => (amount ? formatMoney(amount, currency) : "");
  const left = leftOf(order);
  const units = { units: order.units, price: formatPrice(order.price, currency) };
  paintPairs(list, [
    ["product", named(order.card)],
    ["units", t("till.units_line", units)],
    ["pieces", piecesText(order, named)],
    ["amount", formatMoney(order.amount, currency)],
    ["paid", money(order.paid)],
    ["refunded", money(order.refunded)],
    ["returned", order.returned ? String(order.returned) : ""],
    ["left", order.refunded || order.returned ? formatMoney(left.money, currency) : ""],
    ["hold_until", order.hold_until ? formatMoment(Date.parse(order.hold_until), zone) : ""],
    ["flash", order.flash ?? ""],
    ["payment", order.payment ?? ""],
    ["by", order.by ?? ""],
  ]);
}

/** What it takes from which stock, when that is more than its own units. */
function piecesText({ card, units, lines = [] }, named) {
  const isPlain = lines.length === 1 && lines[0][0] === card && lines[0][1] === units;
  return isPlain ? "" : lines.map(([id, n]) => `${n} × ${named(id)}`).join("\n");
}

/** @returns Whether there is anything to show. */
export function paintDetails(list, contact) {
  const names = ["name", "phone", "address", "note"];
  paintPairs(list, names.map((name) => [name, contact[name] ?? ""]));
  return names.some((name) => contact[name]);
}

/** The newest first, down to when it was placed. */
export function paintSteps(list, order, about) {
  list.replaceChildren(...stepsOf(order).reverse().map((step) => stepLine(step, order, about)));
}

function stepLine({ what, at, by, amount, units, cause }, { viewer }, { currency, zone }) {
  const who = by === TIMER ? t("till.by_timer") : by === viewer ? t("till.by_buyer") : by;
  const key = `till.step_${what}`;
  const facts = [
    amount ? formatMoney(amount, currency) : "", units ? t("till.step_units", { n: units }) : "",
  ].filter(Boolean);
  const moment = Date.parse(at);
  const time = `${formatMoment(moment, zone).replace(/ \S+$/, "")} ${formatTime(moment, zone, { seconds: true })}`;
  return h(
    "li",
    { data: { step: what } },
    h("span", { class: "step-what", text: t(knows(key) ? key : "till.step_other") }),
    h("span", { class: "figure step-amount", text: facts.join(" · ") }),
    h("time", { text: time, datetime: at }),
    h("span", { class: "step-by", text: who }),
    cause ? h("span", { class: "step-cause", text: cause }) : null,
  );
}
