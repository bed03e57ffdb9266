/**
 * <ls-onair>: the card that is being explained, large: what the host says about it, how it sells,
 * how long it has been up against its plan. What a host does next is `ls-pad.js`.
 *
 * Property `view`.
 */

import { said, say, setFlag } from "./crew-dom.js";
import { h, setText } from "./dom.js";
import { formatCount, formatDuration } from "./format.js";
import { t } from "./i18n.js";
import { formatPrice } from "./money.js";
import { showPhoto } from "./photo.js";
import { shownMs } from "./plan-position.js";
import { isClosed, isOnAir } from "./session-state.js";
import { stockLevel } from "./stock.js";

// `formatDuration` counts a begun second as a whole one; time that has passed does not.
const ROUNDING_MS = 999;

const PHOTO_SIZES = "96px";

class OnAir extends HTMLElement {
  #heading = said("h2", "onair.title");
  #since = h("span", { class: "onair-since figure" });
  #progress = h("progress", { class: "onair-progress", max: "1", value: "0" });
  #slot = h("span", { class: "onair-slot" });
  #image = h("img", { class: "onair-image", alt: "" });
  #title = h("p", { class: "onair-title" });
  #price = h("span", { class: "onair-price" });
  #was = h("s", { class: "onair-was" });
  #badge = h("span", { class: "card-state" });
  #stock = h("span", { class: "onair-stock" });
  #sold = h("span", { class: "onair-sold" });
  #inWindow = h("span", { class: "onair-in-window" });
  #bar = h("meter", { class: "stock-meter", min: "0" });
  #script = h("p", { class: "onair-script-text" });
  #scriptBox = h(
    "details", { class: "onair-script", open: true }, said("summary", "onair.script"), this.#script,
  );
  #nothing = said("p", "onair.nothing", { class: "onair-nothing" });

  connectedCallback() {
    if (this.firstChild) return;
    this.append(
      h("header", { class: "panel-head" }, this.#heading, this.#since),
      this.#progress,
      h(
        "div",
        { class: "onair-card" },
        h("div", { class: "onair-mark" }, this.#slot, this.#image),
        h(
          "div",
          { class: "onair-words" },
          this.#title,
          h("p", { class: "onair-prices" }, this.#price, this.#was, this.#badge),
        ),
        h(
          "div",
          { class: "onair-numbers" },
          this.#bar,
          h("p", { class: "onair-counts" }, this.#stock, this.#sold, this.#inWindow),
        ),
      ),
      this.#nothing,
      this.#scriptBox,
    );
    this.#image.addEventListener("error", () => (this.#image.hidden = true));
  }

  set view({ document, nowMs }) {
    const card = document.cards[document.shown];
    setFlag(this, "data-empty", !card);
    this.#showTime(card, document, nowMs);
    this.#scriptBox.hidden = !card?.script;
    if (card) this.#showCard(card, document.session);
    say(this.#nothing, nothingKey(document.session.state));
  }

  #showTime(card, document, nowMs) {
    const planMs = (card?.plan_s ?? 0) * 1000;
    const usedMs = (card?.window_ms ?? 0) + shownMs(document, nowMs);
    const time = formatDuration(usedMs - ROUNDING_MS);
    const key = planMs > 0 ? "onair.since_of" : "onair.since";
    setText(this.#since, card ? t(key, { time, plan: formatDuration(planMs) }) : "");
    const isOver = planMs > 0 && usedMs > planMs;
    setFlag(this.#since, "data-over", isOver);
    setFlag(this.#progress, "data-over", isOver);
    setFlag(this.#progress, "data-none", planMs === 0);
    setFlag(this.#progress, "aria-label", t("onair.progress"));
    this.#progress.value = planMs > 0 ? Math.min(1, usedMs / planMs) : 0;
  }

  #showCard(card, { currency }) {
    const money = (amount) => formatPrice(amount, currency);
    setText(this.#slot, String(card.slot));
    setText(this.#title, card.title);
    setText(this.#price, money(card.price));
    setText(this.#was, card.was === undefined ? "" : money(card.was));
    say(this.#badge, card.open ? "card.is_open" : "card.is_closed");
    setFlag(this.#badge, "data-open", card.open);
    setText(this.#script, card.script ?? "");
    this.#showStock(card);
    this.#showImage(card.image);
  }

  #showStock(card) {
    const [left, all] = [formatCount(card.stock), formatCount(card.allocated)];
    const isOwn = card.of === undefined;
    const isNone = stockLevel(card) === "none";
    const key = isNone ? "card.sold_out" : isOwn ? "card.left_of" : "card.left";
    setText(this.#stock, t(key, { left, all }));
    setText(this.#sold, t("card.sold", { n: formatCount(card.sold) }));
    setText(this.#inWindow, t("onair.in_window", { n: formatCount(card.window_orders ?? 0) }));
    setFlag(this, "data-stock", stockLevel(card));
    this.#bar.max = Math.max(1, isOwn ? card.allocated : card.stock);
    this.#bar.value = isNone ? 0 : card.stock;
    setFlag(this.#bar, "aria-label", t("onair.stock"));
  }

  #showImage(address) {
    if (this.#image.dataset.of === (address ?? "")) return;
    this.#image.dataset.of = address ?? "";
    this.#image.hidden = !address;
    if (address) showPhoto(this.#image, address, PHOTO_SIZES);
  }
}

function nothingKey(state) {
  if (isClosed(state)) return "onair.over";
  return isOnAir(state) ? "onair.nothing" : "onair.not_on_air";
}

customElements.define("ls-onair", OnAir);
