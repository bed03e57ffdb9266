/**
 * <ls-queue-sheet>: queueing for a card that is sold out, and leaving the queue.
 *
 * Property `view` ({cards, session, clock, wishes}) follows the document and the queue desk.
 * `ask(cardId)` opens it. Dispatches `join` (detail: {card, units}), `leave` and `order` (detail:
 * {card}). `failed(error)` says why the last wish was not granted.
 */

import "./ls-stepper.js";
import { h, setText } from "./dom.js";
import { knows, t } from "./i18n.js";
import { makeSheet } from "./sheet.js";
import { canOrder } from "./stock.js";
import { asOffered } from "./terms.js";

const MOST_UNITS = 999;

class QueueSheet extends HTMLElement {
  #sheet = null;
  #title = h("p", { class: "order-product" });
  #told = h("p", { class: "queue-told", role: "status" });
  #label = h("span", { class: "label" });
  #stepper = h("ls-stepper");
  #units = h("div", { class: "order-units" }, this.#label, this.#stepper);
  #problem = h("p", { class: "message", data: { kind: "bad" }, role: "alert", hidden: true });
  #go = h("button", { class: "primary wide", type: "button", onclick: () => this.#act() });
  #view = null;
  #card = null;
  #mode = "";
  #gone = null;

  connectedCallback() {
    if (this.#sheet) return;
    this.#sheet = makeSheet(this, "queue-sheet");
    const parts = [this.#title, this.#told, this.#units, this.#problem, this.#go];
    this.#sheet.body.append(h("div", { class: "queue-form" }, ...parts));
    this.#sheet.dialog.addEventListener("close", () => (this.#card = null));
  }

  set view(view) {
    this.#view = view;
    if (this.#card !== null) this.#paint();
  }

  /** @param isGone Whether it is sold out although the document does not say so yet. */
  ask(cardId, { isGone = false } = {}) {
    this.#card = cardId;
    this.#gone = isGone ? this.#view.cards[cardId] : null;
    const { limit, per_order: perOrder } = this.#view.cards[cardId];
    this.#stepper.max = Math.min(limit ?? MOST_UNITS, perOrder ?? MOST_UNITS, MOST_UNITS);
    this.#stepper.value = this.#view.wishes[cardId]?.units ?? 1;
    this.failed(null);
    this.#paint();
    this.#sheet.open();
    this.#go.focus();
  }

  /** @param error An ApiError; null takes the sentence away. */
  failed(error) {
    this.#go.disabled = false;
    this.#problem.hidden = error === null;
    if (error === null) return;
    const known = knows(`queue.not_${error.code}`) ? `queue.not_${error.code}` : "queue.not_other";
    setText(this.#problem, t(known, error.data));
  }

  /** What can be done about it depends on what is known by now. */
  #paint() {
    const card = this.#view.cards[this.#card];
    const wish = this.#view.wishes[this.#card];
    const before = this.#mode;
    this.#mode = this.#modeOf(card, wish);
    if (before !== this.#mode) this.failed(null);
    this.#sheet.title(t("queue.title"));
    setText(this.#title, card ? `${t("card.slotLink", { n: card.slot })} · ${card.title}` : "");
    setText(this.#told, t(`queue.told_${this.#mode}`, { n: wish?.place, units: wish?.units }));
    setText(this.#label, t("order.units"));
    this.#units.hidden = this.#mode !== "ask";
    this.#go.hidden = !knows(`queue.go_${this.#mode}`);
    if (!this.#go.hidden) setText(this.#go, t(`queue.go_${this.#mode}`));
  }

  #modeOf(card, wish) {
    const state = this.#view.session.state;
    if (wish && ["waiting", "lapsed", "taken"].includes(wish.state)) return wish.state;
    if (!card || !card.open || state !== "live") return "over";
    if (wish?.state === "offered") return "again";
    const canBeHad = canOrder(asOffered(card, this.#view.clock.now()), state);
    return canBeHad && card !== this.#gone ? "again" : "ask";
  }

  #act() {
    const detail = this.#card;
    if (this.#mode === "again") {
      this.#sheet.close();
      this.dispatchEvent(new CustomEvent("order", { detail: { card: detail }, bubbles: true }));
      return;
    }
    this.#go.disabled = true;
    if (this.#mode === "waiting") this.dispatchEvent(new CustomEvent("leave", { detail }));
    else {
      const units = this.#stepper.value;
      this.dispatchEvent(new CustomEvent("join", { detail: { card: detail, units } }));
    }
  }
}

customElements.define("ls-queue-sheet", QueueSheet);
