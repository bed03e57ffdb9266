/**
 * <ls-price-form>: a card's price, typed or lowered with one tap.
 *
 * Properties: `cardId`, `place` (where its failures belong), `view`. Events: `command`; `confirm`
 * when a price changes so much that it may be a slip of the finger.
 */

import { arrange, said, sayButton } from "./crew-dom.js";
import { h, setText } from "./dom.js";
import { t } from "./i18n.js";
import { formatPrice, minorDigits } from "./money.js";
import { priceSteps } from "./price-steps.js";
import { priceText, typedPrice } from "./typed-number.js";

// A price that falls below a half or rises above the double is asked about: a digit too few or
// too many is the commonest slip.
const SLIP_FACTOR = 2;

const priceInput = () =>
  h("input", { inputmode: "decimal", autocomplete: "off", maxlength: "16", enterkeyhint: "done" });

const field = (key, input) => h("label", { class: "field" }, said("span", key), input);

class PriceForm extends HTMLElement {
  cardId = "";
  place = "";
  #card = null;
  #currency = "CNY";
  #was = priceInput();
  #price = priceInput();
  #save = sayButton("editor.save_price", { type: "submit", class: "primary" });
  #wrong = h("p", { class: "field-problem", role: "alert" });
  #steps = new Map();
  #quick = h("div", { class: "row editor-quick" });

  connectedCallback() {
    if (this.firstChild) return;
    this.append(
      h(
        "form",
        { class: "editor-form editor-price", novalidate: true, onsubmit: (event) => this.#submitted(event) },
        this.#quick, field("editor.price", this.#price), field("editor.was", this.#was), this.#save,
        this.#wrong,
      ),
    );
  }

  set view({ document, commands }) {
    const card = document.cards[this.cardId];
    this.#currency = document.session.currency;
    if (this.#card !== card) this.#follow(card);
    const isWaiting = commands.has(this.place, "price");
    for (const button of this.querySelectorAll("button")) button.disabled = isWaiting;
  }

  /** Takes over what a colleague changed, but never what is being typed. */
  #follow(card) {
    const before = this.#card;
    this.#card = card;
    const text = (amount) => (amount === undefined ? "" : priceText(amount, this.#currency));
    for (const [input, name] of [[this.#price, "price"], [this.#was, "was"]]) {
      if (before === null || input.value === text(before[name])) input.value = text(card[name]);
    }
    this.#offer(card);
  }

  #offer(card) {
    const steps = new Map(
      priceSteps(card.price, minorDigits(this.#currency)).map((one) => [one.price, one.percent]),
    );
    if (card.was !== undefined) steps.set(card.was, null);
    arrange(this.#quick, this.#steps, [...steps.keys()], (price) => h("button", {
      type: "button", class: "small figure", data: { price },
      onclick: () => this.#tell("command", { do: "price", card: this.cardId, price, ...wasGone(price, this.#card) }),
    }));
    for (const [price, percent] of steps) {
      const vars = { price: formatPrice(price, this.#currency), percent };
      setText(this.#steps.get(price), t(percent === null ? "editor.back_to" : "editor.less", vars));
    }
  }

  /** Forgets what was typed: the form is for another card, or is opened anew. */
  clear() {
    this.#card = null;
    setText(this.#wrong, "");
  }

  focusFirst() {
    this.#price.focus();
    this.#price.select();
  }

  #submitted(event) {
    event.preventDefault();
    const price = typedPrice(this.#price.value, this.#currency);
    const isBare = this.#was.value.trim() === "";
    const was = isBare ? null : typedPrice(this.#was.value, this.#currency);
    const isWrong = price === null || (was === null && !isBare);
    const key = minorDigits(this.#currency) > 0 ? "editor.wrong_price" : "editor.wrong_whole_price";
    setText(this.#wrong, isWrong ? t(key) : "");
    if (isWrong) return;
    const command = { do: "price", card: this.cardId, price };
    if (was !== (this.#card.was ?? null)) command.was = was;
    const isSlip = price * SLIP_FACTOR < this.#card.price || price > this.#card.price * SLIP_FACTOR;
    this.#tell(isSlip ? "confirm" : "command", command);
  }

  #tell(name, command) {
    const [from, to] = [this.#card.price, command.price].map((one) => formatPrice(one, this.#currency));
    const detail = { command, place: this.place, facts: { from, to } };
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
  }
}

/** A price that reaches the one struck through takes that away. */
const wasGone = (price, { was }) => (was !== undefined && price >= was ? { was: null } : {});

customElements.define("ls-price-form", PriceForm);
