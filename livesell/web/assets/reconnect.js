/**
 * When to reconnect, and when not to: pure rules, used by `socket.js`.
 *
 * Full jitter (a random delay from zero up to a growing limit) spreads a crowd better than any
 * fixed delay. Source: AWS Architecture Blog, "Exponential Backoff And Jitter".
 */

const FIRST_LIMIT_MS = 1000;
const LAST_LIMIT_MS = 20_000;

/** Close codes of the wire that need more than their range. */
export const CLOSE = { token: 4500, banned: 4503, tooMany: 4504, over: 4509, noSession: 4510 };

/** @param attempt How many attempts have failed in a row, from 0. */
export function reconnectDelay(attempt, random = Math.random) {
  return random() * Math.min(LAST_LIMIT_MS, FIRST_LIMIT_MS * 2 ** Math.min(attempt, 10));
}

/** The delay that a `bye` asks for: anywhere in its range, bounded by a minute. */
export function byeDelay([low, high], random = Math.random) {
  const from = Math.max(0, Math.min(low, 60_000));
  return from + random() * Math.max(0, Math.min(high, 60_000) - from);
}

/** @returns "reconnect", "renew" (get a new token first) or "stop". */
export function verdict(code) {
  if (code === CLOSE.token) return "renew";
  return code >= 4500 && code <= 4999 ? "stop" : "reconnect";
}
