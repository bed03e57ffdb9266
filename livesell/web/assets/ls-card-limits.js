/**
 * <ls-card-limits>: what limits a card's sales, and its safety stock with the way to release it.
 *
 * Properties: `cardId`, `view`. Events: `command`.
 */

import { said, sayButton } from "./crew-dom.js";
import { h, setText } from "./dom.js";
import { FormFields } from "./form-fields.js";
import { formatCount } from "./format.js";
import { t } from "./i18n.js";
import { minorDigits } from "./money.js";
import { priceText, typedPrice, typedWhole } from "./typed-number.js";

const NAMES = ["limit", "per_order", "safety", "floor"];
const SOME = 10;

class CardLimits extends HTMLElement {
  cardId = "";
  #card = null;
  #currency = "CNY";
  #fields = new FormFields("limits");
  #save = sayButton("limits.save", { type: "submit", data: { verb: "limits" } });
  #kept = h("p", { class: "panel-note figure" });
  #all = sayButton("limits.release_all", {
    class: "small", data: { verb: "release" }, onclick: () => this.#release({}),
  });
  #some = h("button", {
    type: "button", class: "small", data: { verb: "release-some" },
    onclick: () => this.#release({ units: SOME }),
  });
  #safety = h("div", { class: "row limits-release" }, this.#kept, this.#some, this.#all);

  connectedCallback() {
    if (this.firstChild) return;
    const decimal = { floor: "decimal" };
    const inputs = NAMES.map((name) =>
      this.#fields.text(name, { inputmode: decimal[name] ?? "numeric", maxlength: "16" }));
    this.append(
      this.#safety,
      h("details", {},
        said("summary", "limits.title"),
        h("form", { class: "limits-form", novalidate: true, onsubmit: (event) => this.#submitted(event) },
          ...inputs, this.#save)),
    );
  }

  set view({ document, commands }) {
    const card = document.cards[this.cardId];
    this.#currency = document.session.currency;
    if (card !== this.#card) this.#follow(card);
    const place = `card:${this.cardId}`;
    this.#save.disabled = commands.has(place, "limits");
    const isReleasing = commands.has(place, "release");
    for (const button of [this.#all, this.#some]) button.disabled = isReleasing;
    this.#safety.hidden = !card.safety;
    this.#some.hidden = card.safety <= SOME;
    setText(this.#some, t("limits.release_some", { n: SOME }));
    setText(this.#kept, t("limits.release", { n: formatCount(card.safety ?? 0) }));
  }

  /** Takes over what changed, but never what is being typed. */
  #follow(card) {
    const before = this.#card;
    this.#card = card;
    for (const name of NAMES) {
      const isUntouched = before === null || this.#fields.value(name) === this.#text(before, name);
      if (isUntouched) this.#fields.set(name, this.#text(card, name));
    }
  }

  #text(card, name) {
    const value = card[name];
    if (value === undefined || (name === "safety" && value === 0)) return "";
    return name === "floor" ? priceText(value, this.#currency) : String(value);
  }

  #submitted(event) {
    event.preventDefault();
    const command = { do: "limits", card: this.cardId };
    let isRight = true;
    for (const name of NAMES) {
      const { value, wrong } = this.#read(name);
      this.#fields.wrong(name, wrong);
      isRight &&= wrong === "";
      const now = this.#card[name] ?? (name === "safety" ? 0 : null);
      if (value !== now) command[name] = value;
    }
    if (isRight && Object.keys(command).length > 2) this.#tell(command);
  }

  /** An empty field takes the limit away. */
  #read(name) {
    const text = this.#fields.value(name);
    if (text === "") return { value: name === "safety" ? 0 : null, wrong: "" };
    if (name === "floor") {
      const value = typedPrice(text, this.#currency);
      const key = minorDigits(this.#currency) > 0 ? "editor.wrong_price" : "editor.wrong_whole_price";
      return { value, wrong: value === null ? t(key) : "" };
    }
    const value = typedWhole(text);
    const isRight = value !== null && (value > 0 || name === "safety");
    const key = name === "safety" ? "limits.wrong_safety" : "limits.wrong_limit";
    return { value, wrong: isRight ? "" : t(key) };
  }

  #release(what) {
    this.#tell({ do: "release", card: this.cardId, ...what });
  }

  #tell(command) {
    const detail = { command, place: `card:${this.cardId}` };
    this.dispatchEvent(new CustomEvent("command", { detail, bubbles: true }));
  }
}

customElements.define("ls-card-limits", CardLimits);
