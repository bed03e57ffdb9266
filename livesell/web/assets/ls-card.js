/**
 * <ls-card>: one product as offered in this show, on the shelf or over the video.
 *
 * Property `view`: {id, card, cards, currency, sessionState, isShown, clock, wish}; `wish` is what
 * became of this viewer's place on the waitlist (see queue-desk.js). The attribute `data-look` is
 * "shelf" or "shown". Dispatches `order` (detail: {card, seen}, `seen` being the price that stood on it)
 * when its button is pressed.
 */

import "./ls-left.js";
import { h, icon, setText } from "./dom.js";
import { extrasText } from "./extras.js";
import { t } from "./i18n.js";
import { isOver } from "./phase.js";
import { photoAttributes } from "./photo.js";
import { paintPrice } from "./price-tag.js";
import { formatPrice } from "./money.js";
import { formatCount } from "./format.js";
import { canOrder, canQueue, stockState } from "./stock.js";
import { asOffered, asPromised } from "./terms.js";

class Card extends HTMLElement {
  #view = null;
  #seen = 0;
  #picture = h("div", { class: "card-picture", "aria-hidden": "true" });
  #slot = h("span", { class: "card-slot" });
  #title = h("h3", { class: "card-title" });
  #badges = h("ul", { class: "card-badges" });
  #extra = h("p", { class: "card-extra" });
  #price = h("span", { class: "card-price figure" });
  #was = h("s", { class: "card-was figure" });
  #stock = h("span", { class: "card-stock figure" });
  #flashName = h("span", { class: "visually-hidden" });
  #flashLeft = h("ls-left");
  #flashPill = h("span", { class: "flash-pill" }, icon("bolt"), this.#flashName, this.#flashLeft);
  #flashRest = h("span");
  #flash = h("p", { class: "card-flash figure" }, this.#flashPill, this.#flashRest);
  #button = h("button", { class: "sell card-order", type: "button" });
  #story = h("p", { class: "card-story-text" });
  #storyTitle = h("summary");
  #storyBox = h("details", { class: "card-story" }, this.#storyTitle, this.#story);
  #imageAddress = null;

