/**
 * <ls-refund-form>: gives an order's money or units back, wholly or in part.
 *
 * `open(order, currency)`; property `isBusy`. Events: `refund` with `{amount, units, restock,
 * cause}`, `back`.
 */

import { said, sayButton } from "./crew-dom.js";
import { h, setText } from "./dom.js";
import { FormFields } from "./form-fields.js";
import { t } from "./i18n.js";
import { formatMoney } from "./money.js";
import { leftOf, priceOf, refundTyped } from "./order-state.js";
import { priceText, typedWhole } from "./typed-number.js";

const choice = (value, isChosen) =>
  h("label", { class: "check" },
    h("input", { type: "radio", name: "restock", value, checked: isChosen }),
    said("span", `till.${value}`));

class RefundForm extends HTMLElement {
  #order = null;
  #currency = "CNY";
  #fields = new FormFields("till");
  #left = h("p", { class: "panel-note figure" });
  #send = h("button", { type: "submit", class: "danger", data: { verb: "refund-yes" } });
  #whole = sayButton("till.refund_whole", { class: "small", onclick: () => this.#fillWhole() });
  #form = h(
    "form",
    { novalidate: true, class: "order-form", onsubmit: (event) => this.#submitted(event) },
    this.#left,
    h("div", { class: "order-form-pair" },
      this.#fields.text("refund_units", { inputmode: "numeric", maxlength: "3" }),
      this.#fields.text("refund_amount", { inputmode: "decimal", maxlength: "16" })),
    h("div", { class: "row" }, this.#whole),
    h("div", { role: "radiogroup", class: "order-form-choice" },
      choice("restock", true), choice("write_off", false)),
    this.#fields.text("cause", { maxlength: "200" }),
    h("div", { class: "row order-form-answers" },
      sayButton("till.back", { onclick: () => this.dispatchEvent(new Event("back")) }), this.#send),
  );

  connectedCallback() {
    if (this.firstChild) return;
    this.append(this.#form);
    this.#form.addEventListener("input", ({ target }) => this.#typed(target));
  }

  open(order, currency) {
    this.#order = order;
    this.#currency = currency;
    this.#form.reset();
    for (const name of this.#fields.names) this.#fields.wrong(name, "");
    this.#fillWhole();
    this.#fields.focus("refund_units");
  }

  set isBusy(isBusy) {
    this.#send.disabled = isBusy;
  }

  /** Says everything again in the language of the page. */
  refresh() {
    if (this.#order === null) return;
    const { money, units } = leftOf(this.#order);
    setText(this.#left, t("till.refund_left", {
      n: units, units, money: formatMoney(money, this.#currency),
    }));
    this.#sayWhat();
  }

  #fillWhole() {
    const { money, units } = leftOf(this.#order);
    this.#fields.set("refund_units", String(units));
    this.#fields.set("refund_amount", priceText(money, this.#currency));
    this.refresh();
  }

  /** Units bring their price with them; the amount can be changed afterwards. */
  #typed(input) {
    if (input.name === "refund_units") {
      const units = typedWhole(input.value);
      if (units !== null) {
        const worth = priceOf(units, this.#order);
        this.#fields.set("refund_amount", priceText(worth, this.#currency));
      }
    }
    this.#sayWhat();
  }

  #read() {
    const typed = {
      amount: this.#fields.value("refund_amount"), units: this.#fields.value("refund_units"),
    };
    return refundTyped(typed, this.#order, this.#currency);
  }

  /** The button says what it will do. */
  #sayWhat() {
    const { wrong, amount, units } = this.#read();
    const text = wrong ? t("till.refund")
      : amount > 0 ? t("till.refund_yes", { money: formatMoney(amount, this.#currency) })
        : t("till.refund_units_only", { n: units });
    setText(this.#send, text);
  }

  #submitted(event) {
    event.preventDefault();
    const { wrong = {}, amount, units } = this.#read();
    const left = leftOf(this.#order);
    const most = formatMoney(left.money, this.#currency);
    const say = (name, isWrong, sentence) => this.#fields.wrong(name, isWrong ? sentence : "");
    say("refund_units", wrong.units, t("till.wrong_units", { most: left.units }));
    say("refund_amount", wrong.amount || wrong.nothing,
      wrong.nothing ? t("till.wrong_nothing") : t("till.wrong_amount", { most }));
    if (amount === undefined) return;
    const restock = new FormData(this.#form).get("restock") === "restock";
    const detail = { amount, units, restock, cause: this.#fields.value("cause") };
    this.dispatchEvent(new CustomEvent("refund", { detail }));
  }
}

customElements.define("ls-refund-form", RefundForm);
