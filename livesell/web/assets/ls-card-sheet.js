/**
 * <ls-card-sheet>: one form about one card in a dialog: price, stock or gifts, in two taps.
 *
 * `open(cardId, "price" | "restock" | "gifts")`, `done()`; property `view`. Events: those of its
 * forms.
 */

import "./ls-gifts-form.js";
import "./ls-price-form.js";
import "./ls-problem.js";
import "./ls-stock-form.js";
import { iconButton } from "./crew-dom.js";
import { h, setText } from "./dom.js";
import { t } from "./i18n.js";

const PLACE = "sheet";

class CardSheet extends HTMLElement {
  #view = null;
  #cardId = null;
  #what = "price";
  #forms = { price: h("ls-price-form"), restock: h("ls-stock-form"), gifts: h("ls-gifts-form") };
  #title = h("h2", { id: "card-sheet-title", tabindex: "-1", autofocus: true });
  #problem = h("ls-problem");
  #dialog = h(
    "dialog",
    { class: "card-sheet", "aria-labelledby": "card-sheet-title" },
    h("header", { class: "card-sheet-head" }, this.#title,
      iconButton("close", "sheet.close", { class: "icon-button quiet", onclick: () => this.#dialog.close() })),
    ...Object.values(this.#forms),
    this.#problem,
  );

  connectedCallback() {
    if (this.firstChild) return;
    this.append(this.#dialog);
    this.#dialog.addEventListener("close", () => (this.#cardId = null));
  }

  set view(view) {
    this.#view = view;
    if (this.#cardId === null) return;
    const card = view.document.cards[this.#cardId];
    if (card === undefined) {
      this.#dialog.close();
      return;
    }
    setText(this.#title, t(`sheet.${this.#what}`, card));
    Object.assign(this.#forms[this.#what], { cardId: this.#cardId, place: PLACE, view });
    this.#problem.failure = view.commands.failures.get(PLACE);
  }

  open(cardId, what) {
    if (this.#dialog.open || this.#view === null) return;
    this.#cardId = cardId;
    this.#what = what;
    for (const [name, form] of Object.entries(this.#forms)) form.hidden = name !== what;
    this.#view.commands.forgive(PLACE);
    this.#forms[what].clear?.();
    this.#dialog.showModal();
    this.view = this.#view;
    // A touch opens no keyboard over what can be tapped at once.
    if (matchMedia("(pointer: fine)").matches) this.#forms[what].focusFirst();
  }

  /** It is done; a list of gifts may go on. */
  done() {
    if (this.#what !== "gifts") this.#dialog.close();
  }
}

customElements.define("ls-card-sheet", CardSheet);
