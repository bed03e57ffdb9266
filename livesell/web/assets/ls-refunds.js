/**
 * <ls-refunds>: money on its way back; what needs somebody stands in front, the rest folded away.
 *
 * Property `data` (`{refunds, numberOf, currency, zone}`). Events: `again` and `done` with the
 * refund, `order` with an order's id.
 */

import { arrange, said, say, sayButton, setFlag } from "./crew-dom.js";
import { h, setText } from "./dom.js";
import { formatMoment } from "./format.js";
import { knows, t } from "./i18n.js";
import { formatMoney } from "./money.js";
import { needsCrew } from "./order-state.js";

class Refunds extends HTMLElement {
  #urgent = { rows: new Map(), list: h("ul", { class: "refund-list" }) };
  #rest = { rows: new Map(), list: h("ul", { class: "refund-list" }) };
  #count = h("span", { class: "chip refund-count", data: { state: "missed" } });
  #summary = h("summary");
  #folded = h("details", {}, this.#summary, this.#rest.list);

  connectedCallback() {
    if (this.firstChild) return;
    const head = h("div", { class: "panel-head" }, said("h2", "refunds.title"), this.#count);
    this.append(head, this.#urgent.list, this.#folded);
  }

  set data({ refunds, ...about }) {
    this.hidden = refunds.length === 0;
    const urgent = refunds.filter(needsCrew);
    const rest = refunds.filter((one) => !needsCrew(one));
    this.#count.hidden = urgent.length === 0;
    setText(this.#count, t("refunds.to_do", { n: urgent.length }));
    this.#folded.hidden = rest.length === 0;
    setText(this.#summary, t("refunds.all", { n: rest.length }));
    this.#fill(this.#urgent, urgent, about);
    this.#fill(this.#rest, rest, about);
  }

  #fill({ rows, list }, refunds, about) {
    const byId = new Map(refunds.map((one) => [one.id, one]));
    arrange(list, rows, [...byId.keys()], () => new Line((...told) => this.#tell(...told)).element);
    for (const [id, refund] of byId) Line.of.get(rows.get(id)).show(refund, about);
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

class Line {
  static of = new WeakMap();
  #refund = null;
  #amount = h("strong", { class: "figure refund-amount" });
  #state = h("span", { class: "chip refund-chip" });
  #about = h("span", { class: "refund-about" });
  #order;
  #again;
  #done;

  constructor(tell) {
    const button = (key, verb, detail) =>
      sayButton(key, { class: "small", data: { verb }, onclick: () => tell(verb, detail()) });
    this.#order = h("button", {
      type: "button", class: "small quiet", onclick: () => tell("order", this.#refund.order),
    });
    this.#again = button("refunds.retry", "again", () => this.#refund);
    this.#done = button("refunds.done", "done", () => this.#refund);
    const actions = h("div", { class: "row" }, this.#order, this.#again, this.#done);
    this.element = h("li", {}, this.#amount, this.#state, this.#about, actions);
    Line.of.set(this.element, this);
  }

  show(refund, { numberOf, currency, zone }) {
    this.#refund = refund;
    const { id, state, provider, order } = refund;
    setFlag(this.element, "data-refund", id);
    setText(this.#amount, formatMoney(refund.amount, currency));
    say(this.#state, `refunds.state_${state}`);
    setFlag(this.#state, "data-refund-state", state);
    const cause = knows(`refunds.cause_${refund.cause}`) ? t(`refunds.cause_${refund.cause}`) : refund.cause;
    const tries = refund.tries ? t("refunds.tries", { n: refund.tries }) : "";
    const facts = [
      formatMoment(Date.parse(refund.at), zone), provider || t("refunds.by_hand"), refund.by, cause, tries,
    ];
    setText(this.#about, facts.filter(Boolean).join(" · "));
    const n = numberOf(order);
    setText(this.#order, n === undefined ? t("refunds.order_other") : t("refunds.order", { n }));
    this.#again.hidden = state !== "failed";
    this.#done.hidden = !needsCrew(refund);
  }
}

customElements.define("ls-refunds", Refunds);
