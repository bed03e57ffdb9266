/**
 * Money as integer minor units; never a float on the way. Mirrors `livesell/domain/money.py`.
 */

const ZERO_DIGITS = new Set(["JPY", "KRW", "VND"]);
const SIGNS = { CNY: "¥", JPY: "¥", USD: "$", EUR: "€", GBP: "£", HKD: "HK$", KRW: "₩" };
const MAJOR = /^\d{1,12}(?:\.\d{1,4})?$/;
const MAX_MINOR = 10 ** 10;

export const minorDigits = (currency) => (ZERO_DIGITS.has(currency) ? 0 : 2);

/** The parts of an amount, so that a page can set the sign and the decimals smaller. */
export function moneyParts(amountMinor, currency) {
  const digits = minorDigits(currency);
  const text = String(Math.abs(amountMinor)).padStart(digits + 1, "0");
  const whole = digits ? text.slice(0, -digits) : text;
  return {
    minus: amountMinor < 0 ? "-" : "",
    sign: SIGNS[currency] ?? `${currency} `,
    whole: whole.replace(/\B(?=(?:\d{3})+$)/g, ","),
    decimals: digits ? `.${text.slice(-digits)}` : "",
  };
}

/** "¥1,070,000.00" */
export function formatMoney(amountMinor, currency) {
  const { minus, sign, whole, decimals } = moneyParts(amountMinor, currency);
  return minus + sign + whole + decimals;
}

/** "¥5" and "¥5.50": without decimals that say nothing; for price tags. */
export function formatPrice(amountMinor, currency) {
  const { minus, sign, whole, decimals } = moneyParts(amountMinor, currency);
  return minus + sign + whole + (/^\.0+$/.test(decimals) ? "" : decimals);
}

/** What a person types ("12.5") as minor units (1250); null when it is no amount. */
export function parseMajor(text, currency) {
  const typed = text.trim().replace(/[,，]/g, "");
  if (!MAJOR.test(typed)) return null;
  const digits = minorDigits(currency);
  const [whole, decimals = ""] = typed.split(".");
  const kept = decimals.replace(/0+$/, "");
  if (kept.length > digits) return null;
  const minor = Number(whole + kept.padEnd(digits, "0"));
  return minor <= MAX_MINOR ? minor : null;
}

/** Minor units as a person would type them ("12.50"), for inputs. */
export function majorText(amountMinor, currency) {
  const { minus, whole, decimals } = moneyParts(amountMinor, currency);
  return minus + whole.replaceAll(",", "") + decimals;
}
