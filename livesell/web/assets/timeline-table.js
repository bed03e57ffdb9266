/** The numbers of a timeline as a table, for those who would rather read than look. */

import { said } from "./crew-dom.js";
import { h } from "./dom.js";
import { formatCount, formatTime } from "./format.js";
import { formatMoney } from "./money.js";
import { binMs, binned } from "./timeline-scale.js";

const MOST_ROWS = 60;
const COLUMNS = ["concurrent", "joins", "likes", "orders", "units", "gross"];

/** @param data As for `<timeline-chart>`. */
export function timelineTable({ rows, from, to, zone, currency }) {
  const sizeMs = binMs(from, to, MOST_ROWS);
  const lines = binned(rows, from, Math.max(to, from + 1), sizeMs).map((bin) => {
    const time = formatTime(bin.at, zone, { seconds: sizeMs < 60_000 });
    const cells = COLUMNS.map((name) => h("td", { text: cellText(bin, name, currency) }));
    return h("tr", {}, h("th", { scope: "row", text: time }), ...cells);
  });
  return h("table", { class: "numbers" }, head(), h("tbody", {}, ...lines));
}

function head() {
  const names = COLUMNS.map((name) => said("th", `chart.column_${name}`, { scope: "col" }));
  return h("thead", {}, h("tr", {}, said("th", "chart.time", { scope: "col" }), ...names));
}

const cellText = (bin, name, currency) =>
  name === "gross" ? formatMoney(bin.gross, currency) : formatCount(bin[name]);
