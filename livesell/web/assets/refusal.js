/** The sentence for an order that was not placed, in the page's language. */

import { knows, t } from "./i18n.js";

// What the service may find wrong with the buyer's details.
const CONTACT_CODES = new Set([
  "text_too_long", "control_characters", "markup", "empty_text", "bad_contact", "bad_message",
]);

/** @param answer `{code, message, left}` as in the wire's `order`. */
export function refusalText({ code, message = "", left }) {
  if (CONTACT_CODES.has(code)) return t("refusal.bad_contact");
  if (left > 0 && knows(`refusal.${code}_left`)) return t(`refusal.${code}_left`, { left });
  return knows(`refusal.${code}`) ? t(`refusal.${code}`) : t("refusal.other", { message });
}
