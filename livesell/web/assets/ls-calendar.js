/**
 * <ls-calendar>: sessions by month or by week, each a block with its state.
 *
 * Properties: `sessions` (rows of `GET /sessions`), `canCreate`, `nowMs`. Attributes reflect what is
 * shown: `data-view`. Events: `range` with `{sinceMs, untilMs}` whenever other days are shown, and
 * `free` with `{startMs, zone}` when somebody wants a session there.
 */

import { addDays, addMonths, blocksOf, dayOf, monthOf, startOf, weekOf } from "./calendar-days.js";
import { said, sayButton, setFlag } from "./crew-dom.js";
import { h, setText } from "./dom.js";
import { formatDay, formatTime, ownZone, zoneName } from "./format.js";
import { language, onLanguage, t } from "./i18n.js";
import { fromInputTime } from "./zoned-time.js";

const SHOWN_A_DAY = 3;
const FREE_HOUR = 20;
// On a phone a month shows marks only, and a day with some leads to its week.
const NARROW = "(max-width: 759px)";
const HOURS = Array.from({ length: 24 }, (_, hour) => hour);

class Calendar extends HTMLElement {
  #sessions = [];
  #mode = "month";
  #ofSession = false;
  #day = null;
  #nowMs = Date.now();
  canCreate = false;
  #title = h("h3", { class: "calendar-title", "aria-live": "polite" });
  #grid = h("div", { class: "calendar-grid" });
  #zone = said("option", "agenda.zone_own", { value: "own" });
  #note = h("p", { class: "panel-note" });

  connectedCallback() {
    if (this.firstChild) return;
    this.#day = dayOf(this.#nowMs, ownZone());
    this.append(this.#bar(), this.#grid, this.#note);
    this.#grid.addEventListener("keydown", (event) => this.#keyed(event));
    this.#grid.addEventListener("click", (event) => this.#clicked(event));
    onLanguage(() => this.#show());
    this.#turned();
  }

  #bar() {
    const go = (key, step) => sayButton(key, { class: "small", onclick: () => this.#go(step) });
    const zones = h("select", { "aria-label": t("agenda.zone"), data: { tLabel: "agenda.zone" } },
      this.#zone, said("option", "agenda.zone_session", { value: "session" }));
    zones.addEventListener("change", () => {
      this.#ofSession = zones.value === "session";
      this.#show();
    });
    return h("div", { class: "calendar-bar" },
      h("div", { class: "row" }, go("agenda.before", -1), go("agenda.today", 0), go("agenda.after", 1)),
      this.#title,
      h("div", { class: "row" },
        ...["month", "week"].map((mode) => sayButton(`agenda.${mode}`, {
          class: "small", data: { mode }, onclick: () => this.#change(mode),
        })), zones));
  }

  set nowMs(nowMs) {
    this.#nowMs = nowMs;
  }

  set sessions(sessions) {
    this.#sessions = sessions;
    this.#show();
  }

  #change(mode) {
    this.#mode = mode;
    this.#turned();
  }

  #go(step) {
    const move = this.#mode === "month" ? addMonths(this.#day, step) : addDays(this.#day, 7 * step);
    this.#day = step === 0 ? dayOf(this.#nowMs, ownZone()) : move;
    this.#turned();
  }

  get #days() {
    return this.#mode === "month" ? monthOf(this.#day) : weekOf(this.#day);
  }

  #turned() {
    this.#show();
    this.dispatchEvent(new CustomEvent("range", { detail: this.range }));
  }

  /** What is shown, and a day more at both ends: in other zones a session is on another day. */
  get range() {
    const days = this.#days;
    return { sinceMs: startOf(addDays(days[0], -1), "UTC"), untilMs: startOf(addDays(days.at(-1), 2), "UTC") };
  }

