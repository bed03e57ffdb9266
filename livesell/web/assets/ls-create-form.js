/**
 * <ls-create-form>: a new session with its first cards.
 *
 * Properties: `host` (who is offered as host), `startMs` (when it is offered to start), `isBusy`, `error` (an `ApiError` or null).
 * Events: `create` with the body for `POST /sessions`. Times are typed on this browser's wall
 * clock, and its zone becomes the session's.
 */

import "./ls-card-fields.js";
import "./ls-problem.js";
import { iconButton, said, say, sayButton } from "./crew-dom.js";
import { CURRENCIES } from "./currencies.js";
import { h } from "./dom.js";
import { FormFields } from "./form-fields.js";
import { zoneName } from "./format.js";
import { t } from "./i18n.js";
import { fieldSentence } from "./sentence.js";
import { fromInputTime, localZone, toInputTime } from "./zoned-time.js";

const HOUR_MS = 3_600_000;
const MAX_LENGTH_MS = 24 * HOUR_MS;

class CreateForm extends HTMLElement {
  #zone = localZone();
  #fields = new FormFields("create");
  #problem = h("ls-problem");
  #cards = h("ol", { class: "create-cards" });
  #send = sayButton("create.send", { type: "submit", class: "primary" });
  #isPublic = h("input", { type: "checkbox", name: "public_gross" });

