/** An order that was not placed: the sentence for it in the page's language, and what comes next. */

import { knows, t } from "./i18n.js";

// What the service may find wrong with the buyer's details.
const CONTACT_CODES = new Set([
  "text_too_long", "control_characters", "markup", "empty_text", "bad_contact", "bad_message",
]);

/**
 * What the page does about each code, so that nobody stands before a closed door: "details" opens
 * the buyer's details; "form" shows the form again with the sentence; "reprice" shows both prices
 * and asks again; "fewer" offers what is left, or else the waitlist and the orders there are; "leave" leads
 * back to the show; "reload" offers a fresh page; "resend" keeps asking until it is known (never
 * shown as an outcome while the page can still ask, see `order-desk.js`).
 */
export const NEXT_STEPS = {
  not_live: "leave",
  no_such_card: "leave",
  closed: "leave",
  banned: "leave",
  sold_out: "fewer",
  limit: "fewer",
  price_changed: "reprice",
  bad_units: "form",
  id_reused: "form",
  rate: "form",
  busy: "form",
  no_such_order: "form",
  unknown: "resend",
  in_flight: "resend",
  bad_id: "reload",
  bad_price: "reload",
  ...Object.fromEntries([...CONTACT_CODES].map((code) => [code, "details"])),
};

/** @returns The step of this code; what no page knows yet can be tried again from the form. */
export function nextStep({ code }) {
  return NEXT_STEPS[code] ?? "form";
}

/** @param answer `{code, message, left}` as in the wire's `order`. */
export function refusalText({ code, message = "", left }) {
  if (CONTACT_CODES.has(code)) return t("refusal.bad_contact");
  if (left > 0 && knows(`refusal.${code}_left`)) return t(`refusal.${code}_left`, { left });
  return knows(`refusal.${code}`) ? t(`refusal.${code}`) : t("refusal.other", { message });
}
