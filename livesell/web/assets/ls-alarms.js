/**
 * <ls-alarms>: what somebody has to look at, such as a payment that fits no order. Hidden when
 * there is none. Property `data` (`{alarms, zone}`). Events: `order` with an order's id.
 */

import { crewIcon, sayButton } from "./crew-dom.js";
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

  connectedCallback() {
    if (this.firstChild) return;
    this.setAttribute("role", "alert");
    this.append(h("div", { class: "alarm-head" }, crewIcon("alert"), this.#title), this.#list, this.#folded);
  }

  set data({ alarms, zone }) {
    this.hidden = alarms.length === 0;
    setText(this.#title, t("alarms.title", { n: alarms.length }));
    const lines = alarms.map((alarm) => this.#line(alarm, zone));
    this.#list.replaceChildren(...lines.slice(0, IN_VIEW));
    this.#older.replaceChildren(...lines.slice(IN_VIEW));
    this.#folded.hidden = lines.length <= IN_VIEW;
    setText(this.#summary, t("alarms.earlier", { n: Math.max(0, lines.length - IN_VIEW) }));
  }

  #line({ kind, message, at, order, ref }, zone) {
    const key = `alarms.${kind}`;
    const facts = [formatMoment(Date.parse(at), zone), ref ? t("alarms.ref", { ref }) : ""];
    return h(
      "li",
      { data: { alarm: kind } },
      h("p", { text: knows(key) ? t(key) : message }),
      h("p", { class: "alarm-about figure", text: facts.filter(Boolean).join(" · ") }),
      order ? sayButton("alarms.order", {
        class: "small", onclick: () => this.dispatchEvent(new CustomEvent("order", { detail: order })),
      }) : null,
    );
  }
}

customElements.define("ls-alarms", Alarms);
