/**
 * <ls-my-orders>: what this viewer ordered in this show, and what is still being confirmed.
 *
 * Property `view`: {placed, pending, refused, cards, session, clock, asOf}; `refused` are {request,
 * answer} that the person has not seen yet; `asOf` says when the orders were last known (epoch ms),
 * null while they are the newest. Dispatches `dismiss`, `pay` and `look` (detail: the
 * id; `look` when a hold's time has run out). `open()` shows it.
 */

import "./ls-left.js";
import { h, icon, setText } from "./dom.js";
import { ageParts, formatTime } from "./format.js";
import { language, t } from "./i18n.js";
import { formatMoney, formatPrice } from "./money.js";
import { holdStage, refundedText, stateLook, stateSentence, stateWord } from "./order-told.js";
import { refusalText } from "./refusal.js";
import { makeSheet } from "./sheet.js";

class MyOrders extends HTMLElement {
  #sheet = null;
  #age = h("p", { class: "my-orders-age", role: "status", hidden: true });
  #list = h("ul", { class: "my-orders-list" });
  #rows = new Map();
  #view = null;

  connectedCallback() {
    if (this.#sheet) return;
    this.#sheet = makeSheet(this, "my-orders-sheet");
    this.#sheet.body.append(this.#age, this.#list);
  }

  set view(view) {
    this.#view = view;
    if (this.isOpen) this.#paint();
  }

  get isOpen() {
    return Boolean(this.#sheet?.dialog.open);
  }

  open() {
    this.#paint();
    this.#sheet.open();
  }

  /** A row that says the same as before stays, so nothing is lost under a thumb. */
  #paint() {
    const { placed, pending, refused } = this.#view;
    this.#sheet.title(t("orders.title"));
    this.#paintAge();
    const newestFirst = [...placed].sort((a, b) => b.n - a.n);
    const before = this.#rows;
    this.#rows = new Map();
    const keep = (key, make) => {
      const kept = JSON.stringify([key, language()]);
      this.#rows.set(kept, before.get(kept) ?? make());
    };
    for (const request of pending) keep(request, () => this.#pending(request));
    for (const settled of refused) keep(settled, () => this.#refused(settled));
    for (const order of newestFirst) {
      const stage = order.state === "held" ? holdStage(order, this.#view.clock.now()) : "";
      keep([order, stage], () => this.#placed(order, stage));
    }
    if (this.#rows.size === 0) keep("empty", empty);
    const rows = [...this.#rows.values()];
    const isSame = rows.length === this.#list.children.length &&
      rows.every((row, i) => row === this.#list.children[i]);
    if (!isSame) this.#list.replaceChildren(...rows);
  }

  /** How old the list is, while the shop cannot be asked. */
  #paintAge() {
    const { asOf, clock } = this.#view;
    this.#age.hidden = asOf === null;
    if (this.#age.hidden) return;
    const [key, vars] = ageParts(Math.max(0, clock.now() - asOf));
    setText(this.#age, t("orders.asOf", { age: t(key, vars) }));
  }

  #placed(order, stage) {
    const { currency, id } = this.#view.session;
    const about = [t("orders.number", { n: order.n }), formatTime(order.at_ms)];
    const refunded = refundedText(order, currency);
    if (refunded) about.push(refunded);
    const amount = formatMoney(order.amount, currency);
    const row = this.#row(order, stateLook(order), stateWord(order), about.join(" · "), amount);
    if (order.state === "held") row.append(this.#hold(order, stage, amount));
    const address = `/s/${encodeURIComponent(id)}/orders/${encodeURIComponent(order.id)}`;
    row.append(h("a", { class: "my-order-more", href: address, text: t("orders.more") }));
    return row;
  }

  #hold(order, stage, amount) {
    const text = h("span", { text: stateSentence(order, stage) });
    const line = h("p", { class: "my-order-told" }, text);
    const canPay = stage !== "timeUp";
    if (canPay) {
      const left = h("ls-left");
      left.addEventListener("elapsed", () => this.#tell("look", order.id));
      left.count(this.#view.clock, order.hold_until_ms);
      line.append(left);
    }
    const pay = h("button", {
      class: stage === "pay" ? "sell" : "",
      type: "button",
      text: t("orders.pay", { amount }),
      onclick: () => this.#tell("pay", order.id),
    });
    return h("div", { class: "my-order-hold" }, line, ...(canPay ? [pay] : []));
  }

  #pending(request) {
    const total = formatMoney(request.price * request.units, this.#view.session.currency);
    return this.#row(request, "warn", t("orders.pending"), "", total);
  }

  #refused({ request, answer }) {
    const row = this.#row(request, "warn", t("orders.refused"), refusalText(answer), "");
    const onclick = () => this.#tell("dismiss", request.id);
    row.append(h("button", { class: "quiet", type: "button", text: t("orders.dismiss"), onclick }));
    return row;
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
  }

  #row({ id, card: cardId, units, price }, look, state, about, amount) {
    const { cards, session } = this.#view;
    const card = cards[cardId];
    const title = card ? `${t("card.slotLink", { n: card.slot })} · ${card.title}` : cardId;
    const line = t("orders.line", { units, price: formatPrice(price, session.currency) });
    return h(
      "li",
      { class: "my-order", data: { look, order: id } },
      h("p", { class: "my-order-title", text: title }),
      h("span", { class: "chip my-order-state", text: state }),
      h("p", { class: "my-order-line figure", text: line }),
      h("p", { class: "my-order-amount figure", text: amount }),
      h("p", { class: "my-order-about figure", text: about }),
    );
  }
}

function empty() {
  const text = h("p", { text: t("orders.empty") });
  return h("li", { class: "my-orders-empty" }, icon("receipt"), text);
}

customElements.define("ls-my-orders", MyOrders);
