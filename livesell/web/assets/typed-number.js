/**
 * Numbers as people type them, made plain before they are read: full-width digits, the Chinese
 * full stop, a currency sign in front. What is not certain is refused, never guessed, because
 * "12,50" read as 1250 would go live. Next: `money.js`.
 */

import { majorText, parseMajor } from "./money.js";

const SIGN = /^(?:[A-Z]{1,3} ?)?[¥$€£₩]?\s*/u;
const THOUSANDS = /^\d{1,3}(?:,\d{3})+(?:\.\d+)?$/;

const plain = (text) => text.normalize("NFKC").replaceAll("。", ".").trim();

/** A typed price ("¥1,280.50") in minor units, or null when it is none of this currency. */
export function typedPrice(text, currency) {
  const amount = plain(text).replace(SIGN, "");
  if (amount.includes(",") && !THOUSANDS.test(amount)) return null;
  return parseMajor(amount, currency);
}

/** Minor units for an input, without decimals that say nothing: 1200 is "12", 1250 "12.50". */
export const priceText = (minor, currency) => majorText(minor, currency).replace(/\.0+$/, "");

/** A typed whole number from 0, or null. */
export function typedWhole(text) {
  return /^\d{1,9}$/.test(plain(text)) ? Number(plain(text)) : null;
}
