/**
 * <ls-stock-form>: pieces added to a card's stock with one tap, or a typed number added or taken.
 *
 * Properties: `cardId`, `place` (where its failures belong), `view`. Events: `command`.
 */

import { said, sayButton } from "./crew-dom.js";
import { h, setText } from "./dom.js";
import { t } from "./i18n.js";
import { typedWhole } from "./typed-number.js";

const RESTOCKS = [10, 50, 100];

class StockForm extends HTMLElement {
  cardId = "";
  place = "";
  #units = h("input", {
    inputmode: "numeric", autocomplete: "off", maxlength: "16", enterkeyhint: "done",
  });
  #add = sayButton("editor.add_units", { type: "submit", class: "primary" });
  #take = sayButton("editor.take_units", { type: "submit", class: "quiet" });
  #wrong = h("p", { class: "field-problem", role: "alert" });
  #elsewhere = h("p", { class: "panel-note" });
  #form = h(
    "form",
    { class: "editor-form editor-stock", novalidate: true, onsubmit: (event) => this.#submitted(event) },
    h("div", { class: "row editor-quick" }, ...RESTOCKS.map((units) => this.#quick(units))),
    h("label", { class: "field" }, said("span", "editor.units"), this.#units),
    this.#add, this.#take, this.#wrong,
  );

  connectedCallback() {
    if (!this.firstChild) this.append(this.#form, this.#elsewhere);
  }

  #quick(units) {
    return h("button", {
      type: "button", class: "small figure", text: `+${units}`, data: { units },
      onclick: () => this.#restock(units),
    });
  }

  set view({ document, commands }) {
    const source = document.cards[document.cards[this.cardId].of];
    this.#form.hidden = source !== undefined;
    this.#elsewhere.hidden = source === undefined;
    setText(this.#elsewhere, source === undefined ? "" : t("limits.no_stock", source));
    const isWaiting = commands.has(this.place, "restock");
    for (const button of this.#form.querySelectorAll("button")) button.disabled = isWaiting;
  }

  /** Forgets what was typed. */
  clear() {
    this.#units.value = "";
    setText(this.#wrong, "");
  }

  focusFirst() {
    this.#units.focus();
  }

  #submitted(event) {
    event.preventDefault();
    const units = typedWhole(this.#units.value) ?? 0;
    setText(this.#wrong, units === 0 ? t("editor.wrong_units") : "");
    if (units !== 0) this.#restock(event.submitter === this.#take ? -units : units);
  }

  #restock(units) {
    this.#units.value = "";
    const detail = { command: { do: "restock", card: this.cardId, units }, place: this.place };
    this.dispatchEvent(new CustomEvent("command", { detail, bubbles: true }));
  }
}

customElements.define("ls-stock-form", StockForm);
