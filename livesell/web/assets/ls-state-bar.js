/**
 * <ls-state-bar>: the broadcast at a glance, and its course: start, pause, resume, end.
 *
 * Property `view` (see `console.js`), with `perMinute` in it. Events: `command`, and `confirm` where a person is asked
 * first.
 */

import "./ls-figure.js";
import "./ls-problem.js";
import { say, sayButton, setFlag } from "./crew-dom.js";
import { h, setText } from "./dom.js";
import { formatCount, formatDuration, formatMoment, formatTime } from "./format.js";
import { t } from "./i18n.js";
import { formatMoney } from "./money.js";
import { isAhead, isOnAir } from "./session-state.js";

const SOON_OVER_MS = 5 * 60_000;
// `formatDuration` counts a begun second as a whole one, as a countdown wants it; time that has
// passed counts whole seconds only.
const ROUNDING_MS = 999;

class StateBar extends HTMLElement {
  #state = h("strong", { class: "state-chip" });
  #clock = h("span", { class: "state-clock" });
  #plan = h("span", { class: "state-plan" });
  #times = h("div", { class: "state-times" }, this.#clock, this.#plan);
  #problem = h("ls-problem");
  #figures = {};
  #buttons = {};

  connectedCallback() {
    if (this.firstChild) return;
    this.append(
      h("div", { class: "state-now" }, this.#state, this.#times),
      h("div", { class: "state-figures" }, ...this.#makeFigures()),
      h("div", { class: "state-course" }, ...this.#makeButtons()),
      this.#problem,
    );
  }

  #makeFigures() {
    return ["concurrent", "likes", "orders", "gross"].map((name) => {
      this.#figures[name] = h("ls-figure", { label: `figures.${name}`, data: { figure: name } });
      return this.#figures[name];
    });
  }

  #makeButtons() {
    const ask = (verb) => () => this.#tell("confirm", verb);
    const go = (verb) => () => this.#tell("command", verb);
    this.#buttons = {
      start: sayButton("course.start", { class: "primary", onclick: ask("start") }),
      pause: sayButton("course.pause", { onclick: go("pause") }),
      resume: sayButton("course.resume", { class: "primary", onclick: go("resume") }),
      end: sayButton("course.end", { class: "danger", onclick: ask("end") }),
    };
    for (const [verb, button] of Object.entries(this.#buttons)) button.dataset.verb = verb;
    return Object.values(this.#buttons);
  }

  #tell(name, verb) {
    const detail = { command: { do: verb }, place: "course" };
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
  }

  set view(view) {
    const { session } = view.document;
    setFlag(this, "data-state", session.state);
    say(this.#state, `state.${session.state}`);
    this.#showTimes(session, view.nowMs);
    this.#showFigures(view.document, view.perMinute);
    this.#showButtons(session.state, view);
    this.#problem.failure = view.commands.failures.get("course");
  }

  #showTimes(session, nowMs) {
    setText(this.#clock, clockText(session, nowMs));
    setText(this.#plan, planText(session, nowMs));
    const leftMs = (session.planned_end ?? Infinity) - nowMs;
    setFlag(this.#plan, "data-soon", isOnAir(session.state) && leftMs < SOON_OVER_MS);
  }

  #showFigures({ session, tally, figures }, perMinute) {
    this.#figures.concurrent.value = formatCount(tally.concurrent);
    this.#figures.likes.value = formatCount(tally.likes);
    this.#figures.orders.value = formatCount(tally.orders);
    this.#figures.gross.value = formatMoney(figures.gross, session.currency);
    const peak = formatCount(Math.max(figures.peak, tally.concurrent));
    this.#figures.concurrent.note = t("figures.note_peak", { peak, n: formatCount(tally.viewers) });
    this.#figures.likes.note = t("figures.note_likers", { n: formatCount(figures.likers) });
    this.#figures.orders.note = t("figures.note_per_minute", { n: formatCount(perMinute) });
    this.#figures.gross.note = t(`figures.kind_${figures.gross_kind}`);
  }

  #showButtons(state, { may, commands }) {
    const fits = {
      start: isAhead(state),
      pause: state === "live",
      resume: state === "paused",
      end: isOnAir(state),
    };
    for (const [verb, button] of Object.entries(this.#buttons)) {
      button.hidden = !fits[verb] || !may;
      const isWaiting = commands.has("course", verb);
      button.disabled = isWaiting;
      setFlag(button, "aria-busy", isWaiting ? "true" : null);
    }
  }
}

/** The big time: since the start while on air, until the start before, how long it was after. */
function clockText(session, nowMs) {
  if (isOnAir(session.state)) return formatDuration(nowMs - session.started - ROUNDING_MS);
  if (session.state === "scheduled") {
    return t("plan.until_start", { time: formatDuration(session.planned_start - nowMs) });
  }
  if (session.state === "ended") return formatDuration(session.ended - session.started);
  return "";
}

function planText(session, nowMs) {
  const { state, zone, planned_start: start, planned_end: end } = session;
  if (state === "ended") {
    const from = formatMoment(session.started, zone, nowMs);
    return t("plan.was", { from, to: formatTime(session.ended, zone) });
  }
  if (isOnAir(state)) {
    if (end === undefined) return t("plan.open_end");
    const left = formatDuration(end - nowMs);
    return t("plan.left", { time: formatTime(end, zone), left });
  }
  if (start === undefined) return t("plan.none");
  return t("plan.planned", { from: formatMoment(start, zone, nowMs), to: formatTime(end, zone) });
}

customElements.define("ls-state-bar", StateBar);
