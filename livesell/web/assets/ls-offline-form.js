/**
 * <ls-offline-form>: an order typed for a caller, in a dialog.
 *
 * `open()`; properties `show` (the session's document), `nowMs` (of the service), `till`. Events: `changed` after an order
 * was placed. One key a form: sent again, it is the same order.
 */

import "./ls-problem.js";
import { arrange, said, say, sayButton } from "./crew-dom.js";
import { h, setText } from "./dom.js";
import { FormFields } from "./form-fields.js";
import { formatCount } from "./format.js";
import { t } from "./i18n.js";
import { formatMoney, minorDigits } from "./money.js";
import { inRundown } from "./session-state.js";
import { fieldSentence } from "./sentence.js";
import { priceText, typedPrice, typedWhole } from "./typed-number.js";
import { newUuid } from "./uuid.js";

const MOST_UNITS = 999;
const CONTACT = ["name", "phone", "address", "note"];

/** What a card costs now: the flash price while its sale runs. */
const priceOf = ({ price, flash }, nowMs) =>
  flash && flash.starts <= nowMs && nowMs < flash.ends && flash.left > 0 ? flash.price : price;

class OfflineForm extends HTMLElement {
  till = null;
  nowMs = 0;
  #show = null;
  #key = "";
  #isUnsure = false;
  #offered = "";
  #options = new Map();
  #fields = new FormFields("offline");
  #card = h("select", { onchange: () => this.#offerPrice() });
  #total = h("p", { class: "offline-total figure" });
  #problem = h("ls-problem");
  #unsure = said("p", "offline.unsure", { class: "message", data: { kind: "warn" }, role: "alert" });
  #told = h("p", { class: "message", data: { kind: "good" }, role: "status" });
  #send = sayButton("offline.send", { type: "submit", class: "primary", data: { verb: "send" } });
  #another = sayButton("offline.another", { class: "primary", onclick: () => this.#begin() });
  #form = h(
    "form",
    { novalidate: true, class: "offline-form", onsubmit: (event) => this.#submitted(event) },
    this.#fields.labelled("card", this.#card),
    h("div", { class: "order-form-pair" },
      this.#fields.text("units", { inputmode: "numeric", maxlength: "3" }),
      this.#fields.text("price", { inputmode: "decimal", maxlength: "16" })),
    this.#total,
    h("div", { class: "order-form-pair" },
      this.#fields.text("name", { maxlength: "40" }),
      this.#fields.text("phone", { maxlength: "32", inputmode: "tel" })),
    this.#fields.text("address", { maxlength: "200" }),
    this.#fields.text("note", { maxlength: "200" }),
    this.#problem, this.#unsure,
    h("div", { class: "row order-form-answers" },
      sayButton("offline.close", { onclick: () => this.#dialog.close() }), this.#send),
  );
  #after = h("div", { class: "offline-after" }, this.#told,
    h("div", { class: "row order-form-answers" },
      sayButton("offline.close", { onclick: () => this.#dialog.close() }), this.#another));
  #dialog = h(
    "dialog",
    { class: "offline-dialog", "aria-labelledby": "offline-title" },
    said("h2", "offline.title", { id: "offline-title" }),
    said("p", "offline.lead", { class: "panel-note" }),
    this.#form, this.#after,
  );

  connectedCallback() {
    if (this.firstChild) return;
    this.append(this.#dialog);
    this.#problem.canForgive = false;
    this.#form.addEventListener("input", () => {
      this.#problem.failure = null;
      this.#sum();
    });
  }

  set show(show) {
    this.#show = show;
    const cards = inRundown(show).sort((one, other) => one.slot - other.slot);
    arrange(this.#card, this.#options, cards.map(({ id }) => id), (value) => h("option", { value }));
    for (const card of cards) {
      const told = { ...card, left: formatCount(card.stock) };
      setText(this.#options.get(card.id), t("offline.option", told));
    }
    if (this.#dialog.open) this.#offerPrice({ isTyped: true });
  }

  open() {
    if (this.#dialog.open || this.#show === null) return;
    this.#begin();
    this.#dialog.showModal();
    this.#card.focus();
  }

  /** A new form with a key of its own. */
  #begin() {
    this.#key = newUuid();
    this.#form.reset();
    this.#form.hidden = false;
    this.#after.hidden = true;
    const { shown } = this.#show;
    if (shown) this.#card.value = shown;
    this.#fields.set("units", "1");
    for (const name of this.#fields.names) this.#fields.wrong(name, "");
    this.#isDoubtful = false;
    this.#problem.failure = null;
    this.#offerPrice();
  }

  get #currency() {
    return this.#show.session.currency;
  }

  /** Fills in what the card costs; what somebody typed instead stays when `isTyped`. */
  #offerPrice({ isTyped = false } = {}) {
    const card = this.#show.cards[this.#card.value];
    if (card === undefined || this.#isUnsure) return;
    if (isTyped && this.#fields.value("price") !== this.#offered) return;
    this.#offered = priceText(priceOf(card, this.nowMs), this.#currency);
    this.#fields.set("price", this.#offered);
    this.#fields.wrong("price", "");
    this.#sum();
  }

  #sum() {
    const units = typedWhole(this.#fields.value("units"));
    const price = typedPrice(this.#fields.value("price"), this.#currency);
    const isKnown = units !== null && price !== null;
    const amount = isKnown ? formatMoney(units * price, this.#currency) : "–";
    setText(this.#total, t("offline.total", { amount }));
  }

  /** What the service gets, or null after saying what is wrong. */
  #read() {
    const units = typedWhole(this.#fields.value("units"));
    const price = typedPrice(this.#fields.value("price"), this.#currency);
    const isUnits = units !== null && units >= 1 && units <= MOST_UNITS;
    const key = minorDigits(this.#currency) > 0 ? "editor.wrong_price" : "editor.wrong_whole_price";
    this.#fields.wrong("units", isUnits ? "" : t("offline.wrong_units"));
    this.#fields.wrong("price", price === null ? t(key) : "");
    this.#fields.wrong("card", this.#card.value === "" ? t("offline.none") : "");
    if (!isUnits || price === null || this.#card.value === "") return null;
    const contact = {};
    for (const name of CONTACT) {
      if (this.#fields.value(name) !== "") contact[name] = this.#fields.value(name);
    }
    return { card: this.#card.value, units, price, contact };
  }

  async #submitted(event) {
    event.preventDefault();
    const body = this.#read();
    if (body === null || this.#send.disabled) return;
    this.#send.disabled = true;
    say(this.#send, "offline.sending");
    this.#problem.failure = null;
    try {
      this.#done(await this.till.enter(body, this.#key));
    } catch (error) {
      this.#failed(error);
    }
    this.#send.disabled = false;
    say(this.#send, this.#isUnsure ? "offline.retry" : "offline.send");
  }

  #done({ order, dup }) {
    const told = { n: order.n, amount: formatMoney(order.amount, this.#currency) };
    setText(this.#told, t(dup ? "offline.placed_before" : "offline.placed", told));
    this.#isDoubtful = false;
    this.#form.hidden = true;
    this.#after.hidden = false;
    this.#another.focus();
    this.dispatchEvent(new CustomEvent("changed", { detail: order.id }));
  }

  /** Without an answer the order may stand: nothing but the very same may be sent again. */
  #failed(error) {
    const { status, code } = error;
    const isOpen = status === 0 || code === "in_flight" || (status >= 500 && code !== "busy");
    this.#isDoubtful = isOpen;
    if (!isOpen) {
      // It was certainly not placed, so what is sent next is another order and needs its own key.
      this.#key = newUuid();
      this.#problem.failure = { command: null, error };
    }
    for (const field of Object.keys(error.fields ?? {})) {
      this.#fields.wrong(field.split(".").at(-1), fieldSentence(error, field));
    }
    this.dispatchEvent(new CustomEvent("changed"));
  }

  set #isDoubtful(isUnsure) {
    this.#isUnsure = isUnsure;
    this.#unsure.hidden = !isUnsure;
    for (const input of this.#form.querySelectorAll("input, select")) input.disabled = isUnsure;
  }
}

customElements.define("ls-offline-form", OfflineForm);
