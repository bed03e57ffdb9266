/**
 * <ls-my-orders>: what this viewer ordered in this show, and what is still being confirmed.
 *
 * Property `view`: {placed, pending, refused, cards, currency}; `refused` are {request, answer}
 * that the person has not seen yet. Dispatches `dismiss` (detail: the id). `open()` shows it.
 */

import { h, icon } from "./dom.js";
import { formatTime } from "./format.js";
import { knows, t } from "./i18n.js";
import { formatMoney, formatPrice } from "./money.js";
import { refusalText } from "./refusal.js";
import { makeSheet } from "./sheet.js";

class MyOrders extends HTMLElement {
  #sheet = null;
  #list = h("ul", { class: "my-orders-list" });
  #view = null;

  connectedCallback() {
    if (this.#sheet) return;
    this.#sheet = makeSheet(this, "my-orders-sheet");
    this.#sheet.body.append(this.#list);
  }

  set view(view) {
    this.#view = view;
    if (this.#sheet?.dialog.open) this.#paint();
  }

  open() {
    this.#paint();
    this.#sheet.open();
  }

  #paint() {
    const { placed, pending, refused } = this.#view;
    this.#sheet.title(t("orders.title"));
    const newestFirst = [...placed].sort((a, b) => b.n - a.n);
    const rows = [
      ...[...pending].map((request) => this.#pending(request)),
      ...refused.map((settled) => this.#refused(settled)),
      ...newestFirst.map((order) => this.#placed(order)),
    ];
    this.#list.replaceChildren(...(rows.length ? rows : [this.#empty()]));
  }

  #empty() {
    const text = h("p", { text: t("orders.empty") });
    return h("li", { class: "my-orders-empty" }, icon("receipt"), text);
  }

  #placed(order) {
    const state = knows(`orders.${order.state}`) ? t(`orders.${order.state}`) : order.state;
    const about = `${t("orders.number", { n: order.n })} · ${formatTime(order.at_ms)}`;
    return this.#row(order, order.state, state, about, formatMoney(order.amount, this.#view.currency));
  }

  #pending(request) {
    const total = formatMoney(request.price * request.units, this.#view.currency);
    return this.#row(request, "pending", t("orders.pending"), "", total);
  }

  #refused({ request, answer }) {
    const row = this.#row(request, "refused", t("orders.refused"), refusalText(answer), "");
    const detail = request.id;
    const dismiss = () => this.dispatchEvent(new CustomEvent("dismiss", { detail, bubbles: true }));
    const button = h("button", { class: "quiet", type: "button", text: t("orders.dismiss") });
    button.addEventListener("click", dismiss);
    row.append(button);
    return row;
  }

  #row({ id, card: cardId, units, price }, kind, state, about, amount) {
    const { cards, currency } = this.#view;
    const card = cards[cardId];
    const title = card ? `${t("card.slotLink", { n: card.slot })} · ${card.title}` : cardId;
    const line = t("orders.line", { units, price: formatPrice(price, currency) });
    return h(
      "li",
      { class: "my-order", data: { kind, order: id } },
      h("p", { class: "my-order-title", text: title }),
      h("span", { class: "chip my-order-state", text: state }),
      h("p", { class: "my-order-line figure", text: line }),
      h("p", { class: "my-order-amount figure", text: amount }),
      h("p", { class: "my-order-about figure", text: about }),
    );
  }
}

customElements.define("ls-my-orders", MyOrders);
