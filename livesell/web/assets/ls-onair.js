/**
 * <ls-onair>: the card that is being explained, large, with what a host does next in reach.
 *
 * Property `view`. Events: `command`; the slot number field dispatches `slot` with the number.
 */

import "./ls-problem.js";
import "./ls-slot-field.js";
import { said, say, sayButton, setFlag } from "./crew-dom.js";
import { h, setText } from "./dom.js";
import { formatCount, formatDuration } from "./format.js";
import { t } from "./i18n.js";
import { formatPrice } from "./money.js";
import { showPhoto } from "./photo.js";
import { isClosed, isOnAir, nextCard } from "./session-state.js";
import { isFew, stockState } from "./stock.js";

class OnAir extends HTMLElement {
  #shown = null;
  #next = null;
  #isOpen = false;
  #since = h("span", { class: "onair-since" });
  #heading = said("h2", "onair.title");
  #slot = h("span", { class: "onair-slot" });
  #image = h("img", { class: "onair-image", alt: "" });
  #title = h("p", { class: "onair-title" });
  #price = h("span", { class: "onair-price" });
  #was = h("s", { class: "onair-was" });
  #badge = h("span", { class: "card-state" });
  #stock = h("span", { class: "onair-stock" });
  #sold = h("span", { class: "onair-sold" });
  #bar = h("meter", { class: "stock-meter", min: "0" });
  #nothing = said("p", "onair.nothing", { class: "onair-nothing" });
  #nextName = h("span", { class: "onair-next-name" });
  #problem = h("ls-problem");
  #field = h("ls-slot-field");
  #hide = sayButton("card.hide", {
    data: { verb: "hide" },
    onclick: () => this.#tell({ do: "hide" }),
  });
  #open = sayButton("card.open", {
    data: { verb: "open" },
    onclick: () => this.#tell({ do: this.#isOpen ? "close" : "open", card: this.#shown }),
  });
  #nextButton = h(
    "button",
    {
      type: "button", class: "primary onair-next", data: { verb: "next" },
      onclick: () => this.#tell({ do: "show", card: this.#next }),
    },
    said("span", "onair.next"), this.#nextName,
  );

  connectedCallback() {
    if (this.firstChild) return;
    this.append(
      h("header", { class: "panel-head" }, this.#heading, this.#since),
      h(
        "div",
        { class: "onair-card" },
        h("div", { class: "onair-mark" }, this.#slot, this.#image),
        h(
          "div",
          { class: "onair-words" },
          this.#title,
          h("p", { class: "onair-prices" }, this.#price, this.#was, this.#badge),
          this.#bar,
          h("p", { class: "onair-counts" }, this.#stock, this.#sold),
        ),
      ),
      this.#nothing,
      h("div", { class: "onair-buttons" }, this.#nextButton, this.#open, this.#hide),
      this.#field,
      this.#problem,
    );
    this.#image.addEventListener("error", () => (this.#image.hidden = true));
  }

  get slotField() {
    return this.#field;
  }

  #tell(command) {
    const detail = { command, place: "onair" };
    this.dispatchEvent(new CustomEvent("command", { detail, bubbles: true }));
  }

  set view(view) {
    const { document, nowMs } = view;
    const card = document.cards[document.shown];
    this.#shown = card ? document.shown : null;
    setFlag(this, "data-empty", !card);
    if (card) this.#showCard(card, document.session, nowMs);
    else setText(this.#since, "");
    say(this.#nothing, nothingKey(document.session.state));
    this.#showButtons(view, card);
    this.#field.view = view;
    this.#problem.failure = view.commands.failures.get("onair");
  }

  #showCard(card, session, nowMs) {
    const money = (amount) => formatPrice(amount, session.currency);
    setText(this.#slot, String(card.slot));
    setText(this.#title, card.title);
    setText(this.#price, money(card.price));
    setText(this.#was, card.was === undefined ? "" : money(card.was));
    const [left, all] = [formatCount(card.stock), formatCount(card.allocated)];
    setText(this.#stock, t("card.left_of", { left, all }));
    setText(this.#sold, t("card.sold", { n: formatCount(card.sold) }));
    const time = formatDuration(nowMs - (session.shown_since ?? nowMs));
    setText(this.#since, t("onair.since", { time }));
    const state = stockState(card);
    setFlag(this, "data-stock", card.stock > 0 && isFew(card) ? "few" : state);
    say(this.#badge, card.open ? "card.is_open" : "card.is_closed");
    setFlag(this.#badge, "data-open", card.open);
    this.#bar.max = Math.max(1, card.allocated);
    this.#bar.value = card.stock;
    this.#showImage(card.image);
  }

  #showImage(address) {
    if (this.#image.dataset.of === (address ?? "")) return;
    this.#image.dataset.of = address ?? "";
    this.#image.hidden = !address;
    if (address) showPhoto(this.#image, address, "160px");
  }

  #showButtons({ document, may, commands }, card) {
    const canShow = may && isOnAir(document.session.state);
    const next = nextCard(document);
    this.#next = next?.id ?? null;
    this.#isOpen = card?.open ?? false;
    setText(this.#nextName, next ? t("card.named", next) : t("onair.no_next"));
    this.#nextButton.disabled = !canShow || next === null || commands.has("onair", "show");
    say(this.#open, this.#isOpen ? "card.close" : "card.open");
    const isSwitching = commands.has("onair", "open") || commands.has("onair", "close");
    this.#open.disabled = !may || !card || isSwitching;
    this.#hide.disabled = !canShow || !card || commands.has("onair", "hide");
    for (const button of [this.#nextButton, this.#open, this.#hide]) button.hidden = !may;
  }
}

function nothingKey(state) {
  if (isClosed(state)) return "onair.over";
  return isOnAir(state) ? "onair.nothing" : "onair.not_on_air";
}

customElements.define("ls-onair", OnAir);
