/** The buyer's side of the viewer's page: order sheet, my orders, and what settles unseen. */

import { setText } from "./dom.js";
import { t } from "./i18n.js";
import { HoldWatch } from "./hold-watch.js";
import { hasTried, rememberTry } from "./order-told.js";
import { refusalText } from "./refusal.js";
import { canOrder } from "./stock.js";
import { asOffered } from "./terms.js";

const URGENT = "data-is-urgent";

export class ViewerOrders {
  #sheet = document.querySelector("ls-order-sheet");
  #mine = document.querySelector("ls-my-orders");
  #count = document.querySelector('[data-out="order-count"]');
  #store;
  #clock;
  #desk;
  #queue;
  #http;
  #memory;
  #asOf;
  #isKnown = false;
  #toast;
  #watch;
  #refused = [];

  /** @param parts `{store, clock, desk, queue, http, memory, toast}`; `queue` is a ViewerQueue. */
  constructor({ store, clock, desk, queue, http, memory, toast }) {
    this.#store = store;
    this.#clock = clock;
    this.#desk = desk;
    this.#queue = queue;
    this.#http = http;
    this.#memory = memory;
    this.#toast = toast;
    this.#watch = new HoldWatch({ clock, look: () => this.load() });
    this.#sheet.service = http;
    this.#sheet.orders = () => [...desk.placed.values(), ...desk.pending.values()];
    this.#sheet.addEventListener("place", ({ detail }) => this.#place(detail));
    this.#sheet.addEventListener("queue", ({ detail }) => queue.ask(detail, { isGone: true }));
    this.#mine.addEventListener("dismiss", ({ detail }) => this.#dismiss(detail));
    for (const element of [this.#sheet, this.#mine]) {
      element.addEventListener("pay", ({ detail }) => this.#pay(detail));
      element.addEventListener("look", () => this.#changed());
    }
    queue.addEventListener("turn", ({ detail: { card, units } }) => {
      this.#sheet.ask(card, { units, atOnce: true });
    });
    desk.addEventListener("settled", ({ detail }) => this.#settled(detail));
    desk.addEventListener("change", () => this.#changed());
    store.addEventListener("status", () => this.#linkChanged());
    const { orders, at } = memory.recall();
    this.#asOf = at;
    desk.restore(orders);
  }

  paint({ cards, session }) {
    this.#sheet.view = { cards, session, clock: this.#clock, wishes: this.#queue.wishes };
    this.#paintMine();
  }

  /**
   * What can be had is ordered; what is sold out can be queued for.
   *
   * @param seen The price that stood on the page when the viewer asked; minor units.
   */
  ask(card, { seen } = {}) {
    const { cards, session } = this.#store.document;
    if (!cards[card]) return this.#toast(refusalText({ code: "no_such_card" }));
    const isOffered = this.#queue.wishes[card]?.state === "offered";
    const isThere = canOrder(asOffered(cards[card], this.#clock.now()), session.state);
    if (isOffered || isThere) this.#sheet.ask(card, { seen });
    else this.#queue.ask(card);
  }

  openList() {
    if (!this.#store.document) return;
    this.#mine.open();
    if (this.#desk.placed.size > 0) this.load().catch(() => {});
  }

  /** Asks for the orders as the service has them. */
  async load() {
    const orders = await this.#http.list();
    this.#isKnown = true;
    this.#desk.load(orders);
  }

  /** Whether there are orders that may have changed while nobody could be asked. */
  get areAged() {
    return !this.#isKnown && this.#desk.placed.size > 0;
  }

  #linkChanged() {
    if (this.#isKnown && this.#store.status === "reconnecting") {
      this.#isKnown = false;
      this.#asOf = this.#clock.now();
    }
    this.#paintMine();
  }

  #place(request) {
    this.#sheet.sent(this.#desk.place(request));
  }

  async #pay(id) {
    try {
      const address = await this.#http.pay(id, "viewer");
      rememberTry(id);
      location.assign(address);
      this.#changed();
    } catch (error) {
      this.#toast(t(error.code === "wrong_order_state" ? "orders.payTooLate" : "orders.payFailed"));
      this.load().catch(() => {});
    }
  }

  #settled(settled) {
    const isSeen = this.#sheet.settled(settled);
    const { answer } = settled;
    if (isSeen) return;
    const isHeld = answer.ok && answer.order.state === "held";
    const text = t(isHeld ? "order.heldToast" : "order.acceptedTitle");
    this.#toast(answer.ok ? text : refusalText(answer));
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
    const placed = [...this.#desk.placed.values()];
    if (this.#isKnown) {
      this.#asOf = this.#clock.now();
      this.#memory.keep(placed, this.#asOf);
    }
    for (const order of placed) this.#sheet.follow(order);
    const holds = placed.filter(({ state }) => state === "held");
    this.#watch.holds = holds.map(({ id, hold_until_ms: end }) => ({ end, isHot: hasTried(id) }));
    const count = placed.length + this.#desk.pending.size + this.#refused.length;
    this.#count.hidden = count === 0;
    this.#count.parentElement.toggleAttribute("data-has-count", count > 0);
    setText(this.#count, String(count));
    this.#count.toggleAttribute(URGENT, this.#refused.length + holds.length > 0);
    this.#paintMine();
  }

  #paintMine() {
    const document = this.#store.document;
    this.#mine.view = {
      placed: [...this.#desk.placed.values()],
      pending: [...this.#desk.pending.values()],
      refused: this.#refused,
      cards: document?.cards ?? {},
      session: document?.session ?? { currency: "CNY" },
      clock: this.#clock,
      asOf: this.#isKnown ? null : this.#asOf,
    };
  }
}