  connectedCallback() {
    if (this.childElementCount > 0) return;
    this.#button.addEventListener("click", () => this.#order());
    this.#flash.addEventListener("elapsed", () => this.#paint(this.#view));
    this.#title.setAttribute("aria-level", this.dataset.look === "shown" ? "2" : "3");
    const prices = h("p", { class: "card-prices" }, this.#price, this.#was);
    const text = h(
      "div", { class: "card-text" },
      this.#title, this.#badges, this.#extra, prices, this.#stock, this.#flash,
    );
    this.append(
      h("div", { class: "card-row" }, this.#pictureBox(), text, this.#button),
      this.#storyBox,
    );
  }

  #pictureBox() {
    return h("div", { class: "card-picture-box" }, this.#picture, this.#slot);
  }

  get view() {
    return this.#view;
  }

  set view(view) {
    this.#view = view;
    this.#paint(view);
  }

  #order() {
    const detail = { card: this.#view.id, seen: this.#seen };
    this.dispatchEvent(new CustomEvent("order", { detail, bubbles: true }));
  }

  #paint({ card: record, cards, currency, sessionState, isShown, clock, wish }) {
    const card =
      wish?.state === "offered" ? asPromised(record, wish) : asOffered(record, clock.now());
    const state = stockState(card);
    this.dataset.stock = isOver(sessionState) ? "" : state;
    this.toggleAttribute("data-is-shown", Boolean(isShown));
    setText(this.#slot, t("card.slot", { n: card.slot }));
    setText(this.#title, card.title);
    this.#paintBadges(card, isShown);
    this.#paintExtra(extrasText(card, cards));
    this.#seen = card.price;
    paintPrice(this.#price, card.price, currency);
    this.#was.hidden = card.was === undefined || card.was <= card.price;
    if (!this.#was.hidden) {
      setText(this.#was, formatPrice(card.was, currency));
      this.#was.setAttribute("aria-label", t("card.was", { price: this.#was.textContent }));
    }
    this.#paintFlash(card, currency, sessionState, clock);
    setText(this.#stock, stockText(card, state, sessionState, wish));
    this.#paintButton(card, state, sessionState, wish);
    this.#paintPicture(card);
    this.#paintStory(card);
  }

  #paintExtra(text) {
    this.#extra.hidden = !text;
    setText(this.#extra, text);
  }

  /**
   * It stands where the stock stands otherwise, so nothing moves when it begins or ends; what does
   * not fit beside the time is left out whole.
   */
  #paintFlash({ phase, flash }, currency, sessionState, clock) {
    const isRunning = Boolean(phase) && !isOver(sessionState);
    this.#flash.hidden = !isRunning;
    this.#stock.hidden = isRunning;
    this.toggleAttribute("data-has-flash", isRunning);
    if (!isRunning) return;
    this.#flash.dataset.phase = phase;
    const price = formatPrice(flash.price, currency);
    setText(this.#flashName, t("card.flash"));
    setText(this.#flashRest, t(`card.flash_${phase}`, { price, n: formatCount(flash.left) }));
    this.#flashPill.hidden = phase === "gone";
    this.#flashLeft.count(clock, phase === "coming" ? flash.starts : flash.ends);
  }

  #paintBadges(card, isShown) {
    const words = [...(isShown ? [t("card.showing")] : []), ...(card.badges ?? [])];
    const key = words.join("\n");
    if (this.#badges.dataset.key === key) return;
    this.#badges.dataset.key = key;
    const kind = (index) => (isShown && index === 0 ? "badge badge-live" : "badge");
    this.#badges.replaceChildren(...words.map((text, i) => h("li", { class: kind(i), text })));
    this.#badges.hidden = words.length === 0;
  }

  #paintButton(card, state, sessionState, wish) {
    const mayOrder = canOrder(card, sessionState);
    const mayQueue = !mayOrder && canQueue(card, sessionState, wish);
    this.#button.disabled = !mayOrder && !mayQueue;
    this.#button.classList.toggle("sell", !mayQueue);
    const label = mayQueue
      ? t(wish?.state === "waiting" ? "card.queued" : "card.queue")
      : buttonText(card, state, sessionState, this.dataset.look);
    setText(this.#button, label);
    this.#button.setAttribute("aria-label", `${label} · ${card.title}`);
  }

  #paintPicture(card) {
    const address = card.image ?? "";
    if (address === this.#imageAddress) return;
    this.#imageAddress = address;
    this.#picture.replaceChildren();
    if (!address) return;
    const image = h("img", { alt: "", loading: "lazy", decoding: "async", ...photoAttributes(address, "88px") });
    image.addEventListener("error", () => image.remove());
    this.#picture.append(image);
  }

  #paintStory(card) {
    this.#storyBox.hidden = !card.story || this.dataset.look === "shown";
    setText(this.#storyTitle, t("card.story"));
    setText(this.#story, card.story ?? "");
  }
}

function stockText({ stock, sold, limit, keptUntil }, state, sessionState, wish) {
  if (keptUntil !== undefined) return t("card.kept", { n: stock });
  if (state === "sold_out" && sessionState === "live") {
    return wish?.state === "waiting" ? t("card.place", { n: wish.place }) : t("card.soldOut");
  }
  if (state === "few" && !isOver(sessionState)) return t("card.few", { n: stock });
  if (sold > 0) return t("card.sold", { n: formatCount(sold) });
  return limit === undefined || state === "sold_out" ? "" : t("card.limit", { n: limit });
}

function buttonText({ keptUntil }, state, sessionState, look) {
  if (state === "sold_out") return t("card.soldOut");
  if (isOver(sessionState)) return t("card.over");
  if (sessionState === "paused") return t("card.waiting");
  if (sessionState !== "live") return t("card.notYet");
  if (state === "closed") return t("card.closed");
  if (keptUntil !== undefined) return t("card.turn");
  return look === "shown" ? t("card.order") : t("card.orderShort");
}

customElements.define("ls-card", Card);
