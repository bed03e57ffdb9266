/** What colleagues did, told as sentences: "3 号 · 凉茶 价格：¥5 → ¥4". */

import { formatCount, formatTime } from "./format.js";
import { knows, t } from "./i18n.js";
import { formatPrice } from "./money.js";

// As in domain/person.py.
const TIMER = "timer";

const PRICED = new Set(["price"]);
const TIMED = new Set(["extend", "schedule"]);

/**
 * What one of the document's `doings` did.
 *
 * @param document Names the cards; one that is gone is told by its slot number.
 */
export function doingTold(doing, document) {
  const { do: verb, of } = doing;
  if (of === undefined) return plain(verb, doing, document);
  // The values of what took it back stand the other way round.
  const what = plain(of, { ...doing, before: doing.after, after: doing.before }, document);
  return t(`doing.${verb}`, { what });
}

/** Whose doing it is, as this page says it. */
export function doerTold({ by }, me) {
  if (by === TIMER) return t("doing.timer");
  return by === me?.name ? t("doing.you") : by;
}

function plain(verb, { card: id, slot, before, after }, { cards, session }) {
  const card = cards[id];
  const named = card ? t("card.named", card) : t("doing.slot", { slot: slot ?? "" });
  const value = (one) => valueTold(verb, one, session);
  const vars = { card: named, before: value(before), after: value(after), name: verb };
  const key = `doing.${variant(verb, after)}`;
  if (verb === "restock") vars.n = formatCount(Math.abs(after));
  return t(knows(key) ? key : "doing.other", vars);
}

function variant(verb, after) {
  if (verb === "restock" && after < 0) return "restock_less";
  if (verb === "notice" && !after) return "notice_none";
  return verb;
}

function valueTold(verb, value, { currency, zone }) {
  if (value === undefined || value === null) return "";
  if (PRICED.has(verb)) return formatPrice(value, currency);
  if (TIMED.has(verb)) return formatTime(value, zone);
  return String(value);
}
