/**
 * <ls-shelf>: all cards of the show by slot number; the shown one is marked.
 *
 * Property `view`: {cards, currency, sessionState, shown, clock, wishes}, `wishes` by card. A card that has not changed is not
 * touched, so two hundred of them cost nothing per patch.
 */

import "./ls-card.js";
import { h, setText } from "./dom.js";
import { language, t } from "./i18n.js";
import { isOver } from "./phase.js";

class Shelf extends HTMLElement {
  #list = h("ul", { class: "shelf-list" });
  #empty = h("p", { class: "shelf-empty" });
  #rows = new Map();
  #order = "";

  connectedCallback() {
    if (this.childElementCount === 0) this.append(this.#list, this.#empty);
  }

  set view({ cards, shown, wishes, ...rest }) {
    const ids = Object.keys(cards).sort((a, b) => cards[a].slot - cards[b].slot);
    this.#arrange(ids);
    for (const id of ids) {
      const isShown = id === shown;
      this.#paint(id, { id, card: cards[id], cards, isShown, wish: wishes[id], ...rest });
    }
    this.#empty.hidden = ids.length > 0;
    setText(this.#empty, t(isOver(rest.sessionState) ? "viewer.shelfNone" : "viewer.shelfEmpty"));
  }

  /** Brings a card into view, for example the one that is being explained. */
  reveal(id) {
    this.#rows.get(id)?.row.scrollIntoView({ block: "nearest" });
  }

  #arrange(ids) {
    const order = ids.join(" ");
    if (order === this.#order) return;
    this.#order = order;
    for (const [id, { row }] of this.#rows) {
      if (!ids.includes(id)) {
        row.remove();
        this.#rows.delete(id);
      }
    }
    this.#list.append(...ids.map((id) => this.#rowOf(id).row));
  }

  #rowOf(id) {
    if (!this.#rows.has(id)) {
      const element = h("ls-card", { data: { look: "shelf" } });
      this.#rows.set(id, { row: h("li", { data: { card: id } }, element), element, key: null });
    }
    return this.#rows.get(id);
  }

  #paint(id, view) {
    const row = this.#rows.get(id);
    const key = [view.card, view.sessionState, view.isShown, view.wish, view.currency, language()];
    if (row.key?.every((part, i) => part === key[i])) return;
    row.key = key;
    row.element.view = view;
  }
}

customElements.define("ls-shelf", Shelf);
