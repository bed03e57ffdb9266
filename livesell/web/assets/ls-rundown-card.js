/**
 * <ls-rundown-card>: one card of the rundown: what it is, what is left, and its commands.
 *
 * Properties: `cardId`, `isEdge` ({up, down}: whether it is the first or the last), `view`.
 * Events: `command`, and `move` with {card, by}.
 */

import "./ls-card-editor.js";
import "./ls-problem.js";
import { claimsOf } from "./card-claims.js";
import { iconButton, said, say, sayButton, setFlag } from "./crew-dom.js";
import { h, setText } from "./dom.js";
import { formatCount } from "./format.js";
import { t } from "./i18n.js";
import { formatPrice } from "./money.js";
import { isOnAir } from "./session-state.js";
import { stockLevel } from "./stock.js";

class RundownCard extends HTMLElement {
  cardId = "";
  isEdge = { up: false, down: false };
  isShown = false;
  #isOpen = false;
  #isSoldOut = false;
  #slot = h("span", { class: "rd-slot" });
  #title = h("span", { class: "rd-title" });
  #badges = h("span", { class: "rd-badges" });
  #price = h("span", { class: "rd-price" });
  #was = h("s", { class: "rd-was" });
  #closed = said("span", "card.is_closed", { class: "card-state" });
  #stock = h("strong", { class: "rd-left" });
  #of = h("span", { class: "rd-of" });
  #sold = h("span", { class: "rd-sold" });
  #claims = h("p", { class: "rd-claims" });
  #problem = h("ls-problem");
  #editor = h("ls-card-editor", { hidden: true });
  #show = sayButton("card.show", {
    class: "rd-show", data: { verb: "show" }, onclick: () => this.#toggleShown(),
  });
  #open = sayButton("card.open", {
    class: "rd-open", data: { verb: "open" }, onclick: () => this.#toggleOpen(),
  });
  #sell = sayButton("pad.sell_out", {
    class: "rd-sell", data: { verb: "sell" }, onclick: () => this.#toggleSelling(),
  });
  #edit = iconButton("edit", "card.edit", {
    "aria-expanded": "false", data: { verb: "edit" }, onclick: () => this.toggleEditor(),
  });
  #up = iconButton("up", "rundown.up", {
    data: { verb: "up" }, onclick: () => this.#move(-1),
  });
  #down = iconButton("down", "rundown.down", {
    data: { verb: "down" }, onclick: () => this.#move(1),
  });

  connectedCallback() {
    if (this.firstChild) return;
    this.append(
      h(
        "div",
        { class: "rd-line" },
        this.#slot,
        h(
          "div",
          { class: "rd-words" },
          h("p", { class: "rd-name" }, this.#title, this.#badges),
          h("p", { class: "rd-money" }, this.#price, this.#was, this.#closed),
        ),
        h("div", { class: "rd-stock" }, h("p", {}, this.#stock, this.#of), this.#sold),
        h("div", { class: "rd-actions" }, this.#show, this.#open, this.#sell, this.#edit),
        h("div", { class: "rd-moves" }, this.#up, this.#down),
      ),
      this.#claims,
      this.#editor,
      this.#problem,
    );
  }

  set view(view) {
    const { document, commands } = view;
    const card = document.cards[this.cardId];
    this.isShown = document.shown === this.cardId;
    this.#isOpen = card.open;
    this.#isSoldOut = card.sold_out ?? false;
    setFlag(this, "data-shown", this.isShown);
    setFlag(this, "data-card", this.cardId);
    setFlag(this, "data-stock", stockLevel(card));
    this.#showWords(card, document.session.currency);
    this.#showClaims(claimsOf(card, document));
    this.#showButtons(view, card);
    if (!this.#editor.hidden) Object.assign(this.#editor, { cardId: this.cardId, view });
    this.#problem.failure = commands.failures.get(this.#place);
  }

  #showWords(card, currency) {
    setText(this.#slot, String(card.slot));
    setText(this.#title, card.title);
    setText(this.#badges, (card.badges ?? []).join(" · "));
    setText(this.#price, formatPrice(card.price, currency));
    setText(this.#was, card.was === undefined ? "" : formatPrice(card.was, currency));
    this.#closed.hidden = card.open;
    setText(this.#stock, card.stock > 0 ? formatCount(card.stock) : t("card.sold_out"));
    const hasOwn = card.stock > 0 && card.of === undefined;
    setText(this.#of, hasOwn ? ` / ${formatCount(card.allocated)}` : "");
    setText(this.#sold, t("card.sold", { n: formatCount(card.sold) }));
  }

  #showClaims(claims) {
    this.#claims.hidden = claims.length === 0;
    const told = claims.map(({ kind, text }) => `${kind} ${text}`).join("|");
    if (this.#claims.dataset.told === told) return;
    this.#claims.dataset.told = told;
    this.#claims.replaceChildren(
      ...claims.map(({ kind, text }) => h("span", { class: "chip figure", data: { claim: kind }, text })),
    );
  }

  #showButtons({ document, may, commands }, card) {
    const waits = (...verbs) => verbs.some((verb) => commands.has(this.#place, verb));
    say(this.#show, this.isShown ? "card.hide" : "card.show");
    setFlag(this.#show, "aria-label", t(this.isShown ? "card.hide_one" : "card.show_one", card));
    say(this.#open, card.open ? "card.close" : "card.open");
    setFlag(this.#open, "aria-label", t(card.open ? "card.close_one" : "card.open_one", card));
    const sell = this.#isSoldOut ? "card.sell_on" : "card.sell_out";
    say(this.#sell, this.#isSoldOut ? "pad.sell_on" : "pad.sell_out");
    setFlag(this.#sell, "aria-label", t(`${sell}_one`, card));
    setFlag(this.#sell, "aria-pressed", String(this.#isSoldOut));
    this.#sell.disabled = waits("sell_out", "sell_on");
    this.#show.disabled = !isOnAir(document.session.state) || waits("show", "hide");
    this.#open.disabled = waits("open", "close");
    const isSorting = commands.has("rundown", "reorder");
    this.#up.disabled = this.isEdge.up || isSorting;
    this.#down.disabled = this.isEdge.down || isSorting;
    setFlag(this.querySelector(".rd-actions"), "hidden", !may);
    setFlag(this.querySelector(".rd-moves"), "hidden", !may);
  }

  /** Opens or closes what changes price, stock, gifts and limits. */
  toggleEditor({ isOpen = this.#editor.hidden } = {}) {
    this.#editor.hidden = !isOpen;
    setFlag(this.#edit, "aria-expanded", String(isOpen));
    this.dispatchEvent(new Event("refresh", { bubbles: true }));
    if (isOpen) this.#editor.focusFirst();
    else this.focus();
  }

  get #place() {
    return `card:${this.cardId}`;
  }

  #toggleShown() {
    this.#tell(this.isShown ? { do: "hide" } : { do: "show", card: this.cardId });
  }

  #toggleOpen() {
    this.#tell({ do: this.#isOpen ? "close" : "open", card: this.cardId });
  }

  #toggleSelling() {
    this.#tell({ do: this.#isSoldOut ? "sell_on" : "sell_out", card: this.cardId });
  }

  #tell(command) {
    const detail = { command, place: this.#place };
    this.dispatchEvent(new CustomEvent("command", { detail, bubbles: true }));
  }

  #move(by) {
    const detail = { card: this.cardId, by };
    this.dispatchEvent(new CustomEvent("move", { detail, bubbles: true }));
  }
}

customElements.define("ls-rundown-card", RundownCard);
