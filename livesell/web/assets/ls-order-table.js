/**
 * <ls-order-table>: the orders with their buyers' details, the newest first.
 *
 * Properties: `data` (`{orders, total, currency, zone, named}`). Events: `earlier` when the person
 * wants to see older ones, `order` with an order's id to look at it.
 */

import { arrange, said, sayButton, setFlag } from "./crew-dom.js";
import { h, setText } from "./dom.js";
import { formatCount, formatTime } from "./format.js";
import { t } from "./i18n.js";
import { formatMoney, formatPrice } from "./money.js";
import { OrderChip } from "./order-chip.js";

const COLUMNS = ["n", "at", "buyer", "contact", "card", "units", "price", "amount", "paid", "state"];

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
    arrange(this.#body, this.#rows, [...byId.keys()], (id) => this.#create(id));
    for (const [id, order] of byId) this.#rows.get(id).order = { order, ...about };
  }

  #create(id) {
    const open = () => this.dispatchEvent(new CustomEvent("order", { detail: id }));
    const row = h("tr", { data: { id }, onclick: open });
    fillRow(row);
    return row;
  }
}

/** Gives a row its cells; what it shows is set through `order`. */
function fillRow(row) {
  const chip = new OrderChip();
  const open = h("button", { type: "button", class: "quiet small order-open" });
  const cells = new Map(
    COLUMNS.map((name) => [name, h("td", { data: { column: name } })]),
  );
  cells.get("n").append(open);
  cells.get("state").append(chip.element);
  row.append(...cells.values());
  Object.defineProperty(row, "order", {
    set({ order, ...about }) {
      chip.order = order;
      setText(open, String(order.n));
      setFlag(open, "aria-label", t("orders.open_one", { n: order.n }));
      setFlag(row, "data-order", order.state);
      const words = wordsOf(order, about);
      for (const [name, text] of Object.entries(words)) setText(cells.get(name), text);
    },
  });
}

function wordsOf(order, { currency, zone, named }) {
  const contact = order.contact ?? {};
  return {
    at: formatTime(Date.parse(order.at), zone, { seconds: true }),
    buyer: contact.name || order.name || t("orders.anonymous"),
    contact: [contact.phone, contact.address, contact.note].filter(Boolean).join(" · ") || "–",
    card: named(order.card),
    units: formatCount(order.units),
    price: formatPrice(order.price, currency),
    amount: formatMoney(order.amount, currency),
    paid: moneyText(order, currency),
  };
}

/** "¥16.00" or "¥16.00 − ¥8.00": what came in, less what was given back. */
function moneyText({ paid = 0, refunded = 0 }, currency) {
  if (paid === 0) return "–";
  const back = refunded === 0 ? "" : ` − ${formatMoney(refunded, currency)}`;
  return formatMoney(paid, currency) + back;
}

customElements.define("ls-order-table", OrderTable);
