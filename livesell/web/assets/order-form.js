/**
 * The form of the order sheet: price as seen, units, details, total.
 *
 * `paint` shows the card as it is now. When the price has moved since the sheet was opened, both
 * prices stand there and the button names the new total: nobody pays a price unseen.
 */

import "./ls-contact.js";
import "./ls-stepper.js";
import "./ls-left.js";
import { h, setText } from "./dom.js";
import { extrasText } from "./extras.js";
import { t } from "./i18n.js";
import { formatMoney, formatPrice } from "./money.js";
import { refusalText } from "./refusal.js";
import { paintPrice } from "./price-tag.js";
import { stockState } from "./stock.js";
import { mostUnits } from "./terms.js";

export class OrderForm {
  #slot = h("span", { class: "order-slot" });
  #title = h("p", { class: "order-product" });
  #price = h("span", { class: "order-price figure" });
  #extra = h("p", { class: "order-extra" });
  #flashLeft = h("ls-left");
  #flashWords = h("span");
  #flash = h("p", { class: "order-flash" }, this.#flashWords, this.#flashLeft);
  #change = h("div", { class: "message order-change", data: { kind: "warn" }, role: "status" });
  #unitsLabel = h("span", { class: "label" });
  #hint = h("span", { class: "order-limit" });
  #stepper = h("ls-stepper");
  #contact = h("ls-contact");
  #hold = h("p", { class: "order-hold" });
  #problem = h("p", { class: "message", data: { kind: "bad" }, role: "alert" });
  #submit = h("button", { class: "sell wide order-submit", type: "submit" });
  #now = null;
  #complaint = "";

  /** @param onSubmit `({units, price, contact})`, with the price that stands on the sheet. */
  constructor(onSubmit) {
    this.element = h(
      "form",
      { class: "order-form", novalidate: true },
      h(
        "div", { class: "order-head" },
        this.#slot, this.#title, this.#price, this.#extra, this.#flash,
      ),
      this.#change,
      h("div", { class: "order-units" }, h("div", {}, this.#unitsLabel, this.#hint), this.#stepper),
      this.#contact,
      this.#hold,
      this.#problem,
      this.#submit,
    );
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      const contact = this.#contact.value;
      this.#contact.keep();
      onSubmit({ units: this.#stepper.value, price: this.#now.card.price, contact });
    });
    this.#stepper.addEventListener("input", () => this.#paintTotal());
  }

  /** What knows the buyer's details: {details, forget}. */
  set service(service) {
    this.#contact.service = service;
  }

  /** Whether it could be ordered as it stands, with somewhere to send it. */
  get isReady() {
    return this.#contact.isEnough && !this.#submit.disabled;
  }

  /** A fresh form for one card. */
  begin(units = 1) {
    this.#stepper.max = units;
    this.#stepper.value = units;
    this.#contact.refresh();
    this.complain("");
  }

  /**
   * @param now `{card, cards, session, already, seenPrice, clock}`: the card as it is offered now,
   *     the units of it that this viewer has, and the price that the viewer knows.
   */
  paint(now) {
    this.#now = now;
    const { card, cards, session, already, seenPrice } = now;
    setText(this.#slot, t("card.slotLink", { n: card.slot }));
    setText(this.#title, card.title);
    setText(this.#extra, extrasText(card, cards));
    paintPrice(this.#price, card.price, session.currency);
    this.#paintFlash(card, now.clock);
    this.#stepper.max = mostUnits(card, already);
    setText(this.#unitsLabel, t("order.units"));
    setText(this.#hint, limitsText(card));
    const isPrepaid = session.payment === "prepaid" && card.price > 0;
    this.#hold.hidden = !isPrepaid;
    setText(this.#hold, isPrepaid ? t("order.holdHint", { n: session.hold_minutes }) : "");
    this.#paintChange(seenPrice, card.price, session.currency);
    this.#paintTotal();
    this.#paintProblem();
  }

  /** For how long this price holds, or the units are kept. */
  #paintFlash({ phase, flash, keptUntil }, clock) {
    this.#flash.hidden = phase !== "on" && keptUntil === undefined;
    if (this.#flash.hidden) return;
    setText(this.#flashWords, t(keptUntil === undefined ? "order.flash" : "order.keptFor"));
    this.#flashLeft.count(clock, keptUntil ?? flash.ends);
  }

  get units() {
    return this.#stepper.value;
  }

  set units(units) {
    this.#stepper.value = units;
    this.#paintTotal();
  }

  /** Says what was wrong; "" takes it away. */
  complain(sentence, { isContact = false } = {}) {
    this.#complaint = sentence;
    this.#paintProblem();
    if (isContact) this.#contact.open();
  }

  focus() {
    this.#submit.focus();
  }

  /** What stands in the way now goes before what was wrong with the last try. */
  #paintProblem() {
    const code = this.#now && obstacle(this.#now);
    const sentence = code ? refusalText({ code }) : this.#complaint;
    this.#problem.hidden = !sentence;
    setText(this.#problem, sentence);
    this.#submit.disabled = Boolean(code);
  }

  #paintChange(seen, price, currency) {
    this.#change.hidden = seen === price;
    if (seen === price) {
      this.#change.replaceChildren();
      return;
    }
    const line = (label, amount, tag) =>
      h("p", {}, h("span", { text: t(label) }), h(tag, { class: "figure", text: formatPrice(amount, currency) }));
    this.#change.replaceChildren(
      h("strong", { text: t("order.priceChanged") }),
      line("order.priceWas", seen, "s"),
      line("order.priceNow", price, "b"),
    );
  }

  #paintTotal() {
    const { card, session, seenPrice } = this.#now;
    const total = formatMoney(card.price * this.#stepper.value, session.currency);
    const isChanged = seenPrice !== card.price;
    setText(this.#submit, t(isChanged ? "order.orderAtNewPrice" : "order.submit", { total }));
  }
}

/** "Limit 5 each · at most 2 in one order" */
function limitsText({ limit, per_order: perOrder }) {
  return [
    ...(limit === undefined ? [] : [t("card.limit", { n: limit })]),
    ...(perOrder === undefined ? [] : [t("order.perOrder", { n: perOrder })]),
  ].join(" · ");
}

/** The refusal that an order would meet for certain, as far as the page knows; "" for none. */
function obstacle({ card, session, already }) {
  if (session.state !== "live") return "not_live";
  if (stockState(card) === "sold_out") return "sold_out";
  if (!card.open) return "closed";
  return card.limit !== undefined && already >= card.limit ? "limit" : "";
}
