/** Commands and ledger entries told as sentences: "弹出 3 号 · 虫草", "Show 3 · Cordyceps". */

import { formatTime } from "./format.js";
import { t } from "./i18n.js";
import { formatPrice } from "./money.js";

/** What a command will do, for a list of what waits. */
export function commandTold(command, { cards, session, flashes = {} }) {
  const card = cards[command.card ?? flashes[command.flash]?.card];
  const named = card ? t("card.named", card) : "";
  const vars = { card: named, units: Math.abs(command.units ?? 0), text: command.text ?? "" };
  if (command.price !== undefined) vars.price = formatPrice(command.price, session.currency);
  if (command.planned_end) vars.time = formatTime(Date.parse(command.planned_end), session.zone);
  if (command.do === "add_card") vars.card = t("card.named", command.card);
  return t(`command.${variant(command)}`, vars);
}

function variant({ do: verb, units, text }) {
  if (verb === "restock" && units < 0) return "restock_less";
  if (verb === "notice" && text === "") return "notice_none";
  return verb;
}

/**
 * What a ledger entry records.
 *
 * @param named `(cardId) => "3 · 虫草"`
 */
export function entryTold({ kind, data }, { named, currency, zone }) {
  const card = data.card ? named(data.card) : "";
  const vars = { ...data, card, units: Math.abs(data.units ?? 0) };
  if (data.price !== undefined) vars.price = formatPrice(data.price, currency);
  if (kind === "extended" || kind === "scheduled") vars.time = formatTime(data.end, zone);
  const less = kind === "restocked" && data.units < 0 ? "_less" : "";
  const none = kind === "noticed" && data.text === "" ? "_none" : "";
  const off = kind === "sold_out_set" && !data.sold_out ? "_off" : "";
  return t(`entry.${kind}${less}${none}${off}`, vars);
}
