/**
 * <ls-gifts-form>: what comes with each unit of a card at no price, taken from other cards' stock.
 *
 * Properties: `cardId`, `place` (where its failures belong), `view`. Events: `command`.
 */

import { arrange, iconButton, said, sayButton, setFlag } from "./crew-dom.js";
import { h, setText } from "./dom.js";
import { t } from "./i18n.js";
import { inRundown } from "./session-state.js";
import { typedWhole } from "./typed-number.js";

// As in `domain/card.py`, which decides.
const MAX_GIFTS = 4;
const MAX_UNITS = 99;

class GiftsForm extends HTMLElement {
  cardId = "";
  place = "";
  #view = null;
  #lines = new Map();
  #options = new Map();
  #list = h("ul", { class: "gift-list" });
  #none = said("p", "gifts.none", { class: "panel-note" });
  #card = h("select");
  #units = h("input", {
    inputmode: "numeric", autocomplete: "off", maxlength: "2", value: "1", enterkeyhint: "done",
  });
  #add = sayButton("gifts.add", { type: "submit", class: "primary" });
  #wrong = h("p", { class: "field-problem", role: "alert" });
  #form = h(
    "form",
    { class: "editor-form gifts-form", novalidate: true, onsubmit: (event) => this.#submitted(event) },
    h("label", { class: "field" }, said("span", "gifts.card"), this.#card),
    h("label", { class: "field" }, said("span", "gifts.units"), this.#units),
    this.#add, this.#wrong,
  );

  connectedCallback() {
    if (!this.firstChild) this.append(this.#none, this.#list, this.#form);
  }

  set view(view) {
    this.#view = view;
    const { document, commands } = view;
    const gifts = this.#gifts;
    this.#none.hidden = gifts.length > 0;
    const ids = gifts.map((gift) => gift.card);
    arrange(this.#list, this.#lines, ids, (id) => this.#line(id));
    for (const gift of gifts) this.#showLine(gift, document);
    const sources = inRundown(document).filter((card) => card.of === undefined);
    arrange(this.#card, this.#options, sources.map(({ id }) => id), (value) => h("option", { value }));
    for (const card of sources) setText(this.#options.get(card.id), t("card.named", card));
    const isWaiting = commands.has(this.place, "gifts");
    const isFull = gifts.length >= MAX_GIFTS;
    for (const button of this.querySelectorAll("button")) button.disabled = isWaiting;
    this.#add.disabled = isWaiting || isFull;
  }

  get #gifts() {
    return this.#view.document.cards[this.cardId]?.gifts ?? [];
  }

  #line(id) {
    const drop = iconButton("close", "gifts.drop", { data: { verb: "drop-gift" }, onclick: () => this.#drop(id) });
    return h("li", { class: "gift-line", data: { gift: id } }, h("span"), drop);
  }

  #showLine(gift, { cards }) {
    const line = this.#lines.get(gift.card);
    const { title = gift.card } = cards[gift.card] ?? {};
    setText(line.firstChild, t("card.gift", { n: gift.units, title }));
    setFlag(line.lastChild, "aria-label", t("gifts.drop_one", { title }));
  }

  /** Forgets what was typed. */
  clear() {
    this.#units.value = "1";
    setText(this.#wrong, "");
  }

  focusFirst() {
    this.#card.focus();
  }

  #submitted(event) {
    event.preventDefault();
    const units = typedWhole(this.#units.value) ?? 0;
    const isWrong = units < 1 || units > MAX_UNITS;
    setText(this.#wrong, isWrong ? t("gifts.wrong_units", { most: MAX_UNITS }) : "");
    if (isWrong || this.#card.value === "") return;
    const others = this.#gifts.filter((gift) => gift.card !== this.#card.value);
    this.#tell([...others, { card: this.#card.value, units }]);
  }

  #drop(id) {
    this.#tell(this.#gifts.filter((gift) => gift.card !== id));
  }

  #tell(gifts) {
    const detail = { command: { do: "gifts", card: this.cardId, gifts }, place: this.place };
    this.dispatchEvent(new CustomEvent("command", { detail, bubbles: true }));
  }
}

customElements.define("ls-gifts-form", GiftsForm);
