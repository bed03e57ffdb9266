/**
 * <ls-session-times>: when a session begins and ends, on the wall clock of its own zone. Unlike all
 * else it is sent by a button, because it tells viewers of the session.
 *
 * Property `view`: `{document, may, saver, ask, nowMs}`.
 */

import { say, sayButton, setFlag } from "./crew-dom.js";
import { h, setText } from "./dom.js";
import { formatMoment, ownZone, sameWallClock, zoneName } from "./format.js";
import { FormFields } from "./form-fields.js";
import { t } from "./i18n.js";
import { isAhead, isOnAir } from "./session-state.js";
import { fieldSentence, sentenceOf } from "./sentence.js";
import { fromInputTime, toInputTime } from "./zoned-time.js";
import { timesProblem } from "./wrong-times.js";

class SessionTimes extends HTMLElement {
  #view = null;
  #shown = "";
  #fields = new FormFields("prepare");
  #send = sayButton("prepare.times_send", { type: "submit", class: "primary" });
  #note = h("p", { class: "panel-note" });
  #wrong = h("p", { class: "field-problem", role: "alert" });
  #told = h("p", { class: "panel-note times-told", role: "status" });

  connectedCallback() {
    if (this.firstChild) return;
    this.append(h(
      "form", { class: "times-form", novalidate: true, onsubmit: (event) => this.#submitted(event) },
      this.#fields.text("planned_start", { type: "datetime-local" }),
      this.#fields.text("planned_end", { type: "datetime-local" }),
      this.#send, this.#wrong, this.#told, this.#note,
    ));
    this.addEventListener("input", () => this.#compare());
  }

  set view(view) {
    this.#view = view;
    const { document: { session }, may } = view;
    const shown = JSON.stringify([session.planned_start, session.planned_end, session.zone]);
    if (shown !== this.#shown) this.#follow(session, shown);
    const canPlan = may && (isAhead(session.state) || isOnAir(session.state));
    for (const name of ["planned_start", "planned_end"]) {
      this.querySelector(`[name="${name}"]`).disabled = !canPlan || (name === "planned_start" && isOnAir(session.state));
    }
    this.#send.hidden = !canPlan;
    say(this.#send, { draft: "prepare.times_announce" }[session.state] ?? "prepare.times_send");
    setText(this.#note, this.#zoneNote(session));
  }

  /** Takes over what was planned; whoever has typed other times than these is told. */
  #follow(session, shown) {
    const wasTouched = this.#shown !== "" && this.#isTouched;
    this.#shown = shown;
    this.#base = {
      planned_start: session.planned_start === undefined ? "" : toInputTime(session.planned_start, session.zone),
      planned_end: session.planned_end === undefined ? "" : toInputTime(session.planned_end, session.zone),
    };
    if (!wasTouched) for (const name of Object.keys(this.#base)) this.#fields.set(name, this.#base[name]);
    else if (this.#isTouched) setText(this.#told, t("prepare.times_changed", this.#base));
  }

  #base = { planned_start: "", planned_end: "" };

  get #isTouched() {
    return Object.keys(this.#base).some((name) => this.#fields.value(name) !== this.#base[name]);
  }

  #compare() {
    setText(this.#told, this.#isTouched ? t("prepare.times_unsaved") : "");
    setText(this.#wrong, "");
  }

  #zoneNote({ zone, planned_start: start }) {
    const at = start ?? this.#view.nowMs;
    const own = ownZone();
    const place = `${zone} (${zoneName(at, zone)})`;
    if (start === undefined || sameWallClock(at, zone, own)) return t("prepare.times_zone", { zone: place });
    return t("prepare.times_zone_own", { zone: place, own: formatMoment(start, own) });
  }

  async #submitted(event) {
    event.preventDefault();
    const { session } = this.#view.document;
    const texts = ["planned_start", "planned_end"].map((name) => this.#fields.value(name));
    const problem = timesProblem(...texts, session.zone, this.#view.nowMs);
    this.#fields.wrong("planned_start", problem?.field === "planned_start" ? t(problem.key, problem.vars) : "");
    this.#fields.wrong("planned_end", problem?.field === "planned_end" ? t(problem.key, problem.vars) : "");
    if (problem !== null) return this.querySelector("[aria-invalid]")?.focus();
    const [start, end] = texts.map((text) => new Date(fromInputTime(text, session.zone)).toISOString());
    const command = isOnAir(session.state)
      ? { do: "extend", planned_end: end }
      : { do: "schedule", planned_start: start, planned_end: end };
    await this.#plan(command);
  }

  async #plan(command) {
    this.#send.disabled = true;
    setFlag(this, "aria-busy", "true");
    try {
      await this.#saved(command);
      setText(this.#told, t("prepare.times_saved"));
    } catch (error) {
      for (const name of ["planned_start", "planned_end"]) this.#fields.wrong(name, fieldSentence(error, name) ?? "");
      setText(this.#wrong, Object.keys(error.fields ?? {}).length > 0 ? "" : sentenceOf(error));
    }
    this.#send.disabled = false;
    setFlag(this, "aria-busy", null);
  }

  async #saved(command) {
    try {
      return await this.#view.saver.save(command);
    } catch (error) {
      if (error.code !== "overlaps" || !(await this.#view.ask("overlaps", error.data))) throw error;
      return this.#view.saver.save({ ...command, confirm: true });
    }
  }
}

customElements.define("ls-session-times", SessionTimes);
