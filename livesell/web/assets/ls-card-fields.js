/**
 * <ls-card-fields>: what a new card needs, typed by a person. Used for a card that joins a running
 * session and for each row of a new session.
 *
 * Properties: `currency`, `slot` (the number that is offered). `read()` gives the card, or null
 * after saying at each field what is wrong; `wrong(field, sentence)` says what the service found.
 */

import "./ls-photo-field.js";
import { said, setFlag } from "./crew-dom.js";
import { h } from "./dom.js";
import { FormFields } from "./form-fields.js";
import { t } from "./i18n.js";
import { minorDigits } from "./money.js";
import { typedPrice, typedWhole } from "./typed-number.js";

const MAX_SLOT = 999;
const MAX_STOCK = 10_000_000;
const MAX_BADGES = 4;
const MAX_PER_ORDER = 999;
const MAX_PACK = 9999;

class CardFields extends HTMLElement {
  #currency = "CNY";
  #fields = new FormFields("new_card");
  #of = h("select", {}, said("option", "new_card.of_none", { value: "" }));
  #open = h("input", { type: "checkbox", checked: true });
  #photo = h("ls-photo-field");

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
    this.#showsOf(false);
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
      this.#fields.text("floor", { inputmode: "decimal" }),
      this.#fields.text("per_order", { inputmode: "numeric" }),
      this.#fields.text("safety", { inputmode: "numeric" }),
      this.#fields.labelled("of", this.#of),
      this.#fields.text("pack", { inputmode: "numeric" }),
      this.#fields.text("donation", { inputmode: "decimal" }),
      this.#fields.text("badges"),
      this.#photo,
      h("label", { class: "check" }, this.#open, said("span", "new_card.open")),
    ];
  }

  set currency(currency) {
    this.#currency = currency;
  }

  /** The cards whose stock this one can draw on; without any it keeps its own. */
  set sources(cards) {
    const chosen = this.#of.value;
    const options = cards.map((card) => h("option", { value: card.id, text: t("card.named", card) }));
    this.#of.replaceChildren(this.#of.firstChild, ...options);
    this.#of.value = cards.some(({ id }) => id === chosen) ? chosen : "";
    this.#showsOf(cards.length > 0);
  }

  /** Only a card that joins others can draw on their stock. */
  #showsOf(canDraw) {
    for (const name of ["of", "pack"]) {
      setFlag(this.querySelector(`.field-${name}`), "hidden", !canDraw);
    }
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
    this.#photo.value = "";
  }

  /** A fault of what has no field of its own stands at the title. */
  wrong(name, sentence) {
    if (name === "image") {
      this.#photo.problem = sentence;
      this.#photo.closest("details").open ||= sentence !== "";
      return;
    }
    this.#fields.wrong(this.#fields.has(name) ? name : "title", sentence);
  }

  /** @returns `{slot, title, price, stock, open, …}` with only what was filled in, or null. */
  read() {
    const reader = new Reader(this.#fields, this.#currency);
    const card = {
      slot: reader.whole("slot", 1, MAX_SLOT),
      title: reader.text("title"),
      price: reader.money("price"),
      stock: this.#of.value !== "" && !this.#isGiven("stock") ? 0 : reader.whole("stock", 0, MAX_STOCK),
      open: this.#open.checked,
    };
    const more = {
      limit: (name) => reader.whole(name, 1, MAX_STOCK),
      per_order: (name) => reader.whole(name, 1, MAX_PER_ORDER),
      safety: (name) => reader.whole(name, 0, MAX_STOCK),
      pack: (name) => reader.whole(name, 1, MAX_PACK),
      floor: (name) => reader.money(name),
      was: (name) => reader.money(name),
      donation: (name) => reader.money(name),
      of: (name) => reader.text(name),
      badges: () => reader.badges(),
    };
    for (const [name, read] of Object.entries(more)) {
      if (this.#isGiven(name)) card[name] = read(name);
    }
    if (this.#photo.value !== "") card.image = this.#photo.value;
    return this.#tell(reader.faults) && this.#hasPhoto() ? card : null;
  }

  /** A photo that is still on its way would be missing from the card. */
  #hasPhoto() {
    if (!this.#photo.isBusy) return true;
    this.#photo.closest("details").open = true;
    this.#photo.problem = t("photo.still");
    this.#photo.scrollIntoView({ block: "nearest" });
    return false;
  }

  #isGiven(name) {
    return this.#fields.value(name) !== "";
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
