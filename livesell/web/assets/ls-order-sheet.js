/**
 * <ls-order-sheet>: from "Order now" to a clear outcome.
 *
 * Properties: `view` ({cards, session, clock, wishes}) follows the document; `service` is what
 * knows the buyer's details; `orders()` gives this viewer's orders, also those on their way.
 * `ask(cardId)` opens it. Dispatches `place` (detail: {card, units, price, contact}), `pay` and
 * `look` (detail: an order's id), `queue` (detail: a card's id) and `my-orders`. The page tells it
 * what happens: `sent(id)`, `doubt(id)`, `settled({request, answer})`, `follow(order)`.
 */

import "./ls-left.js";
import { h, icon } from "./dom.js";
import { nextStep, refusalText } from "./refusal.js";
import { t } from "./i18n.js";
import { formatMoney } from "./money.js";
import { OrderForm } from "./order-form.js";
import { makeSheet } from "./sheet.js";
import { canQueue } from "./stock.js";
import { asOffered, asPromised, unitsCounted } from "./terms.js";

class OrderSheet extends HTMLElement {
  #sheet = null;
  #form = new OrderForm((choice) => this.#place(choice));
  #outcome = h("div", { class: "order-outcome", role: "status" });
  #view = null;
  #card = null;
  #seenPrice = 0;
  #waitingFor = null;
  #held = null;

  orders = () => [];

