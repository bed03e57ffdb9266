/**
 * <ls-simulated>: lets simulated viewers come to a rehearsal, and says what they do.
 *
 * Property `view`: `{audience, isOnAir, isBusy}`. Events: `come` with `{body, wrong}`, where
 * `wrong(error)` says which input was refused; `leave`.
 */

import "./rehearsal-words.js";
import { said, sayButton } from "./crew-dom.js";
import { h, setText } from "./dom.js";
import { FormFields } from "./form-fields.js";
import { formatCount, formatTime } from "./format.js";
import { t } from "./i18n.js";
import { fieldSentence } from "./sentence.js";

const MOODS = ["calm", "usual", "eager"];
const MOST = { viewers: 500, minutes: 120 };

class Simulated extends HTMLElement {
  #fields = new FormFields("rehearsal");
  #come = said("button", "rehearsal.come", { type: "submit", class: "primary" });
  #leave = sayButton("rehearsal.leave", { onclick: () => this.dispatchEvent(new Event("leave")) });
  #progress = h("progress", { max: 1, value: 0, "aria-label": t("rehearsal.audience"), data: { tLabel: "rehearsal.audience" } });
  #there = h("p", { role: "status" });
  #did = h("p", { class: "figure" });
  #trouble = h("p", { class: "simulated-trouble" });
  #offAir = said("p", "rehearsal.off_air", { class: "panel-note" });
  #form = h("form", { novalidate: true, class: "simulated-form", onsubmit: (event) => this.#submitted(event) });
  #report = h("div", { class: "simulated-report" }, this.#progress, this.#there, this.#did, this.#trouble, this.#leave);

  connectedCallback() {
    if (this.firstChild) return;
    const number = (name, value) =>
      this.#fields.text(name, { inputmode: "numeric", value, maxlength: 3 });
    const moods = h("select", {}, ...MOODS.map((mood) => said("option", `rehearsal.mood_${mood}`, { value: mood })));
    moods.value = "usual";
    this.#form.append(
      number("viewers", "50"), number("minutes", "10"), this.#fields.labelled("mood", moods), this.#come,
    );
    this.append(
      said("h3", "rehearsal.audience"),
      said("p", "rehearsal.audience_about", { class: "panel-note" }),
      this.#offAir, this.#form, this.#report,
    );
  }

  set view({ audience, isOnAir, isBusy }) {
    const isThere = audience !== null && (audience.state === "coming" || audience.state === "watching");
    this.#form.hidden = isThere || !isOnAir;
    this.#offAir.hidden = isThere || isOnAir;
    this.#report.hidden = audience === null;
    this.#come.disabled = this.#leave.disabled = isBusy;
    this.#leave.hidden = !isThere;
    this.#progress.hidden = !isThere;
    if (audience !== null) this.#paint(audience);
  }

  #paint({ state, connected, viewers, likes, orders, units, refused, trouble, until }) {
    this.#progress.value = viewers > 0 ? connected / viewers : 0;
    this.#there.dataset.state = state;
    const time = formatTime(Date.parse(until));
    const counts = { n: formatCount(connected), of: formatCount(viewers), time };
    setText(this.#there, t(`rehearsal.${state === "watching" ? "there" : state}`, counts));
    const list = (found) => Object.entries(found).map(([what, n]) => `${what} ${formatCount(n)}`).join(", ");
    const done = t("rehearsal.did", {
      likes: formatCount(likes), orders: formatCount(orders), units: formatCount(units),
    });
    const refusals = list(refused);
    setText(this.#did, refusals ? `${done} ${t("rehearsal.refused", { list: refusals })}` : done);
    const troubles = list(trouble);
    this.#trouble.hidden = troubles === "";
    setText(this.#trouble, troubles ? t("rehearsal.trouble", { list: troubles }) : "");
  }

  #submitted(event) {
    event.preventDefault();
    const [viewers, minutes] = ["viewers", "minutes"].map((name) => this.#number(name));
    if (viewers === null || minutes === null) return;
    const body = { viewers, minutes, mood: this.#fields.value("mood") };
    this.dispatchEvent(new CustomEvent("come", { detail: { body, wrong: (error) => this.#wrong(error) } }));
  }

  /** A whole number in its range, else null and a sentence at the input. */
  #number(name) {
    const text = this.#fields.value(name);
    const number = Number(text);
    const isFine = /^\d{1,3}$/.test(text) && number >= 1 && number <= MOST[name];
    this.#fields.wrong(name, isFine ? "" : t(`error.bad_input.${name}`));
    return isFine ? number : null;
  }

  #wrong(error) {
    for (const name of this.#fields.names) this.#fields.wrong(name, fieldSentence(error, name) ?? "");
  }
}

customElements.define("ls-simulated", Simulated);
