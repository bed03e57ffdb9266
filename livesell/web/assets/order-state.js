/**
 * What the crew may do with an order, and how much of it can be given back. Pure; the service
 * decides, this only offers what it would accept. The order is an `OrderRow` of the API.
 */

import { typedPrice, typedWhole } from "./typed-number.js";

/** Money and units that were not given back yet. */
export function leftOf({ paid = 0, refunded = 0, units, returned = 0 }) {
  return { money: paid - refunded, units: units - returned };
}

const BY_STATE = {
  placed: ["fulfil", "cancel"],
  held: ["cancel"],
  paid: ["fulfil", "refund"],
  fulfilled: ["refund"],
};

/** @returns Some of "fulfil", "cancel" and "refund", the likeliest first. */
export const actionsOf = ({ state }) => BY_STATE[state] ?? [];

/** Whether somebody has to look after a refund: it failed, or was asked for in vain. */
export const needsCrew = ({ state, tries }) => state === "failed" || (state === "due" && tries > 0);

/** Whether a refund can still change by itself. */
export const isUnderWay = ({ state }) => state === "due" || state === "sent";

/**
 * A refund as typed, or what is wrong with it.
 *
 * @returns `{amount, units}` or `{wrong: {amount | units | nothing: true}}`; an empty field is 0.
 */
export function refundTyped({ amount, units }, order, currency) {
  const left = leftOf(order);
  const money = amount.trim() === "" ? 0 : typedPrice(amount, currency);
  const back = units.trim() === "" ? 0 : typedWhole(units);
  if (money === null || money > left.money) return { wrong: { amount: true } };
  if (back === null || back > left.units) return { wrong: { units: true } };
  if (money === 0 && back === 0) return { wrong: { nothing: true } };
  return { amount: money, units: back };
}

/** The price of some units, but never more than is left: what a refund of them offers. */
export const priceOf = (units, order) => Math.min(units * order.price, leftOf(order).money);

/** The whole way of an order, oldest first: how it was placed, and what became of it. */
export function stepsOf(order) {
  const placed = { what: "placed", at: order.at, by: order.by ?? order.viewer };
  return [placed, ...(order.history ?? [])];
}