  connectedCallback() {
    if (this.#sheet) return;
    this.#sheet = makeSheet(this, "order-sheet");
    this.#sheet.body.append(this.#form.element, this.#outcome);
    this.#sheet.dialog.addEventListener("close", () => (this.#card = this.#held = null));
    this.#form.element.addEventListener("elapsed", () => this.#paintForm());
  }

  set service(service) {
    this.#form.service = service;
  }

  set view(view) {
    this.#view = view;
    if (this.#card !== null && !this.#form.element.hidden) this.#paintForm();
  }

  /**
   * Opens the sheet for a card.
   *
   * @param seen The price that the viewer knows; without it, the one that is on the page now.
   * @param atOnce Whether to order without another tap, if it is known where to.
   */
  ask(cardId, { seen, units = 1, atOnce = false } = {}) {
    this.#card = cardId;
    this.#waitingFor = null;
    this.#seenPrice = seen ?? this.#offered().price;
    this.#form.begin(units);
    this.#showForm();
    this.#sheet.open();
    this.#form.focus();
    if (atOnce && this.#form.isReady) this.#form.element.requestSubmit();
  }

  /** The card as this viewer may order it now; undefined when it is gone. */
  #offered() {
    const { cards, clock, wishes } = this.#view;
    const [card, wish] = [cards[this.#card], wishes[this.#card]];
    if (!card) return undefined;
    return wish?.state === "offered" ? asPromised(card, wish) : asOffered(card, clock.now());
  }

  sent(id) {
    this.#waitingFor = id;
    this.#showOutcome("waiting", t("order.sending"), t("order.sendingHint"));
  }

  doubt(id) {
    if (id !== this.#waitingFor) return;
    this.#showOutcome("waiting", t("order.unknown"), t("order.unknownHint"), this.#goOn());
  }

  /** @returns Whether the sheet showed this outcome itself. */
  settled({ request, answer }) {
    if (request.id !== this.#waitingFor || !this.#sheet.dialog.open) return false;
    this.#waitingFor = null;
    if (answer.ok) this.#accepted(request, answer.order);
    else this.#refused(request, answer);
    return true;
  }

  #place(choice) {
    if (this.#waitingFor !== null || !this.#view.cards[this.#card]) return;
    const detail = { card: this.#card, ...choice };
    this.dispatchEvent(new CustomEvent("place", { detail, bubbles: true }));
  }

  #accepted(request, order) {
    const amount = formatMoney(order.amount, this.#view.session.currency);
    const text = t("order.acceptedText", { n: order.n, units: order.units, amount });
    if (order.state === "held") {
      this.#showHeld(order, text, amount);
      return;
    }
    const buttons = [this.#goOn("primary"), this.#seeOrders()];
    this.#showOutcome("accepted", t("order.acceptedTitle"), text, ...buttons);
    const isPaid = order.state !== "placed";
    this.#hint(t(isPaid ? `orders.told_${order.state}` : deliveryHint(request)));
  }

  /** Reserved, and only paying makes it the buyer's: the button that does that comes first. */
  #showHeld(order, text, amount) {
    const pay = h("button", {
      class: "sell wide",
      type: "button",
      text: t("orders.pay", { amount }),
      onclick: () => this.dispatchEvent(new CustomEvent("pay", { detail: order.id, bubbles: true })),
    });
    this.#showOutcome("held", t("order.heldTitle"), text, pay, this.#seeOrders());
    const left = h("ls-left");
    left.addEventListener("elapsed", () => {
      this.#showOutcome("waiting", t("orders.told_timeUp"), text, this.#goOn());
      this.dispatchEvent(new CustomEvent("look", { detail: order.id, bubbles: true }));
    });
    left.count(this.#view.clock, order.hold_until_ms);
    this.#hint(t("order.heldText"), left);
    this.#held = order.id;
  }

  /** What became of the order that this sheet asks to pay for. */
  follow(order) {
    if (order.id !== this.#held || order.state === "held") return;
    this.#held = null;
    const kind = order.state === "paid" || order.state === "fulfilled" ? "accepted" : "refused";
    const text = t(`orders.told_${order.state}`);
    this.#showOutcome(kind, t(`orders.${order.state}`), text, this.#goOn("primary"), this.#seeOrders());
  }

  #hint(...parts) {
    this.#outcome.querySelector(".outcome-text").after(h("p", { class: "outcome-hint" }, ...parts));
  }

  #seeOrders() {
    const see = h("button", { class: "wide", type: "button", text: t("order.seeOrders") });
    see.addEventListener("click", () => {
      this.#sheet.close();
      this.dispatchEvent(new Event("my-orders", { bubbles: true }));
    });
    return see;
  }

  /** What can be put right on the form is said there; what cannot is said in its place. */
  #refused(request, answer) {
    const card = this.#view.cards[request.card];
    const step = card ? nextStep(answer) : "leave";
    const isNoneLeft = step === "fewer" && !answer.left;
    if (step !== "leave" && step !== "reload" && !isNoneLeft) {
      this.#correct(request, answer, step);
      return;
    }
    const ways = this.#waysOn(step, answer.code, request.card);
    this.#showOutcome("refused", refusalText(answer), "", ...ways);
  }

  #waysOn(step, code, card) {
    if (step === "reload") return [this.#reload(), this.#goOn()];
    if (code === "sold_out") return [...this.#queueUp(card), this.#goOn("primary")];
    if (code === "limit") return [this.#seeOrders(), this.#goOn("primary")];
    return [this.#goOn("primary")];
  }

  #reload() {
    const onclick = () => location.reload();
    return h("button", { class: "primary wide", type: "button", text: t("order.reload"), onclick });
  }

  #queueUp(id) {
    const { cards, session, wishes } = this.#view;
    // The patch that says so may come after the refusal.
    const card = { ...cards[id], stock: 0 };
    if (!canQueue(card, session.state, wishes[id])) return [];
    const queue = h("button", { class: "wide", type: "button", text: t("queue.join") });
    queue.addEventListener("click", () => {
      this.#sheet.close();
      this.dispatchEvent(new CustomEvent("queue", { detail: id, bubbles: true }));
    });
    return [queue];
  }

  #correct(request, answer, step) {
    const priceNow = step === "reprice" ? answer.price : undefined;
    this.#seenPrice = request.price;
    this.#showForm(priceNow);
    this.#form.units = answer.left ? Math.min(request.units, answer.left) : request.units;
    const isContact = step === "details";
    if (step !== "reprice") this.#form.complain(refusalText(answer), { isContact });
  }

  #showForm(priceNow) {
    this.#form.element.hidden = false;
    this.#outcome.hidden = true;
    this.#sheet.title(t("order.title"));
    this.#form.complain("");
    this.#paintForm(priceNow);
  }

  /** The refusal may name a price before the patch brings it. */
  #paintForm(priceNow) {
    const card = this.#offered();
    if (!card) {
      this.#showOutcome("refused", t("refusal.no_such_card"), "", this.#goOn("primary"));
      return;
    }
    // A flash sale with a limit of its own counts its own units only.
    const own = card.phase === "on" && card.flash.limit !== undefined ? card.flash.id : undefined;
    this.#form.paint({
      ...this.#view,
      card: priceNow === undefined ? card : { ...card, price: priceNow },
      already: unitsCounted(this.orders(), this.#card, own),
      seenPrice: this.#seenPrice,
    });
  }

  #goOn(look = "") {
    return h("button", {
      class: `${look} wide`,
      type: "button",
      text: t("order.goOn"),
      onclick: () => this.#sheet.close(),
    });
  }

  #showOutcome(kind, title, text, ...buttons) {
    this.#form.element.hidden = true;
    this.#outcome.hidden = false;
    this.#outcome.dataset.kind = kind;
    const signs = { accepted: "check", refused: "alert", waiting: "clock", held: "clock" };
    this.#outcome.replaceChildren(
      h("div", { class: "outcome-sign" }, icon(signs[kind])),
      h("p", { class: "outcome-title", text: title }),
      h("p", { class: "outcome-text", text }),
      h("div", { class: "outcome-buttons" }, ...buttons),
    );
    this.#sheet.title(t("order.title"));
    buttons[0]?.focus();
  }
}

/** Nobody can call a buyer who left neither a telephone number nor an address. */
function deliveryHint({ contact }) {
  return contact?.phone || contact?.address ? "order.payOnDelivery" : "order.noContact";
}

customElements.define("ls-order-sheet", OrderSheet);
