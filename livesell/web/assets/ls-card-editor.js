/**
 * <ls-card-editor>: a card's price and stock, in two taps.
 *
 * Properties: `cardId`, `view`. Events: `command`; `confirm` when a price changes so much that it
 * may be a slip of the finger.
 */

import "./ls-card-limits.js";
import { said, sayButton } from "./crew-dom.js";
import { h, setText } from "./dom.js";
import { t } from "./i18n.js";
import { formatPrice, minorDigits } from "./money.js";
import { priceText, typedPrice, typedWhole } from "./typed-number.js";

const RESTOCKS = [10, 50, 100];
// A price that falls below a half or rises above the double is asked about: a digit too few or
// too many is the commonest slip.
const SLIP_FACTOR = 2;

const numberInput = (inputmode) =>
  h("input", { inputmode, autocomplete: "off", maxlength: "16", enterkeyhint: "done" });

const problemLine = () => h("p", { class: "field-problem", role: "alert" });

const field = (key, input) => h("label", { class: "field" }, said("span", key), input);

class CardEditor extends HTMLElement {
  cardId = "";
  #card = null;
  #currency = "CNY";
  #was = numberInput("decimal");
  #price = numberInput("decimal");
  #units = numberInput("numeric");
  #savePrice = sayButton("editor.save_price", { type: "submit" });
  #addUnits = sayButton("editor.add_units", { type: "submit" });
  #takeUnits = sayButton("editor.take_units", { type: "submit", class: "quiet" });
  #limits = h("ls-card-limits");
  #stock = null;
  #noStock = h("p", { class: "panel-note" });
  #wrong = { price: problemLine(), units: problemLine() };

  connectedCallback() {
    if (this.firstChild) return;
    this.#stock = this.#stockForm();
    this.append(
      h(
        "form",
        { class: "editor-form editor-price", novalidate: true, onsubmit: (event) => this.#submitPrice(event) },
        field("editor.price", this.#price), field("editor.was", this.#was), this.#savePrice,
        this.#wrong.price,
      ),
      this.#stock, this.#noStock, this.#limits,
    );
    this.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.closest("ls-rundown-card").toggleEditor({ isOpen: false });
    });
  }

  #stockForm() {
    return h(
      "form",
      { class: "editor-form editor-stock", novalidate: true, onsubmit: (event) => this.#submitUnits(event) },
      field("editor.units", this.#units), this.#addUnits, this.#takeUnits,
      h("div", { class: "row editor-quick" }, ...RESTOCKS.map((units) => this.#quick(units))),
      this.#wrong.units,
    );
  }

  #quick(units) {
    return h("button", {
      type: "button", class: "small", text: `+${units}`, data: { units },
      onclick: () => this.#restock(units),
    });
  }

  set view(view) {
    const { document, commands } = view;
    const card = document.cards[this.cardId];
    this.#currency = document.session.currency;
    if (this.#card !== card) this.#follow(card);
    const place = `card:${this.cardId}`;
    this.#savePrice.disabled = commands.has(place, "price");
    Object.assign(this.#limits, { cardId: this.cardId, view });
    const source = document.cards[card.of];
    this.#stock.hidden = card.of !== undefined;
    this.#noStock.hidden = source === undefined;
    setText(this.#noStock, source === undefined ? "" : t("limits.no_stock", source));
    for (const button of this.#stock.querySelectorAll("button")) {
      button.disabled = commands.has(place, "restock");
    }
  }

  /** Takes over what a colleague changed, but never what is being typed. */
  #follow(card) {
    const before = this.#card;
    this.#card = card;
    const text = (amount) => (amount === undefined ? "" : priceText(amount, this.#currency));
    for (const [input, name] of [[this.#price, "price"], [this.#was, "was"]]) {
      if (before === null || input.value === text(before[name])) input.value = text(card[name]);
    }
  }

  focusOn(field) {
    const input = field === "units" ? this.#units : this.#price;
    input.focus();
    input.select();
  }

  #submitPrice(event) {
    event.preventDefault();
    const price = typedPrice(this.#price.value, this.#currency);
    const was = this.#was.value.trim() === "" ? null : typedPrice(this.#was.value, this.#currency);
    const isWrong = price === null || (was === null && this.#was.value.trim() !== "");
    const digits = minorDigits(this.#currency);
    const key = digits > 0 ? "editor.wrong_price" : "editor.wrong_whole_price";
    setText(this.#wrong.price, isWrong ? t(key) : "");
    if (isWrong) return;
    const command = { do: "price", card: this.cardId, price };
    if (was !== (this.#card.was ?? null)) command.was = was;
    const isSlip = price * SLIP_FACTOR < this.#card.price || price > this.#card.price * SLIP_FACTOR;
    this.#tell(isSlip ? "confirm" : "command", command);
  }

  #submitUnits(event) {
    event.preventDefault();
    const units = typedWhole(this.#units.value) ?? 0;
    setText(this.#wrong.units, units === 0 ? t("editor.wrong_units") : "");
    if (units !== 0) this.#restock(event.submitter === this.#takeUnits ? -units : units);
  }

  #restock(units) {
    this.#units.value = "";
    this.#tell("command", { do: "restock", card: this.cardId, units });
  }

  #tell(name, command) {
    const facts = { from: formatPrice(this.#card.price, this.#currency) };
    if (command.do === "price") facts.to = formatPrice(command.price, this.#currency);
    const detail = { command, place: `card:${this.cardId}`, facts };
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
  }
}

customElements.define("ls-card-editor", CardEditor);
