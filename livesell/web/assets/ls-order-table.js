/**
 * <ls-order-table>: the orders with their buyers' details, the newest first.
 *
 * Properties: `data` (`{orders, total, currency, zone, named}`). Events: `earlier` when the person
 * wants to see older ones.
 */

import { arrange, said, sayButton } from "./crew-dom.js";
import { h, setText } from "./dom.js";
import { formatCount, formatTime } from "./format.js";
import { knows, t } from "./i18n.js";
import { formatMoney, formatPrice } from "./money.js";

const COLUMNS = ["n", "at", "buyer", "contact", "card", "units", "price", "amount", "state"];

const headCell = (name) =>
  said("th", `orders.${name}`, { scope: "col", data: { column: name } });

class OrderTable extends HTMLElement {
  #rows = new Map();
  #body = h("tbody");
  #count = h("p", { class: "panel-note" });
  #empty = said("p", "orders.none", { class: "empty" });
  #earlier = sayButton("orders.earlier", {
    onclick: () => this.dispatchEvent(new Event("earlier")),
  });
  #scroll = h(
    "div",
    { class: "table-scroll", tabindex: "0", role: "region", "aria-labelledby": "orders-title" },
    h(
      "table",
      { class: "numbers orders-table" },
      h("thead", {}, h("tr", {}, ...COLUMNS.map((name) => headCell(name)))),
      this.#body,
    ),
  );

  connectedCallback() {
    if (!this.firstChild) this.append(this.#count, this.#scroll, this.#empty, this.#earlier);
  }

  set data({ orders, total, ...about }) {
    const byId = new Map(orders.map((order) => [order.id, order]));
    this.#empty.hidden = orders.length > 0;
    this.#scroll.hidden = orders.length === 0;
    this.#earlier.hidden = orders.length >= total;
    const counts = { shown: formatCount(orders.length), n: formatCount(total) };
    setText(this.#count, orders.length > 0 ? t("orders.count", counts) : "");
    arrange(this.#body, this.#rows, [...byId.keys()], () => orderRow());
    for (const [id, order] of byId) fill(this.#rows.get(id), order, about);
  }
}

const orderRow = () => h("tr", {}, ...COLUMNS.map((name) => h("td", { data: { column: name } })));

function fill(row, order, { currency, zone, named }) {
  const contact = order.contact ?? {};
  const words = {
    n: String(order.n),
    at: formatTime(Date.parse(order.at), zone, { seconds: true }),
    buyer: contact.name || order.name || t("orders.anonymous"),
    contact: [contact.phone, contact.address, contact.note].filter(Boolean).join(" · ") || "–",
    card: named(order.card),
    units: formatCount(order.units),
    price: formatPrice(order.price, currency),
    amount: formatMoney(order.amount, currency),
    state: knows(`orders.state_${order.state}`) ? t(`orders.state_${order.state}`) : order.state,
  };
  for (const cell of row.children) setText(cell, words[cell.dataset.column]);
}

customElements.define("ls-order-table", OrderTable);
