/**
 * <timeline-chart>: how a session went: who was there, likes, gross, and which card was being
 * explained. Drawn at the size at hand, so its words stay readable on a phone; nothing hides
 * behind a hover. The same numbers stand below it as a table.
 *
 * Property `data`: `{rows, markers, from, to, zone, currency, slotOf}` with times in epoch ms.
 */

import { said } from "./crew-dom.js";
import { h, svg } from "./dom.js";
import { formatCount, formatShort, formatTime } from "./format.js";
import { t } from "./i18n.js";
import { formatMoney, minorDigits, moneyParts } from "./money.js";
import { binMs, binned, niceTop, pausesOf, timeTicks, windowsOf } from "./timeline-scale.js";
import { timelineTable } from "./timeline-table.js";

const LEFT = 56;
const RIGHT = 14;
const LANE_TOP = 22;
const LANE_BOTTOM = 44;
const FIRST_TOP = LANE_BOTTOM + 46;
const GAP = 52;
// How far a panel's name stands above its top, so that the mark of a peak fits between.
const NAME_LIFT = 22;
const PANELS = [
  { name: "concurrent", height: 130, isArea: true },
  { name: "likes", height: 84 },
  { name: "gross", height: 100, isMoney: true },
];
const AXIS_HEIGHT = 26;
const PIXELS_A_BIN = 5;
const PIXELS_A_TICK = 72;
// A slot number is written into its window, and a line drawn below it, where there is room.
const PIXELS_A_DIGIT = 8;
const LINE_FROM_PX = 14;
const LEAST_WIDTH = 120;

class TimelineChart extends HTMLElement {
  #data = null;
  #width = 0;
  #plot = h("div", { class: "chart-plot" });
  #table = h("div", {
    class: "table-scroll", tabindex: "0", role: "region", "aria-labelledby": "timeline-title",
  });
  #watch = new ResizeObserver(([entry]) => this.#resized(Math.floor(entry.contentRect.width)));

  connectedCallback() {
    if (!this.firstChild) {
      const summary = said("summary", "chart.as_table");
      this.append(this.#plot, h("details", { class: "chart-numbers" }, summary, this.#table));
    }
    this.#watch.observe(this.#plot);
  }

  disconnectedCallback() {
    this.#watch.disconnect();
  }

  set data(data) {
    this.#data = data;
    this.#draw();
  }

  #resized(width) {
    if (width === this.#width) return;
    this.#width = width;
    this.#draw();
  }

  #draw() {
    if (this.#data === null || this.#width < LEAST_WIDTH) return;
    this.#plot.replaceChildren(drawing(frameOf(this.#data, this.#width)));
    this.#table.replaceChildren(timelineTable(this.#data));
  }
}

/** The data with all that drawing needs: bins, the scale of time `x`, and the panels' tops. */
function frameOf(data, width) {
  const span = Math.max(10_000, data.to - data.from);
  const to = data.from + span;
  const plotWidth = width - LEFT - RIGHT;
  const x = (at) => LEFT + (Math.min(Math.max(at, data.from), to) - data.from) * (plotWidth / span);
  const sizeMs = binMs(data.from, to, plotWidth / PIXELS_A_BIN);
  const tops = PANELS.map((_, place) =>
    PANELS.slice(0, place).reduce((top, { height }) => top + height + GAP, FIRST_TOP),
  );
  const bottom = tops.at(-1) + PANELS.at(-1).height;
  const bins = binned(data.rows, data.from, to, sizeMs);
  return { ...data, to, x, width, plotWidth, sizeMs, bins, tops, bottom };
}

function drawing(frame) {
  const { width, bottom, tops } = frame;
  const height = bottom + AXIS_HEIGHT;
  return svg(
    "svg",
    {
      class: "chart", width, height, viewBox: `0 0 ${width} ${height}`,
      role: "img", "aria-label": summary(frame),
    },
    pauses(frame),
    lane(frame),
    PANELS.map((panel, place) => drawPanel(panel, tops[place], frame)),
    timeAxis(frame),
  );
}

/** One sentence for those who do not see the drawing. */
function summary({ bins, currency }) {
  const sum = (name) => bins.reduce((total, bin) => total + bin[name], 0);
  return t("chart.summary", {
    peak: formatCount(Math.max(...bins.map((bin) => bin.concurrent))),
    likes: formatCount(sum("likes")),
    gross: formatMoney(sum("gross"), currency),
  });
}

function pauses({ markers, to, x, bottom }) {
  return svg("g", {}, pausesOf(markers, to).map((pause) => {
    const left = x(pause.from);
    const width = Math.max(1, x(pause.to) - left);
    const height = bottom - LANE_TOP;
    return [
      svg("rect", { class: "chart-pause", x: left, y: LANE_TOP, width, height }),
      svg("text", { class: "chart-small", x: left + 3, y: bottom - 4, text: t("chart.paused") }),
    ];
  }).flat());
}

/** The lane of windows: a bar each, with its slot number; price changes are marked below it. */
function lane(frame) {
  const { markers, to, x } = frame;
  const priced = markers.filter((marker) => marker.kind === "priced");
  const name = t(priced.length > 0 ? "chart.lane_prices" : "chart.lane");
  const marks = priced.map(({ at }) =>
    svg("path", { class: "chart-price", d: `M${x(at)} ${LANE_BOTTOM + 3}l4 6h-8z` }),
  );
  return svg(
    "g",
    {},
    svg("text", { class: "chart-name", x: 0, y: 13, text: name }),
    windowsOf(markers, to).map((one, place) => windowBar(one, place, frame)),
    marks,
  );
}

