/**
 * The arithmetic of a timeline chart: bins, ticks and windows. Pure; drawing is
 * `timeline-chart.js`.
 */

const BUCKET_MS = 10_000;
const BIN_S = [10, 20, 30, 60, 120, 300, 600, 1800, 3600];
const TICK_S = [10, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600];
// Round numbers for the top of an axis, in tenths of a power of ten.
const TOPS = [10, 12, 16, 20, 30, 40, 50, 60, 80, 100];
const SUMMED = ["joins", "likes", "orders", "units", "gross"];

/** How long a bin has to be so that at most `most` of them cover the span, ms. */
export function binMs(fromMs, toMs, most) {
  const found = BIN_S.find((seconds) => (toMs - fromMs) / (seconds * 1000) <= most);
  return (found ?? BIN_S.at(-1)) * 1000;
}

/**
 * The ten-second rows gathered into bins without gaps: maxima of `concurrent`, sums of the rest.
 *
 * Ten seconds in which nothing was sampled had as many viewers as the ten before.
 *
 * @param rows `{at, concurrent, joins, likes, orders, units, gross}` with `at` in epoch ms.
 */
export function binned(rows, fromMs, toMs, sizeMs) {
  const start = Math.floor(fromMs / BUCKET_MS) * BUCKET_MS;
  const count = Math.max(1, Math.ceil((toMs - start) / sizeMs));
  const bins = Array.from({ length: count }, (_, place) => emptyBin(start + place * sizeMs));
  for (const row of rows) {
    const bin = bins[Math.floor((row.at - start) / sizeMs)];
    if (bin === undefined) continue;
    bin.concurrent = Math.max(bin.concurrent ?? 0, row.concurrent);
    for (const name of SUMMED) bin[name] += row[name];
  }
  let last = 0;
  for (const bin of bins) {
    last = bin.concurrent || last;
    bin.concurrent = last;
  }
  return bins;
}

const emptyBin = (at) => ({ at, concurrent: 0, joins: 0, likes: 0, orders: 0, units: 0, gross: 0 });

/** A round number that is at least `value`, for the top of an axis; its half is whole too. */
export function niceTop(value) {
  if (value <= 4) return 4;
  const power = 10 ** Math.floor(Math.log10(value));
  const tops = TOPS.map((tenths) => (tenths * power) / 10);
  return tops.find((top) => top >= value && Number.isInteger(top / 2));
}

/** Moments for the time axis, at most `most`, on round times. @returns `{stepMs, at: [...]}` */
export function timeTicks(fromMs, toMs, most) {
  const stepS = TICK_S.find((seconds) => (toMs - fromMs) / (seconds * 1000) <= most) ?? 43_200;
  const stepMs = stepS * 1000;
  const at = [];
  for (let tick = Math.ceil(fromMs / stepMs) * stepMs; tick <= toMs; tick += stepMs) at.push(tick);
  return { stepMs, at };
}

/** When which card was being explained: `[{card, from, to}]`, from the ledger's markers. */
export function windowsOf(markers, toMs) {
  return spansOf(markers, toMs, {
    opens: (marker) => (marker.kind === "shown" ? { card: marker.data.card } : null),
    closes: (marker) => ["shown", "hidden", "ended"].includes(marker.kind),
  });
}

/** The pauses: `[{from, to}]`. */
export function pausesOf(markers, toMs) {
  return spansOf(markers, toMs, {
    opens: (marker) => (marker.kind === "paused" ? {} : null),
    closes: (marker) => ["resumed", "ended"].includes(marker.kind),
  });
}

function spansOf(markers, toMs, { opens, closes }) {
  const spans = [];
  let running = null;
  for (const marker of markers) {
    if (running !== null && closes(marker)) {
      spans.push({ ...running, to: marker.at });
      running = null;
    }
    const opened = opens(marker);
    if (opened !== null && running === null) running = { ...opened, from: marker.at };
  }
  if (running !== null) spans.push({ ...running, to: toMs });
  return spans;
}
