/**
 * The form of the order sheet: price as seen, units, details, total.
 *
 * `paint` shows the card as it is now. When the price has moved since the sheet was opened, both
 * prices stand there and the button names the new total: nobody pays a price unseen.
 */

import "./ls-contact.js";
import "./ls-stepper.js";
import { h, setText } from "./dom.js";
import { t } from "./i18n.js";
import { formatMoney, formatPrice } from "./money.js";
import { refusalText } from "./refusal.js";
import { paintPrice } from "./price-tag.js";

const MOST_UNITS = 999;

export class OrderForm {
  #slot = h("span", { class: "order-slot" });
  #title = h("p", { class: "order-product" });
  #price = h("span", { class: "order-price figure" });
  #change = h("div", { class: "message order-change", data: { kind: "warn" }, role: "status" });
  #unitsLabel = h("span", { class: "label" });
  #hint = h("span", { class: "order-limit" });
  #stepper = h("ls-stepper");
  #contact = h("ls-contact");
  #problem = h("p", { class: "message", data: { kind: "bad" }, role: "alert" });
  #submit = h("button", { class: "sell wide order-submit", type: "submit" });
  #now = null;
  #complaint = "";

  /** @param onSubmit `({units, price, contact})`, with the price that stands on the sheet. */
  constructor(onSubmit) {
    this.element = h(
      "form",
      { class: "order-form", novalidate: true },
      h("div", { class: "order-head" }, this.#slot, this.#title, this.#price),
      this.#change,
      h("div", { class: "order-units" }, h("div", {}, this.#unitsLabel, this.#hint), this.#stepper),
      this.#contact,
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

  /** A fresh form for one card. */
  begin() {
    this.#stepper.value = 1;
    this.#contact.refresh();
    this.complain("");
  }

  /**
   * @param now `{card, currency, sessionState, already, seenPrice}`: the card as it is, the units
   *     that this viewer has, and the price that the viewer knows.
   */
  paint(now) {
    this.#now = now;
    const { card, currency, already, seenPrice } = now;
    setText(this.#slot, t("card.slotLink", { n: card.slot }));
    setText(this.#title, card.title);
    paintPrice(this.#price, card.price, currency);
    const limit = card.limit === undefined ? MOST_UNITS : Math.max(0, card.limit - already);
    this.#stepper.max = Math.min(card.stock, limit, MOST_UNITS);
    setText(this.#unitsLabel, t("order.units"));
    setText(this.#hint, card.limit === undefined ? "" : t("card.limit", { n: card.limit }));
    this.#paintChange(seenPrice, card.price, currency);
    this.#paintTotal();
    this.#paintProblem();
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
    const { card, currency, seenPrice } = this.#now;
    const total = formatMoney(card.price * this.#stepper.value, currency);
    const isChanged = seenPrice !== card.price;
    setText(this.#submit, t(isChanged ? "order.orderAtNewPrice" : "order.submit", { total }));
  }
}

/** The refusal that an order would meet for certain, as far as the page knows; "" for none. */
function obstacle({ card, sessionState, already }) {
  if (sessionState !== "live") return "not_live";
  if (card.stock <= 0) return "sold_out";
  if (!card.open) return "closed";
  return card.limit !== undefined && already >= card.limit ? "limit" : "";
}