function windowBar({ card, from, to }, place, { x, slotOf, bottom }) {
  const left = x(from);
  const width = Math.max(2, x(to) - left - 1);
  const slot = String(slotOf(card));
  const height = LANE_BOTTOM - LANE_TOP;
  const bar = { class: "chart-window", "data-turn": place % 2, rx: 3 };
  const hasNumber = width >= 2 + slot.length * PIXELS_A_DIGIT;
  const number = { class: "chart-slot", x: left + width / 2, y: LANE_TOP + 15, text: slot };
  const line = { class: "chart-window-line", x1: left, x2: left, y1: LANE_BOTTOM, y2: bottom };
  return svg(
    "g",
    {},
    width >= LINE_FROM_PX ? svg("line", line) : null,
    svg("rect", { ...bar, x: left, y: LANE_TOP, width, height }),
    hasNumber ? svg("text", number) : null,
  );
}

function drawPanel(panel, top, frame) {
  const { bins, sizeMs, currency } = frame;
  const unit = panel.isMoney ? 10 ** minorDigits(currency) : 1;
  const most = Math.max(...bins.map((bin) => bin[panel.name]));
  const axisTop = niceTop(most / unit) * unit;
  const y = (value) => top + panel.height - (value / axisTop) * panel.height;
  const name = t(`chart.${panel.name}`, { span: spanText(sizeMs) });
  return svg(
    "g",
    { class: `chart-panel chart-${panel.name}` },
    svg("text", { class: "chart-name", x: 0, y: top - NAME_LIFT, text: name }),
    [0, axisTop / 2, axisTop].map((value) => gridLine(panel, value, y(value), frame)),
    panel.isArea ? area(panel, frame, y) : bars(panel, frame, y),
    most > 0 ? peak(panel, frame, y) : null,
  );
}

function gridLine({ isMoney }, value, y, { width, currency }) {
  const text = isMoney ? shortMoney(value, currency) : formatShort(value);
  return svg(
    "g",
    {},
    svg("line", { class: "chart-grid", x1: LEFT, x2: width - RIGHT, y1: y, y2: y }),
    svg("text", { class: "chart-tick", x: LEFT - 8, y: y + 4, text }),
  );
}

function bars({ name }, { bins, x, sizeMs, to }, y) {
  const filled = bins.filter((bin) => bin[name] > 0);
  return svg("g", { class: "chart-bars" }, filled.map((bin) => {
    const [left, top] = [x(bin.at), y(bin[name])];
    const width = Math.max(1, x(Math.min(bin.at + sizeMs, to)) - left - 1);
    return svg("rect", { x: left, y: top, width, height: y(0) - top });
  }));
}

function area({ name }, { bins, x, to, sizeMs }, y) {
  const steps = bins.map((bin) => {
    const level = y(bin[name]);
    return `L${x(bin.at)} ${level}L${x(Math.min(bin.at + sizeMs, to))} ${level}`;
  }).join("");
  return svg(
    "g",
    {},
    svg("path", { class: "chart-area", d: `M${x(bins[0].at)} ${y(0)}${steps}L${x(to)} ${y(0)}Z` }),
    svg("path", { class: "chart-line", d: `M${steps.slice(1)}` }),
  );
}

/** The highest point with its value, written next to it. */
function peak({ name, isMoney }, { bins, x, width, currency, sizeMs, to }, y) {
  const top = bins.reduce((best, bin) => (bin[name] > best[name] ? bin : best));
  const at = x(Math.min(top.at + sizeMs / 2, to));
  const isRight = at > width * 0.6;
  const value = isMoney ? formatMoney(top[name], currency) : formatCount(top[name]);
  return svg(
    "g",
    {},
    svg("circle", { class: "chart-peak", cx: at, cy: y(top[name]), r: 3 }),
    svg("text", {
      class: "chart-peak-text", x: at + (isRight ? -7 : 7), y: y(top[name]) - 5,
      "text-anchor": isRight ? "end" : "start", text: t("chart.peak", { value }),
    }),
  );
}

function timeAxis({ x, from, to, zone, plotWidth, bottom }) {
  const { stepMs, at } = timeTicks(from, to, Math.max(2, plotWidth / PIXELS_A_TICK));
  return svg("g", {}, at.map((tick) => {
    const text = formatTime(tick, zone, { seconds: stepMs < 60_000 });
    return svg(
      "g",
      {},
      svg("line", { class: "chart-grid", x1: x(tick), x2: x(tick), y1: bottom, y2: bottom + 5 }),
      svg("text", { class: "chart-time", x: x(tick), y: bottom + 19, text }),
    );
  }));
}

/** "¥1.2万": an axis has room for a few characters only. */
function shortMoney(minor, currency) {
  const { sign } = moneyParts(minor, currency);
  const major = Math.round(minor / 10 ** minorDigits(currency));
  return `${sign.trim()}${formatShort(major)}`;
}

function spanText(sizeMs) {
  const seconds = sizeMs / 1000;
  if (seconds < 60) return t("time.seconds", { n: seconds });
  return t("time.minutes", { n: seconds / 60 });
}

customElements.define("timeline-chart", TimelineChart);
