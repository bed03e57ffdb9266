/**
 * <ls-alarms>: what somebody has to look at, such as a payment that fits no order. Hidden when
 * there is none; what was looked at is folded away with who did. Property `data` (`{alarms, zone}`). Events: `order` with an order's id, `seen` with the alarm.
 */

import { crewIcon, sayButton, setFlag } from "./crew-dom.js";
import { h, setText } from "./dom.js";
import { formatMoment } from "./format.js";
import { knows, t } from "./i18n.js";

// The newest are in view, the rest folded away: a long list must not push the figures off.
const IN_VIEW = 3;

class Alarms extends HTMLElement {
  #title = h("h2");
  #list = h("ul", { class: "alarm-list" });
  #summary = h("summary");
  #older = h("ul", { class: "alarm-list" });
  #folded = h("details", {}, this.#summary, this.#older);
  #seen = foldedList();

  connectedCallback() {
    if (this.firstChild) return;
    this.setAttribute("role", "alert");
    this.append(h("div", { class: "alarm-head" }, crewIcon("alert"), this.#title), this.#list, this.#folded,
      this.#seen.folded);
  }

  set data({ alarms, zone }) {
    const waiting = alarms.filter(({ seen }) => seen === undefined);
    const seen = alarms.filter((alarm) => alarm.seen !== undefined);
    this.hidden = alarms.length === 0;
    setFlag(this, "data-calm", waiting.length === 0);
    setText(this.#title, t(waiting.length > 0 ? "alarms.title" : "alarms.all_seen", { n: waiting.length }));
    const lines = waiting.map((alarm) => this.#line(alarm, zone));
    this.#list.replaceChildren(...lines.slice(0, IN_VIEW));
    this.#older.replaceChildren(...lines.slice(IN_VIEW));
    this.#folded.hidden = lines.length <= IN_VIEW;
    setText(this.#summary, t("alarms.earlier", { n: Math.max(0, lines.length - IN_VIEW) }));
    this.#seen.list.replaceChildren(...seen.map((alarm) => this.#line(alarm, zone)));
    this.#seen.folded.hidden = seen.length === 0;
    setText(this.#seen.summary, t("alarms.seen_all", { n: seen.length }));
  }

  #line(alarm, zone) {
    const { kind, message, at, order, ref, seen } = alarm;
    const key = `alarms.${kind}`;
    const facts = [
      formatMoment(Date.parse(at), zone),
      ref ? t("alarms.ref", { ref }) : "",
      seen ? t("alarms.seen", { by: seen.by, time: formatMoment(Date.parse(seen.at), zone) }) : "",
    ];
    return h(
      "li",
      { data: { alarm: kind } },
      h("p", { text: knows(key) ? t(key) : message }),
      h("p", { class: "alarm-about figure", text: facts.filter(Boolean).join(" · ") }),
      order ? sayButton("alarms.order", {
        class: "small", onclick: () => this.dispatchEvent(new CustomEvent("order", { detail: order })),
      }) : null,
      seen ? null : sayButton("alarms.see", {
        class: "small", data: { verb: "see" },
        onclick: () => this.dispatchEvent(new CustomEvent("seen", { detail: alarm })),
      }),
    );
  }
}

function foldedList() {
  const [summary, list] = [h("summary"), h("ul", { class: "alarm-list" })];
  return { summary, list, folded: h("details", {}, summary, list) };
}

customElements.define("ls-alarms", Alarms);
