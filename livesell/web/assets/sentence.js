/**
 * What went wrong, as one sentence in the language of the page.
 *
 * The service writes English sentences with the details in them; a code that our catalogue knows
 * is told in the page's language instead. Keys: `error.CODE.FIELD`, or
 * `error.CODE.WHY` where the service names its reason, then `error.CODE`.
 */

import "./error-words.js";
import { knows, language, t } from "./i18n.js";

// In English the service's own sentence stands, but for what only this page knows: that there was
// no answer at all, and that the newest state is in view.
const OURS = new Set(["offline", "version_conflict"]);

/** The sentence for an `ApiError`. */
export function sentenceOf(error) {
  const [field] = Object.keys(error.fields ?? {});
  return translated(error, field) ?? error.message ?? t("error.unexpected");
}

/** The sentence for one wrong input of an `ApiError`; null when that input is fine. */
export function fieldSentence(error, field) {
  const own = error.fields?.[field];
  return own === undefined ? null : (translated(error, field) ?? own);
}

function translated(error, field) {
  const exact = field === undefined ? error.data?.why : leaf(field);
  const keys = [`error.${error.code}.${exact}`, `error.${error.code}`];
  const known = keys.find((key) => knows(key));
  const saysItself = language() === "en" && error.message && !OURS.has(error.code);
  return known === undefined || saysItself ? null : t(known, error.data);
}

/** "price" of "cards[2].price" */
const leaf = (field) => field.split(".").at(-1);
