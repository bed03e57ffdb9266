/** How good this page's link to the service is, told from a few round trips. Pure but for asking. */

export const ROUNDS = 10;

// Above these a host feels every tap; a command then takes its time, and is queued all the same.
const SLOW_MS = 400;
const SHAKY_MS = 150;
// So many lost of ten is no link to run a show by.
const MOST_LOST = 3;

/**
 * @param samples For each round trip its time in ms, or null when it was lost.
 * @returns `{code, ms, jitter, lost, of}`: the median, the mean change from one to the next, and
 *   "link_ok", "link_weak" or "link_lost".
 */
export function judge(samples) {
  const came = samples.filter((ms) => ms !== null);
  const lost = samples.length - came.length;
  const ms = median(came);
  const changes = came.slice(1).map((one, place) => Math.abs(one - came[place]));
  const jitter = changes.length > 0 ? changes.reduce((sum, one) => sum + one, 0) / changes.length : 0;
  const isLost = lost >= MOST_LOST || came.length === 0;
  const isWeak = lost > 0 || ms > SLOW_MS || jitter > SHAKY_MS;
  const code = isLost ? "link_lost" : isWeak ? "link_weak" : "link_ok";
  return { code, ms: Math.round(ms), jitter: Math.round(jitter), lost, of: samples.length };
}

function median(values) {
  if (values.length === 0) return 0;
  const sorted = [...values].sort((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * Asks the service one after the other.
 *
 * @param ask `async () =>` one round trip; rejects when it was lost.
 * @param told `(n) =>` after each of them.
 */
export async function measure(ask, told = () => {}, now = () => performance.now()) {
  const samples = [];
  while (samples.length < ROUNDS) {
    const asked = now();
    samples.push(await ask().then(() => now() - asked, () => null));
    told(samples.length);
  }
  return judge(samples);
}
