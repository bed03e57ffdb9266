/**
 * <ls-card-editor>: all that can be changed about a card while it sells: price, stock, gifts,
 * limits.
 *
 * Properties: `cardId`, `view`. Events: those of its forms.
 */

import "./ls-card-limits.js";
import "./ls-gifts-form.js";
import "./ls-price-form.js";
import "./ls-stock-form.js";
import { said } from "./crew-dom.js";
import { h } from "./dom.js";

class CardEditor extends HTMLElement {
  cardId = "";
  #price = h("ls-price-form");
  #stock = h("ls-stock-form");
  #gifts = h("ls-gifts-form");
  #limits = h("ls-card-limits");

  connectedCallback() {
    if (this.firstChild) return;
    const gifts = h("details", {}, said("summary", "gifts.title"), this.#gifts);
    this.append(this.#price, this.#stock, this.#limits, gifts);
    this.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.isComposing) return;
      this.closest("ls-rundown-card").toggleEditor({ isOpen: false });
    });
  }

  set view(view) {
    const about = { cardId: this.cardId, place: `card:${this.cardId}`, view };
    for (const form of [this.#price, this.#stock, this.#gifts]) Object.assign(form, about);
    Object.assign(this.#limits, { cardId: this.cardId, view });
  }

  focusFirst() {
    this.#price.focusFirst();
  }
}

customElements.define("ls-card-editor", CardEditor);
