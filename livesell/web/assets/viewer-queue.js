/**
 * The waitlist on the viewer's page: the sheet to queue in, what is offered, and how it ended.
 *
 * Events: `turn` (detail: an offer) when the person takes it.
 */

import { t } from "./i18n.js";

export class ViewerQueue extends EventTarget {
  #sheet = document.querySelector("ls-queue-sheet");
  #turn = document.querySelector("ls-turn");
  #home = this.#turn.parentElement;
  #store;
  #clock;
  #desk;
  #toast;
  #over = [];
  #declined = new Set();

  /** @param changed Called with the wishes by card whenever one has changed. */
  constructor({ store, clock, desk, toast, changed }) {
    super();
    this.#store = store;
    this.#clock = clock;
    this.#desk = desk;
    this.#toast = toast;
    desk.addEventListener("change", () => {
      this.paint();
      changed(desk.wishes);
    });
    desk.addEventListener("told", ({ detail }) => this.#told(detail));
    this.#sheet.addEventListener("join", ({ detail: { card, units } }) => {
      desk.join(card, units).catch((error) => this.#sheet.failed(error));
    });
    this.#sheet.addEventListener("leave", ({ detail }) => this.#leave(detail));
    this.#turn.addEventListener("turn", ({ detail }) => this.#take(detail));
    this.#turn.addEventListener("decline", ({ detail }) => this.#leave(detail));
    this.#turn.addEventListener("read", ({ detail }) => this.#read(detail));
    this.#turn.addEventListener("lapse", ({ detail }) => this.#lapse(detail));
    document.addEventListener("sheet", () => this.#place());
    document.addEventListener("close", () => this.#place(), { capture: true });
  }

  get wishes() {
    return this.#desk.wishes;
  }

  /** @param isGone Whether the service has just said that it is sold out. */
  ask(card, { isGone = false } = {}) {
    this.paint();
    this.#sheet.ask(card, { isGone });
  }

  paint() {
    const { cards, session } = this.#store.document ?? {};
    if (!cards) return;
    this.#sheet.view = { cards, session, clock: this.#clock, wishes: this.wishes };
    this.#place();
    this.#turn.view = {
      offers: this.#desk.offers.filter(({ card }) => cards[card]),
      over: this.#over,
      cards,
      currency: session.currency,
      clock: this.#clock,
    };
  }

  /** Whatever else is open, the offer is on top of it: what is beside a dialog cannot be tapped. */
  #place() {
    const place = document.querySelector("dialog[open] .sheet-inner") ?? this.#home;
    if (this.#turn.parentElement !== place) place.prepend(this.#turn);
  }

  #told(wish) {
    if (wish.state === "offered") {
      navigator.vibrate?.(200);
      return;
    }
    const isNew = !this.#over.some(({ card }) => card === wish.card);
    const isSurprise = isNew && !this.#declined.has(wish.card);
    if (wish.state === "lapsed" && isSurprise) this.#over = [...this.#over, wish];
    this.paint();
  }

  #take(offer) {
    for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
    this.dispatchEvent(new CustomEvent("turn", { detail: offer }));
  }

  #leave(card) {
    this.#declined.add(card);
    this.#desk.leave(card).then(
      () => this.#toast(t("queue.left")),
      (error) => {
        this.#declined.delete(card);
        this.#sheet.failed(error);
        this.#toast(t("queue.not_other"));
      },
    );
  }

  #lapse(card) {
    const wish = this.wishes[card];
    this.#desk.lapse(card, this.#clock.now());
    if (this.wishes[card] !== wish) this.#told(this.wishes[card]);
  }

  #read(card) {
    this.#over = this.#over.filter((wish) => wish.card !== card);
    this.paint();
  }
}
