/** What the state of an order means to its buyer: one rule for the list and the order's page. */

import { formatMoney } from "./money.js";
import { knows, t } from "./i18n.js";

/** For so long after coming back from a payment the buyer is asked to wait, not to pay again. */
export const PATIENCE_MS = 90_000;

/**
 * Where a held order stands: "pay" while there is time, "confirming" just after the buyer came
 * back from paying, "unconfirmed" when no news came since, "timeUp" by the clock alone.
 *
 * @param returnedAt When the buyer came back from paying for it, by the server's clock; else null.
 */
export function holdStage({ hold_until_ms: until }, nowMs, returnedAt = null) {
  if (returnedAt !== null && nowMs - returnedAt < PATIENCE_MS) return "confirming";
  if (nowMs >= until) return "timeUp";
  return returnedAt === null ? "pay" : "unconfirmed";
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