  #zoneFor({ zone }) {
    return this.#ofSession ? zone : ownZone();
  }

  #show() {
    if (!this.firstChild) return;
    setFlag(this, "data-view", this.#mode);
    for (const button of this.querySelectorAll("[data-mode]")) {
      button.setAttribute("aria-pressed", String(button.dataset.mode === this.#mode));
    }
    const own = ownZone();
    setText(this.#note, this.#ofSession ? t("agenda.zone_session") : `${own} (${zoneName(this.#nowMs, own)})`);
    setText(this.#title, this.#titleText());
    const focused = this.#grid.contains(document.activeElement) ? document.activeElement.dataset.day : null;
    this.#grid.setAttribute("role", "group");
    this.#grid.setAttribute("aria-label", t("agenda.grid"));
    this.#grid.replaceChildren(...(this.#mode === "month" ? this.#month() : this.#week()));
    if (focused) this.#grid.querySelector(`[data-day="${this.#day}"]`)?.focus();
  }

  #titleText() {
    const [year, month] = this.#day.split("-").map(Number);
    const tag = language() === "zh" ? "zh-CN" : "en-GB";
    const named = new Intl.DateTimeFormat(tag, { year: "numeric", month: "long", timeZone: "UTC" });
    return named.format(Date.UTC(year, month - 1, 15));
  }

  #month() {
    const days = this.#days;
    const heads = days.slice(0, 7).map((day) => h("div", { class: "calendar-head", text: this.#weekday(day) }));
    return [...heads, ...days.map((day) => this.#monthDay(day))];
  }

  #monthDay(day) {
    const blocks = blocksOf(this.#sessions, day, (session) => this.#zoneFor(session));
    const shown = blocks.slice(0, SHOWN_A_DAY).map((block) => this.#block(block));
    const more = blocks.length - shown.length;
    return h("div", { class: "calendar-day", data: { empty: String(blocks.length === 0), out: String(day.slice(0, 7) !== this.#day.slice(0, 7)), today: String(day === this.#today) } },
      this.#dayButton(day), ...shown,
      more > 0 ? h("button", { type: "button", class: "calendar-more quiet", text: t("agenda.more_here", { n: more }), data: { week: day } }) : null);
  }

  get #today() {
    return dayOf(this.#nowMs, ownZone());
  }

  #dayButton(day) {
    const named = this.#named(day);
    return h("button", {
      type: "button", class: "calendar-date quiet", tabindex: day === this.#day ? "0" : "-1",
      "aria-label": this.canCreate ? `${named}, ${t("agenda.new_at", { time: `${FREE_HOUR}:00` })}` : named,
      data: { day },
    }, h("span", { text: String(Number(day.slice(8))) }), h("span", { class: "calendar-weekday", text: this.#weekday(day) }));
  }

  #named = (day) => formatDay(Date.parse(`${day}T12:00Z`), "UTC", this.#nowMs);

  #weekday(day) {
    const tag = language() === "zh" ? "zh-CN" : "en-GB";
    return new Intl.DateTimeFormat(tag, { weekday: "short", timeZone: "UTC" }).format(Date.parse(`${day}T12:00Z`));
  }

  #week() {
    const hours = h("div", { class: "calendar-hours", "aria-hidden": "true" },
      ...HOURS.map((hour) => h("span", { text: `${String(hour).padStart(2, "0")}:00` })));
    return [hours, ...this.#days.map((day) => this.#weekDay(day))];
  }

  #weekDay(day) {
    const blocks = blocksOf(this.#sessions, day, (session) => this.#zoneFor(session));
    const track = h("div", { class: "calendar-track", data: { track: day } });
    for (const block of blocks) {
      const element = this.#block(block);
      // A rule of the element itself: styles in markup are not allowed, those set by script are.
      element.style.setProperty("--from", String(block.from));
      element.style.setProperty("--long", String(block.to - block.from));
      element.style.setProperty("--lane", String(block.lane));
      element.style.setProperty("--lanes", String(block.lanes));
      track.append(element);
    }
    return h("div", { class: "calendar-column", data: { empty: String(blocks.length === 0), today: String(day === this.#today) } },
      this.#dayButton(day), track,
      blocks.length === 0 ? said("p", "agenda.nothing", { class: "calendar-nothing" }) : null);
  }

  #block({ session, startMs, endMs, isClash }) {
    const zone = this.#zoneFor(session);
    const until = endMs > startMs ? `–${formatTime(endMs, zone)}` : "";
    const time = formatTime(startMs, zone) + until;
    const state = said("span", `state.${session.state}`, { class: "visually-hidden" });
    const clash = isClash ? said("span", "agenda.clash", { class: "calendar-clash" }) : null;
    return h("a", {
      class: "calendar-block", href: hrefOf(session), title: `${time} ${session.title} · ${session.host}`,
      data: { state: session.state, clash: String(isClash), session: session.id },
    }, h("span", { class: "calendar-time figure", text: time }), h("span", { class: "calendar-name", text: session.title }), clash, state);
  }

  #clicked(event) {
    const date = event.target.closest("[data-day]");
    const hasSome = date?.closest('[data-empty="false"]') !== null && this.#mode === "month";
    const isMarked = date !== null && hasSome && matchMedia(NARROW).matches;
    const week = event.target.closest("[data-week]")?.dataset.week ?? (isMarked ? date.dataset.day : null);
    if (week !== null) {
      this.#day = week;
      this.#change("week");
      return;
    }
    const track = event.target.closest("[data-track]");
    if (event.target.closest("a") !== null) return;
    if (date !== null) this.#wants(date.dataset.day, FREE_HOUR * 60);
    else if (track !== null) {
      const { top, height } = track.getBoundingClientRect();
      const half = Math.floor(((event.clientY - top) / height) * 48);
      this.#wants(track.dataset.track, Math.min(47, Math.max(0, half)) * 30);
    }
  }

  #wants(day, minute) {
    if (!this.canCreate) return;
    const two = (value) => String(value).padStart(2, "0");
    const startMs = fromInputTime(`${day}T${two(Math.floor(minute / 60))}:${two(minute % 60)}`, ownZone());
    this.dispatchEvent(new CustomEvent("free", { detail: { startMs } }));
  }

  #keyed(event) {
    if (!event.target.matches("[data-day]")) return;
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 }[event.key];
    const page = { PageUp: -1, PageDown: 1 }[event.key];
    if (step === undefined && page === undefined) return;
    event.preventDefault();
    const day = event.target.dataset.day;
    const before = this.#days.join();
    this.#day = step === undefined ? addMonths(day, page) : addDays(day, step);
    if (this.#days.join() === before) this.#show();
    else this.#turned();
    this.#grid.querySelector(`[data-day="${this.#day}"]`)?.focus();
  }
}

/** Where a session is looked after: past ones are reviewed, others prepared or run. */
export function hrefOf({ id, state, archived }) {
  if (state === "ended" || archived) return `/staff/${id}`;
  return state === "live" || state === "paused" ? `/console/${id}` : `/prepare/${id}`;
}

customElements.define("ls-calendar", Calendar);
