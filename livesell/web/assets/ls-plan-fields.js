/**
 * <ls-plan-fields>: all that a card says and costs, each field saved by itself.
 *
 * `setUp(cardId, view)` once, then property `view` (see `<ls-plan-list>`).
 */

import "./ls-live-field.js";
import "./ls-plan-gifts.js";
import "./ls-photo-field.js";
import { said } from "./crew-dom.js";
import { h, setText } from "./dom.js";
import { formatDuration } from "./format.js";
import { t } from "./i18n.js";
import { LiveField } from "./live-field.js";
import { lengthText, spoken, typedLength } from "./rundown-plan.js";
import { priceText, typedPrice, typedWhole } from "./typed-number.js";

const MAX_BADGES = 4;

const words = (maxlength) => ({ input: () => h("input", { autocomplete: "off", maxlength }), read: (text) => ({ value: text }) });
const block = (maxlength, rows) => ({
  input: () => h("textarea", { maxlength, rows }),
  read: (text) => ({ value: text }),
});
const number = (key, { isOptional = false } = {}) => ({
  input: () => h("input", { inputmode: "numeric", autocomplete: "off", maxlength: "10" }),
  read(text) {
    if (text.trim() === "") return isOptional ? { value: null } : { wrong: t(key) };
    const value = typedWhole(text);
    return value === null ? { wrong: t(key) } : { value };
  },
  text: (value) => (value === undefined || value === null ? "" : String(value)),
});
const money = ({ isOptional = false, nothing = null } = {}) => ({
  input: () => h("input", { inputmode: "decimal", autocomplete: "off", maxlength: "16" }),
  read(text, currency) {
    if (text.trim() === "" && isOptional) return { value: nothing };
    const value = typedPrice(text, currency);
    return value === null ? { wrong: t("prepare.wrong_price") } : { value };
  },
  text: (value, currency) => (value === undefined || value === nothing ? "" : priceText(value, currency)),
});

// Each field: how it is typed and read, and the command that changes it.
const FIELDS = {
  script: { ...block("2000", "6"), do: "edit_card", group: "script" },
  plan_s: {
    input: () => h("input", { autocomplete: "off", maxlength: "8", placeholder: "4:30" }),
    read(text) {
      const value = typedLength(text);
      return value === null ? { wrong: t("prepare.wrong_length") } : { value };
    },
    text: (value) => lengthText(value ?? 0),
    do: "edit_card", group: "script",
  },
  title: { ...words("80"), do: "edit_card", group: "says" },
  slot: { ...number("prepare.wrong_slot"), do: "edit_card", group: "says" },
  badges: {
    ...words("80"),
    read(text) {
      const value = text.split(/[,，、]/u).map((word) => word.trim()).filter(Boolean);
      return value.length > MAX_BADGES ? { wrong: t("new_card.wrong_badges") } : { value };
    },
    text: (value = []) => value.join(", "),
    do: "edit_card", group: "says",
  },
  image: { ...words("500"), input: () => h("ls-photo-field"), do: "edit_card", group: "says" },
  story: { ...block("1000", "3"), do: "edit_card", group: "says" },
  price: { ...money(), do: "price", group: "sells" },
  was: { ...money({ isOptional: true }), do: "price", group: "sells" },
  allocated: { ...number("new_card.wrong_stock"), do: "restock", group: "sells" },
  limit: { ...number("new_card.wrong_limit", { isOptional: true }), do: "limits", group: "sells" },
  per_order: { ...number("new_card.wrong_per_order", { isOptional: true }), do: "limits", group: "sells" },
  safety: { ...number("new_card.wrong_safety"), do: "limits", group: "sells" },
  floor: { ...money({ isOptional: true }), do: "limits", group: "sells" },
  donation: { ...money({ isOptional: true, nothing: 0 }), do: "edit_card", group: "sells" },
};

class PlanFields extends HTMLElement {
  #id = "";
  #view = null;
  #fields = new Map();
  #gifts = h("ls-plan-gifts");
  #measure = h("span", { class: "plan-measure figure" });

  setUp(id, view) {
    this.#id = id;
    this.#view = view;
    for (const group of ["script", "says", "sells"]) {
      const own = Object.keys(FIELDS).filter((name) => FIELDS[name].group === group);
      this.append(h(
        "fieldset", { class: `plan-group plan-${group}` },
        said("legend", `prepare.group_${group}`), ...own.map((name) => this.#field(name)),
      ));
    }
    this.#gifts.cardId = id;
    this.append(h("fieldset", { class: "plan-group plan-gifts" }, said("legend", "prepare.group_gifts"), this.#gifts));
    this.#fields.get("script").element.input.addEventListener("input", () => this.#tellLength());
  }

  set view(view) {
    this.#view = view;
    const { document, may } = view;
    const card = document.cards[this.#id];
    if (card === undefined) return;
    for (const [name, { field, element }] of this.#fields) {
      field.follow(this.#text(name, card), document.version);
      element.inert = !may;
    }
    this.#gifts.view = view;
    // Pieces stand on the card that keeps them.
    for (const name of ["allocated", "safety"]) {
      this.#fields.get(name).element.hidden = card.of !== undefined;
    }
    this.#tellLength();
  }

  focusFirst() {
    this.#fields.get("script").element.input.focus();
  }

  retry() {
    for (const { field } of this.#fields.values()) if (field.state === "offline") field.save();
  }

  #field(name) {
    const rules = FIELDS[name];
    const field = new LiveField({ send: (text) => this.#send(name, text), newest: (version) => this.#view.newest(version) });
    const element = h("ls-live-field", { class: `live-${name}` });
    const input = rules.input();
    input.name = name;
    const read = (text) => rules.read(text, this.#currency);
    element.setUp({ key: `prepare.${name}`, input, field, read, hint: name === "script" ? this.#measure : null });
    this.#fields.set(name, { field, element });
    return element;
  }

  get #currency() {
    return this.#view.document.session.currency;
  }

  #text(name, card) {
    const { text = (value) => value ?? "" } = FIELDS[name];
    return text(card[name], this.#currency);
  }

  #send(name, text) {
    const { value } = FIELDS[name].read(text, this.#currency);
    const card = this.#view.document.cards[this.#id];
    const command = { do: FIELDS[name].do, card: this.#id };
    if (name === "allocated") return this.#restock(command, value - card.allocated);
    if (name === "was") return this.#save({ ...command, price: card.price, was: value });
    return this.#save({ ...command, [name]: value });
  }

  /** What was typed is how many there are to be; the service is told how many more. */
  #restock(command, units) {
    return units === 0 ? this.#view.document.version : this.#save({ ...command, units });
  }

  /** A price below the floor is sent once more when the person says that it is meant. */
  async #save(command) {
    try {
      return await this.#view.saver.save(command);
    } catch (error) {
      if (error.code !== "below_floor" || !(await this.#view.ask("floor", {}))) throw error;
      return this.#view.saver.save({ ...command, confirm: true });
    }
  }

  #tellLength() {
    const { chars, words: count, seconds } = spoken(this.#fields.get("script").element.input.value);
    setText(this.#measure, t("prepare.measure", { chars, words: count, length: formatDuration(seconds * 1000) }));
  }
}

customElements.define("ls-plan-fields", PlanFields);
