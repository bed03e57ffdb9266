/**
 * <ls-flashes>: the flash sales of the session: prepared, counting down, on sale, over.
 *
 * Property `view`. Events: `command`, `prepare`.
 */

import "./ls-problem.js";
import { arrange, said, say, sayButton, setFlag } from "./crew-dom.js";
import { h, setText } from "./dom.js";
import { flashesOf, flashRest } from "./flash-state.js";
import { formatCount, formatDuration, formatTime } from "./format.js";
import { t } from "./i18n.js";
import { formatPrice } from "./money.js";
import { isClosed } from "./session-state.js";

class Flashes extends HTMLElement {
  #rows = new Map();
  #list = h("ul", { class: "flash-list" });
  #empty = said("p", "flash.none", { class: "panel-note" });
  #prepare = sayButton("flash.prepare", {
    class: "small", data: { verb: "prepare" },
    onclick: () => this.dispatchEvent(new Event("prepare", { bubbles: true })),
  });
  #past = { rows: new Map(), list: h("ul", { class: "flash-list" }), summary: h("summary") };
  #folded = h("details", {}, this.#past.summary, this.#past.list);

  connectedCallback() {
    if (this.firstChild) return;
    this.append(
      h("header", { class: "panel-head" }, said("h2", "flash.title"), h("div", { class: "row" }, this.#prepare)),
      this.#empty, this.#list, this.#folded,
    );
  }

  set view(view) {
    const all = flashesOf(view.document, view.nowMs);
    const past = all.filter(({ state }) => state === "ended");
    const ahead = all.filter(({ state }) => state !== "ended");
    const { session } = view.document;
    this.#prepare.hidden = !view.may || isClosed(session.state);
    this.#empty.hidden = ahead.length > 0;
    this.#folded.hidden = past.length === 0;
    setText(this.#past.summary, t("flash.past", { n: past.length }));
    fill(this.#list, this.#rows, ahead, view);
    fill(this.#past.list, this.#past.rows, past, view);
  }
}

function fill(list, rows, flashes, view) {
  arrange(list, rows, flashes.map(({ id }) => id), (id) => {
    const line = h("ls-flash", { role: "listitem" });
    line.flashId = id;
    return line;
  });
  for (const flash of flashes) rows.get(flash.id).view = { ...view, flash };
}

class FlashLine extends HTMLElement {
  flashId = "";
  #name = h("strong", { class: "flash-name" });
  #state = h("span", { class: "chip flash-chip" });
  #plan = h("p", { class: "panel-note" });
  #clock = h("p", { class: "flash-clock figure" });
  #left = h("p", { class: "flash-left figure" });
  #problem = h("ls-problem");
  #wait = said("p", "flash.not_live", { class: "panel-note" });
  #start = this.#button("flash.start", "start_flash", "primary");
  #end = this.#button("flash.end", "end_flash", "danger");
  #drop = this.#button("flash.drop", "drop_flash", "quiet");

  connectedCallback() {
    if (this.firstChild) return;
    const head = h("p", { class: "flash-head" }, this.#name, this.#state);
    const buttons = h("div", { class: "row flash-buttons" }, this.#start, this.#end, this.#drop);
    this.append(head, this.#plan, this.#clock, this.#left, this.#wait, buttons, this.#problem);
  }

  #button(key, verb, look) {
    return sayButton(key, { class: look, data: { verb }, onclick: () => this.#tell(verb) });
  }

  set view({ document: { cards, session }, flash, nowMs, may, commands }) {
    const place = `flash:${this.flashId}`;
    setFlag(this, "data-state", flash.state);
    setFlag(this, "data-flash", this.flashId);
    setText(this.#name, t("card.named", cards[flash.card]));
    say(this.#state, `flash.state_${flash.state}`);
    setFlag(this.#state, "data-flash-state", flash.state);
    setText(this.#plan, planTold(flash, session.currency));
    const rest = flashRest(flash, nowMs);
    this.#clock.hidden = rest === null && flash.state !== "ended";
    setText(this.#clock, clockTold(flash, rest, session.zone));
    this.#left.hidden = rest === null || flash.left === undefined;
    const counts = { left: formatCount(flash.left ?? 0), units: formatCount(flash.units) };
    setText(this.#left, t("flash.left", counts));
    const waits = (verb) => commands.has(place, verb);
    const isPrepared = flash.state === "prepared" && may;
    this.#wait.hidden = !isPrepared || session.state === "live";
    this.#start.hidden = !isPrepared;
    this.#drop.hidden = !isPrepared;
    this.#end.hidden = rest === null || !may;
    this.#start.disabled = session.state !== "live" || waits("start_flash");
    this.#end.disabled = waits("end_flash");
    this.#drop.disabled = waits("drop_flash");
    this.#problem.failure = commands.failures.get(place);
  }

  #tell(verb) {
    const detail = { command: { do: verb, flash: this.flashId }, place: `flash:${this.flashId}` };
    this.dispatchEvent(new CustomEvent("command", { detail, bubbles: true }));
  }
}

function planTold(flash, currency) {
  const plan = t("flash.plan", {
    price: formatPrice(flash.price, currency), units: formatCount(flash.units),
    countdown: flash.countdown_s, minutes: Math.round(flash.lasts_s / 6) / 10,
  });
  return flash.limit === undefined ? plan : `${plan} · ${t("flash.per_viewer", { n: flash.limit })}`;
}

function clockTold({ state, ends, ended }, rest, zone) {
  if (state === "counting") return t("flash.starts_in", { time: formatDuration(rest) });
  if (state === "running") return t("flash.ends_in", { time: formatDuration(rest) });
  return state === "ended" ? t("flash.ended_at", { time: formatTime(ended ?? ends, zone) }) : "";
}

customElements.define("ls-flashes", Flashes);
customElements.define("ls-flash", FlashLine);
