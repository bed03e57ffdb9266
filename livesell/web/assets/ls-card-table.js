/** <ls-card-table>: what each card did. Property `data`: the service's `Figures`. */

import { said } from "./crew-dom.js";
import { h } from "./dom.js";
import { formatCount, formatDuration } from "./format.js";
import { formatMoney, formatPrice } from "./money.js";

const COLUMNS = [
  ["price", (card, currency) => formatPrice(card.price, currency)],
  ["sold", (card) => formatCount(card.sold)],
  ["free", (card) => formatCount(card.free)],
  ["orders", (card) => formatCount(card.orders)],
  ["gross", (card, currency) => formatMoney(card.gross, currency)],
  ["windows", (card) => formatCount(card.windows)],
  ["window_s", (card) => formatDuration(card.window_s * 1000)],
  ["window_units", (card) => formatCount(card.window_units)],
  ["window_gross", (card, currency) => formatMoney(card.window_gross, currency)],
];

class CardTable extends HTMLElement {
  #body = h("tbody");
  #empty = said("p", "cards.empty", { class: "empty" });
  #scroll = h(
    "div",
    { class: "table-scroll", tabindex: "0", role: "region", "aria-labelledby": "cards-title" },
    h(
      "table",
      { class: "numbers cards-table" },
      h("thead", {}, h(
        "tr",
        {},
        said("th", "cards.card", { scope: "col", class: "words" }),
        ...COLUMNS.map(([name]) => said("th", `cards.${name}`, { scope: "col" })),
      )),
      this.#body,
    ),
  );

  connectedCallback() {
    if (!this.firstChild) this.append(this.#scroll, this.#empty);
  }

  set data({ cards, currency }) {
    this.#empty.hidden = cards.length > 0;
    this.#scroll.hidden = cards.length === 0;
    this.#body.replaceChildren(...cards.map((card) => cardRow(card, currency)));
  }
}

function cardRow(card, currency) {
  const slot = h("span", { class: "slot-tag", text: String(card.slot) });
  const cells = COLUMNS.map(([name, format]) =>
    h("td", { data: { column: name }, text: format(card, currency) }),
  );
  return h(
    "tr",
    { data: { card: card.card } },
    h("th", { scope: "row", class: "words" }, slot, h("span", { text: card.title })),
    ...cells,
  );
}

customElements.define("ls-card-table", CardTable);
