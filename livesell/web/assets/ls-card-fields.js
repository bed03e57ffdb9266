/**
 * <ls-card-fields>: what a new card needs, typed by a person. Used for a card that joins a running
 * session and for each row of a new session.
 *
 * Properties: `currency`, `slot` (the number that is offered). `read()` gives the card, or null
 * after saying at each field what is wrong; `wrong(field, sentence)` says what the service found.
 */

import { said } from "./crew-dom.js";
import { h } from "./dom.js";
import { FormFields } from "./form-fields.js";
import { t } from "./i18n.js";
import { minorDigits } from "./money.js";
import { typedPrice, typedWhole } from "./typed-number.js";

const MAX_SLOT = 999;
const MAX_STOCK = 10_000_000;
const MAX_BADGES = 4;

class CardFields extends HTMLElement {
  #currency = "CNY";
  #fields = new FormFields("new_card");
  #open = h("input", { type: "checkbox", checked: true });

  connectedCallback() {
    if (this.firstChild) return;
    this.append(
      h("div", { class: "card-fields" }, ...this.#mainFields()),
      h(
        "details",
        { class: "card-more" },
        said("summary", "new_card.more"),
        h("div", { class: "card-fields card-fields-more" }, ...this.#moreFields()),
      ),
    );
  }

  #mainFields() {
    const number = { inputmode: "numeric" };
    return [
      this.#fields.text("slot", { ...number, maxlength: "3", required: true }),
      this.#fields.text("title", { maxlength: "80", required: true }),
      this.#fields.text("price", { inputmode: "decimal", required: true }),
      this.#fields.text("stock", { ...number, required: true }),
      this.#fields.text("limit", number),
    ];
  }

  #moreFields() {
    return [
      this.#fields.text("was", { inputmode: "decimal" }),
      this.#fields.text("donation", { inputmode: "decimal" }),
      this.#fields.text("badges"),
      this.#fields.text("image", { inputmode: "url" }),
      h("label", { class: "check" }, this.#open, said("span", "new_card.open")),
    ];
  }

  set currency(currency) {
    this.#currency = currency;
  }

  set slot(slot) {
    this.#fields.set("slot", String(slot));
  }

  get slotNumber() {
    return typedWhole(this.#fields.value("slot"));
  }

  get isBlank() {
    return ["title", "price", "stock"].every((name) => this.#fields.value(name) === "");
  }

  focusTitle() {
    this.#fields.focus("title");
  }

  clear() {
    for (const name of this.#fields.names) {
      if (name !== "slot") this.#fields.set(name, "");
      this.#fields.wrong(name, "");
    }
  }

  /** A fault of what has no field of its own stands at the title. */
  wrong(name, sentence) {
    this.#fields.wrong(this.#fields.has(name) ? name : "title", sentence);
  }

  /** @returns `{slot, title, price, stock, open, …}` with only what was filled in, or null. */
  read() {
    const reader = new Reader(this.#fields, this.#currency);
    const card = {
      slot: reader.whole("slot", 1, MAX_SLOT),
      title: reader.text("title"),
      price: reader.money("price"),
      stock: reader.whole("stock", 0, MAX_STOCK),
      open: this.#open.checked,
    };
    const isGiven = (name) => this.#fields.value(name) !== "";
    if (isGiven("limit")) card.limit = reader.whole("limit", 1, MAX_STOCK);
    if (isGiven("was")) card.was = reader.money("was");
    if (isGiven("donation")) card.donation = reader.money("donation");
    if (isGiven("image")) card.image = reader.text("image");
    if (isGiven("badges")) card.badges = reader.badges();
    return this.#tell(reader.faults) ? card : null;
  }

  /** @returns Whether there was nothing to tell. */
  #tell(faults) {
    for (const name of this.#fields.names) this.#fields.wrong(name, faults.get(name) ?? "");
    this.querySelector("[aria-invalid]")?.focus();
    return faults.size === 0;
  }
}

/** Reads the fields and notes the sentence for each that cannot be understood. */
class Reader {
  faults = new Map();
  #fields;
  #currency;

  constructor(fields, currency) {
    this.#fields = fields;
    this.#currency = currency;
  }

  text(name) {
    const text = this.#fields.value(name);
    return this.#checked(name, text, text !== "", "new_card.wrong_title");
  }

  money(name) {
    const amount = typedPrice(this.#fields.value(name), this.#currency);
    const hasDecimals = minorDigits(this.#currency) > 0;
    const key = hasDecimals ? "editor.wrong_price" : "editor.wrong_whole_price";
    return this.#checked(name, amount, amount !== null, key);
  }

  whole(name, low, high) {
    const value = typedWhole(this.#fields.value(name));
    const isRight = value !== null && value >= low && value <= high;
    return this.#checked(name, value, isRight, `new_card.wrong_${name}`);
  }

  badges() {
    const words = this.#fields.value("badges").split(/[,，、]/u);
    const badges = words.map((word) => word.trim()).filter(Boolean);
    return this.#checked("badges", badges, badges.length <= MAX_BADGES, "new_card.wrong_badges");
  }

  #checked(name, value, isRight, key) {
    if (!isRight) this.faults.set(name, t(key));
    return value;
  }
}

customElements.define("ls-card-fields", CardFields);
