/** The buyer's side of the viewer's page: order sheet, my orders, and what settles unseen. */

import { t } from "./i18n.js";
import { refusalText } from "./refusal.js";

export class ViewerOrders {
  #sheet = document.querySelector("ls-order-sheet");
  #mine = document.querySelector("ls-my-orders");
  #count = document.querySelector('[data-out="order-count"]');
  #store;
  #desk;
  #toast;
  #refused = [];

  constructor({ store, desk, toast }) {
    this.#store = store;
    this.#desk = desk;
    this.#toast = toast;
    this.#sheet.already = (card) => desk.unitsOf(card);
    this.#sheet.addEventListener("place", ({ detail }) => this.#place(detail));
    this.#mine.addEventListener("dismiss", ({ detail }) => this.#dismiss(detail));
    desk.addEventListener("settled", ({ detail }) => this.#settled(detail));
    desk.addEventListener("change", () => this.#changed());
    this.#changed();
  }

  paint({ cards, session }) {
    const { currency, state } = session;
    this.#sheet.view = { cards, currency, sessionState: state };
    this.#paintMine();
  }

  ask(card) {
    this.#sheet.ask(card);
  }

  openList() {
    if (this.#store.document) this.#mine.open();
  }

  #place(request) {
    this.#sheet.sent(this.#desk.place(request));
  }

  #settled(settled) {
    const isSeen = this.#sheet.settled(settled);
    const { answer } = settled;
    if (isSeen) return;
    this.#toast(answer.ok ? t("order.acceptedTitle") : refusalText(answer));
    if (answer.ok) return;
    this.#refused.unshift(settled);
    this.#changed();
  }

  #dismiss(id) {
    this.#refused = this.#refused.filter(({ request }) => request.id !== id);
    this.#changed();
  }

  #changed() {
    for (const request of this.#desk.pending.values()) {
      if (request.isUncertain) this.#sheet.doubt(request.id);
    }
    const count = this.#desk.placed.size + this.#desk.pending.size + this.#refused.length;
    this.#count.hidden = count === 0;
    this.#count.parentElement.toggleAttribute("data-has-count", count > 0);
    this.#count.textContent = String(count);
    this.#count.toggleAttribute("data-is-urgent", this.#refused.length > 0);
    this.#paintMine();
  }

  #paintMine() {
    const document = this.#store.document;
    this.#mine.view = {
      placed: [...this.#desk.placed.values()],
      pending: [...this.#desk.pending.values()],
      refused: this.#refused,
      cards: document?.cards ?? {},
      currency: document?.session.currency ?? "CNY",
    };
  }
}
