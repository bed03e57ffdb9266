/**
 * <ls-order-sheet>: from "Order now" to a clear outcome.
 *
 * Properties: `view` ({cards, currency, sessionState}) follows the document. `ask(cardId)` opens
 * it. Dispatches `place` (detail: {card, units, price, contact}) and `my-orders`. The page tells
 * it what happens: `sent(id)`, `doubt(id)`, `settled({request, answer})`.
 */

import { h, icon } from "./dom.js";
import { refusalText } from "./refusal.js";
import { t } from "./i18n.js";
import { formatMoney } from "./money.js";
import { OrderForm } from "./order-form.js";
import { makeSheet } from "./sheet.js";

const CONTACT_CODES = new Set(["text_too_long", "control_characters", "markup", "bad_contact"]);

class OrderSheet extends HTMLElement {
  #sheet = null;
  #form = new OrderForm((choice) => this.#place(choice));
  #outcome = h("div", { class: "order-outcome", role: "status" });
  #view = null;
  #card = null;
  #seenPrice = 0;
  #waitingFor = null;

  /** How many units of a card this viewer has ordered. */
  already = () => 0;

  connectedCallback() {
    if (this.#sheet) return;
    this.#sheet = makeSheet(this, "order-sheet");
    this.#sheet.body.append(this.#form.element, this.#outcome);
    this.#sheet.dialog.addEventListener("close", () => (this.#card = null));
  }

  set view(view) {
    this.#view = view;
    if (this.#card !== null && !this.#form.element.hidden) this.#paintForm();
  }

  /** Opens the sheet for a card, with the price that is on the page now. */
  ask(cardId) {
    this.#card = cardId;
    this.#waitingFor = null;
    this.#seenPrice = this.#view.cards[cardId].price;
    this.#form.begin();
    this.#showForm();
    this.#sheet.open();
    this.#form.focus();
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
    const amount = formatMoney(order.amount, this.#view.currency);
    const text = t("order.acceptedText", { n: order.n, units: order.units, amount });
    const see = h("button", { class: "wide", type: "button", text: t("order.seeOrders") });
    see.addEventListener("click", () => {
      this.#sheet.close();
      this.dispatchEvent(new Event("my-orders", { bubbles: true }));
    });
    this.#showOutcome("accepted", t("order.acceptedTitle"), text, this.#goOn("primary"), see);
    this.#outcome.querySelector(".outcome-text").after(
      h("p", { class: "outcome-hint", text: t(deliveryHint(request)) }),
    );
  }

  /** What can be put right on the form is said there; what cannot is said in its place. */
  #refused(request, answer) {
    const card = this.#view.cards[request.card];
    const isFinal = !card || ["not_live", "no_such_card", "closed"].includes(answer.code);
    if (isFinal || (answer.code === "sold_out" && !answer.left)) {
      this.#showOutcome("refused", refusalText(answer), "", this.#goOn("primary"));
      return;
    }
    if (answer.code === "limit" && !answer.left) {
      this.#showOutcome("refused", refusalText(answer), "", this.#goOn("primary"));
      return;
    }
    this.#correct(request, answer);
  }

  #correct(request, answer) {
    const priceNow = answer.code === "price_changed" ? answer.price : undefined;
    this.#seenPrice = request.price;
    this.#showForm(priceNow);
    this.#form.units = answer.left ? Math.min(request.units, answer.left) : request.units;
    const isContact = CONTACT_CODES.has(answer.code);
    if (answer.code !== "price_changed") this.#form.complain(refusalText(answer), { isContact });
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
    const card = this.#view.cards[this.#card];
    if (!card) {
      this.#showOutcome("refused", t("refusal.no_such_card"), "", this.#goOn("primary"));
      return;
    }
    this.#form.paint({
      card: priceNow === undefined ? card : { ...card, price: priceNow },
      currency: this.#view.currency,
      sessionState: this.#view.sessionState,
      already: this.already(this.#card),
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
    const signs = { accepted: "check", refused: "alert", waiting: "clock" };
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
