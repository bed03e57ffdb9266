/** What the state of an order means to its buyer: one rule for the list and the order's page. */

import { formatMoney } from "./money.js";
import { knows, t } from "./i18n.js";
import { recall, remember } from "./page.js";

const TRIED_KEY = "livesell.paying";

/** Whether the buyer has gone from this tab to a page on which to pay for an order. */
export const hasTried = (id) => (recall("sessionStorage", TRIED_KEY) ?? []).includes(id);

/** The buyer goes there now. */
export function rememberTry(id) {
  const others = (recall("sessionStorage", TRIED_KEY) ?? []).filter((one) => one !== id);
  remember("sessionStorage", TRIED_KEY, [...others, id]);
}

/**
 * Where a held order stands: "pay" while there is time, "unconfirmed" when the buyer has been on
 * the page on which to pay (what came of it is not known here), "timeUp" by the clock alone.
 */
export function holdStage({ id, hold_until_ms: until }, nowMs) {
  if (nowMs >= until) return "timeUp";
  return hasTried(id) ? "unconfirmed" : "pay";
}

/** The state in a word. */
export const stateWord = ({ state }) => (knows(`orders.${state}`) ? t(`orders.${state}`) : state);

/** How it looks: "good", "warn" or "" (it asks for nothing any more). */
export function stateLook({ state }) {
  if (["placed", "paid", "fulfilled"].includes(state)) return "good";
  return state === "held" ? "warn" : "";
}

/** The state in a sentence; for held orders by their stage. */
export function stateSentence(order, stage) {
  if (order.state === "held") return t(`orders.told_${stage}`);
  const isLate = order.history?.some(({ what }) => what === "paid_late");
  if (isLate && order.state !== "paid") return t("orders.told_late");
  return knows(`orders.told_${order.state}`) ? t(`orders.told_${order.state}`) : "";
}

/** "¥5.00 refunded" of an order that stands; "" when nothing was given back. */
export function refundedText({ refunded = 0, state }, currency) {
  if (!refunded || state === "refunded") return "";
  return t("orders.refundedPart", { amount: formatMoney(refunded, currency) });
}
