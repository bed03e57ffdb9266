/**
 * <ls-plan>: the planned times: set them before the broadcast, move its end while it is on air.
 *
 * Times are typed and shown on the wall clock of the session's own zone. Property `view`.
 * Events: `command`, and `confirm` for calling the session off.
 */

import "./ls-problem.js";
import { said, sayButton } from "./crew-dom.js";
import { h, setText } from "./dom.js";
import { formatMoment, formatTime, zoneName } from "./format.js";
import { t } from "./i18n.js";
import { isAhead, isOnAir } from "./session-state.js";
import { fromInputTime, toInputTime } from "./zoned-time.js";

const EXTEND_MINUTES = [5, 10, 15, 30];
const HOUR_MS = 3_600_000;

class Plan extends HTMLElement {
  #session = null;
  #nowMs = 0;
  #zone = h("span", { class: "panel-note" });
  #line = h("p", { class: "plan-line" });
  #start = h("input", { type: "datetime-local", required: true });
  #end = h("input", { type: "datetime-local", required: true });
  #newEnd = h("input", { type: "datetime-local", required: true });
  #schedule = sayButton("plan.schedule", { type: "submit" });
  #cancel = sayButton("plan.cancel", {
    class: "quiet danger-text",
    onclick: () => this.#tell("confirm", { do: "cancel" }),
  });
  #problem = h("ls-problem");
  #ahead = h(
    "form",
    { class: "plan-form", onsubmit: (event) => this.#submitted(event) },
    timeField("plan.start", this.#start),
    timeField("plan.end", this.#end),
    h("div", { class: "row" }, this.#schedule, this.#cancel),
  );
  #extend = h(
    "div",
    { class: "plan-extend" },
    h(
      "div",
      { class: "row" },
      said("span", "plan.extend", { class: "field-name" }),
      ...EXTEND_MINUTES.map((minutes) => this.#extendButton(minutes)),
    ),
    h(
      "form",
      { class: "row", onsubmit: (event) => this.#endSubmitted(event) },
      timeField("plan.new_end", this.#newEnd),
      sayButton("plan.set_end", { type: "submit", class: "small" }),
    ),
  );

  connectedCallback() {
    if (this.firstChild) return;
    this.append(
      h("header", { class: "panel-head" }, said("h2", "plan.title"), this.#zone),
      this.#line, this.#ahead, this.#extend, this.#problem,
    );
  }

  #extendButton(minutes) {
    return h("button", {
      type: "button", class: "small", text: `+${minutes}`, data: { minutes },
      onclick: () => this.#extendTo(this.#endAfter(minutes)),
    });
  }

  #endAfter(minutes) {
    return (this.#session.planned_end ?? this.#nowMs) + minutes * 60_000;
  }

  #extendTo(endMs) {
    this.#tell("command", { do: "extend", planned_end: iso(endMs) });
  }

  set view({ document, nowMs, may, commands }) {
    const { session } = document;
    this.#nowMs = nowMs;
    if (this.#session !== session) this.#follow(session);
    setText(this.#zone, zoneName(nowMs, session.zone));
    setText(this.#line, plannedLine(session, nowMs));
    this.#ahead.hidden = !may || !isAhead(session.state);
    this.#extend.hidden = !may || !isOnAir(session.state);
    const waits = ["extend", "schedule", "cancel"].some((verb) => commands.has("plan", verb));
    for (const button of this.querySelectorAll("form button, .row button")) {
      if (!this.#problem.contains(button)) button.disabled = waits;
    }
    this.#problem.failure = commands.failures.get("plan");
  }

  /** Takes over new planned times, unless someone is typing other ones. */
  #follow(session) {
    const before = this.#session;
    this.#session = session;
    const soon = Math.ceil(this.#nowMs / HOUR_MS) * HOUR_MS;
    const typed = ({ planned_start: from, planned_end: to, zone }) =>
      [from ?? soon, to ?? soon + HOUR_MS].map((ms) => toInputTime(ms, zone));
    const [start, end] = typed(session);
    const [oldStart, oldEnd] = before === null ? ["", ""] : typed(before);
    if (this.#start.value === "" || this.#start.value === oldStart) this.#start.value = start;
    if (this.#end.value === "" || this.#end.value === oldEnd) this.#end.value = end;
    if (this.#newEnd.value === "" || this.#newEnd.value === oldEnd) this.#newEnd.value = end;
  }

  #submitted(event) {
    event.preventDefault();
    const start = fromInputTime(this.#start.value, this.#session.zone);
    const end = fromInputTime(this.#end.value, this.#session.zone);
    if (start === null || end === null) return;
    this.#tell("command", { do: "schedule", planned_start: iso(start), planned_end: iso(end) });
  }

  #endSubmitted(event) {
    event.preventDefault();
    const end = fromInputTime(this.#newEnd.value, this.#session.zone);
    if (end !== null) this.#extendTo(end);
  }

  #tell(name, command) {
    const detail = { command, place: command.do === "cancel" ? "course" : "plan" };
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
  }
}

const timeField = (key, input) =>
  h("label", { class: "plan-field" }, said("span", key, { class: "field-name" }), input);

/** Times of commands go over the API, which writes ISO 8601. */
const iso = (ms) => new Date(ms).toISOString();

function plannedLine({ planned_start: start, planned_end: end, zone }, nowMs) {
  if (start === undefined) return t("plan.none");
  return t("plan.planned", { from: formatMoment(start, zone, nowMs), to: formatTime(end, zone) });
}

customElements.define("ls-plan", Plan);
