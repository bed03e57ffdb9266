/** Where the points of a sparkline lie. Pure; drawing is `ls-pulse.js`. */

import { niceTop } from "./timeline-scale.js";

/**
 * A line through values, left to right over the whole width.
 *
 * @returns `{line, area}`: path data; empty for fewer than two values.
 */
export function sparkPaths(values, { width, height, top = niceTop(Math.max(0, ...values)) }) {
  if (values.length < 2) return { line: "", area: "" };
  const step = width / (values.length - 1);
  const points = values.map((value, place) =>
    `${round(place * step)} ${round(height - (Math.min(value, top) / top) * height)}`);
  const line = `M${points.join("L")}`;
  return { line, area: `${line}L${width} ${height}L0 ${height}Z` };
}

/** Bars for values: one path, a bar for each value that is more than zero. */
export function sparkBars(values, { width, height, top = niceTop(Math.max(0, ...values)) }) {
  const step = width / Math.max(1, values.length);
  return values
    .map((value, place) => {
      if (value <= 0) return "";
      const tall = Math.max(1, (Math.min(value, top) / top) * height);
      return `M${round(place * step + step * 0.15)} ${height}v${round(-tall)}h${round(step * 0.7)}v${round(tall)}z`;
    })
    .join("");
}

const round = (value) => Math.round(value * 10) / 10;