  connectedCallback() {
    if (this.firstChild) return;
    this.append(h(
      "form",
      { novalidate: true, onsubmit: (event) => this.#submitted(event) },
      h("fieldset", { class: "create-main" }, said("legend", "create.session"), ...this.#mainFields()),
      h("fieldset", {}, said("legend", "create.cards"), this.#cards, this.#addButton()),
      this.#more(),
      this.#problem,
      h("div", { class: "row create-answers" }, this.#send, ...this.#hints()),
    ));
    this.#problem.canForgive = false;
    this.#offerTimes();
    this.#addCard();
  }

  #mainFields() {
    const options = CURRENCIES.map((value) => h("option", { value, text: value }));
    const currencies = h("select", { onchange: () => this.#followCurrency() }, ...options);
    return [
      this.#fields.text("title", { maxlength: "80", required: true }),
      this.#fields.text("host", { maxlength: "40", required: true }),
      this.#fields.text("planned_start", { type: "datetime-local" }),
      this.#fields.text("planned_end", { type: "datetime-local" }),
      this.#fields.labelled("currency", currencies),
    ];
  }

  #more() {
    return h(
      "details",
      { class: "create-more" },
      said("summary", "create.more"),
      h(
        "div",
        { class: "create-main" },
        this.#fields.text("video", { inputmode: "url", maxlength: "500" }),
        this.#fields.text("cover", { inputmode: "url", maxlength: "500" }),
        this.#fields.text("fund", { maxlength: "40" }),
        h("label", { class: "check" }, this.#isPublic, said("span", "create.public_gross")),
      ),
    );
  }

  #addButton() {
    return sayButton("create.add_card", { onclick: () => this.#addCard().focusTitle() });
  }

  /** What an empty time means, and whose wall clock the times are on. */
  #hints() {
    const zone = `${this.#zone} (${zoneName(Date.now(), this.#zone)})`;
    return [
      said("p", "create.hint", { class: "panel-note" }),
      h("p", { class: "panel-note", text: zone }),
    ];
  }

  /** The next full hour, for an hour. */
  #offerTimes() {
    const soon = Math.ceil(Date.now() / HOUR_MS) * HOUR_MS;
    this.#fields.set("planned_start", toInputTime(soon, this.#zone));
    this.#fields.set("planned_end", toInputTime(soon + HOUR_MS, this.#zone));
  }

  set host(name) {
    if (this.#fields.value("host") === "") this.#fields.set("host", name);
  }

  /** When somebody chose a free time in the calendar, epoch ms. */
  set startMs(startMs) {
    this.#fields.set("planned_start", toInputTime(startMs, this.#zone));
    this.#fields.set("planned_end", toInputTime(startMs + HOUR_MS, this.#zone));
  }

  set isBusy(isBusy) {
    this.#send.disabled = isBusy;
    say(this.#send, isBusy ? "create.sending" : "create.send");
  }

  /** Says what the service found wrong, each at its own field. */
  set error(error) {
    this.#problem.failure = error === null ? null : { command: null, error };
    for (const field of Object.keys(error?.fields ?? {})) {
      const [, place, name] = /^cards\[(\d+)\]\.(\w+)/.exec(field) ?? [];
      const sentence = fieldSentence(error, field);
      if (place === undefined) this.#fields.wrong(field, sentence);
      else this.#filledRows[Number(place)]?.wrong(name, sentence);
    }
    this.querySelector("[aria-invalid]")?.focus();
  }

  get #rows() {
    return [...this.#cards.querySelectorAll("ls-card-fields")];
  }

  /** Only these are sent, so the service counts only these. */
  get #filledRows() {
    return this.#rows.filter((row) => !row.isBlank);
  }

  #followCurrency() {
    for (const row of this.#rows) row.currency = this.#fields.value("currency");
  }

  #addCard() {
    const fields = h("ls-card-fields");
    const remove = iconButton("close", "create.remove_card", {
      class: "icon-button quiet",
      onclick: () => line.remove(),
    });
    const line = h("li", { class: "create-card" }, fields, remove);
    const slots = this.#rows.map((row) => row.slotNumber ?? 0);
    this.#cards.append(line);
    fields.slot = Math.max(0, ...slots) + 1;
    fields.currency = this.#fields.value("currency");
    return fields;
  }

  #submitted(event) {
    event.preventDefault();
    this.error = null;
    const body = this.#read();
    if (body === null) this.querySelector("[aria-invalid]")?.focus();
    else this.dispatchEvent(new CustomEvent("create", { detail: body, bubbles: true }));
  }

  /** The body for the service, or null after saying what is wrong. */
  #read() {
    const rows = this.#filledRows;
    const body = { zone: this.#zone, cards: rows.map((row) => row.read()) };
    const checks = [
      this.#readTexts(body), this.#readTimes(body), !body.cards.includes(null), checkSlots(rows),
    ];
    return checks.every(Boolean) ? body : null;
  }

  #readTexts(body) {
    for (const name of ["title", "host", "currency", "video", "cover", "fund"]) {
      const value = this.#fields.value(name);
      if (value !== "") body[name] = value;
    }
    if (this.#isPublic.checked) body.public_gross = true;
    for (const name of ["title", "host"]) {
      this.#fields.wrong(name, name in body ? "" : t(`create.wrong_${name}`));
    }
    return "title" in body && "host" in body;
  }

  #readTimes(body) {
    const read = (name) => fromInputTime(this.#fields.value(name), this.#zone);
    const [start, end] = [read("planned_start"), read("planned_end")];
    this.#fields.wrong("planned_end", "");
    if (start === null && end === null) return true;
    const problem = timesProblem(start, end);
    if (problem !== null) {
      this.#fields.wrong("planned_end", t(problem));
      return false;
    }
    body.planned_start = new Date(start).toISOString();
    body.planned_end = new Date(end).toISOString();
    return true;
  }
}

function checkSlots(rows) {
  const seen = new Set();
  let isRight = true;
  for (const row of rows) {
    const slot = row.slotNumber;
    if (slot !== null && seen.has(slot)) {
      row.wrong("slot", t("new_card.taken_slot", { slot }));
      isRight = false;
    }
    seen.add(slot);
  }
  return isRight;
}

function timesProblem(start, end) {
  if (start === null || end === null) return "create.wrong_both";
  if (end <= start) return "create.wrong_end";
  if (end - start > MAX_LENGTH_MS) return "create.wrong_length";
  return end <= Date.now() ? "create.wrong_past" : null;
}

customElements.define("ls-create-form", CreateForm);
