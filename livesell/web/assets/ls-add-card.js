/**
 * <ls-add-card>: more cards for a session that exists, in a dialog: typed in, or chosen from the
 * catalogue, several at once.
 *
 * `open(view)`; property `view`. Events: `command`.
 */

import "./catalogue-words.js";
import "./ls-card-fields.js";
import "./ls-problem.js";
import "./ls-product-picker.js";
import { said, sayButton, setFlag } from "./crew-dom.js";
import { h } from "./dom.js";
import { t } from "./i18n.js";
import { cardOf } from "./product-card.js";
import { cardAtSlot, freeSlots, inRundown } from "./session-state.js";

const PLACE = "add_card";

class AddCard extends HTMLElement {
  #document = null;
  #commands = null;
  #fields = h("ls-card-fields");
  #problem = h("ls-problem");
  #send = sayButton("new_card.add", { type: "submit", class: "primary" });
  #form = h(
    "form",
    { novalidate: true, onsubmit: (event) => this.#submitted(event) },
    this.#fields,
    this.#problem,
    h(
      "div",
      { class: "row ask-answers" },
      sayButton("new_card.cancel", { onclick: () => this.#dialog.close() }),
      this.#send,
    ),
  );
  #picker = h("ls-product-picker", { onpicked: ({ detail }) => this.#picked(detail.products) });
  // The picker asks the service for as long as it is on the page, so it is there while it is seen.
  #catalogue = h(
    "details",
    { class: "add-card-catalogue", ontoggle: () => this.#showPicker() },
    said("summary", "picker.title"),
  );
  #dialog = h(
    "dialog",
    {
      class: "add-card", "aria-labelledby": "add-card-title",
      onclose: () => (this.#catalogue.open = false),
    },
    said("h2", "new_card.heading", { id: "add-card-title" }),
    this.#catalogue,
    this.#form,
  );

  connectedCallback() {
    if (!this.firstChild) this.append(this.#dialog);
  }

  set view({ document, commands }) {
    this.#document = document;
    this.#commands = commands;
    this.#fields.currency = document.session.currency;
    this.#picker.currency = document.session.currency;
    this.#picker.taken = takenIn(document);
    this.#picker.isBusy = isAdding(commands);
    this.#problem.failure = failureIn(commands);
    this.#send.disabled = isAdding(commands);
  }

  open() {
    if (this.#dialog.open || this.#document === null) return;
    [this.#fields.slot] = freeSlots(this.#document, 1);
    this.#fields.sources = inRundown(this.#document).filter((card) => card.of === undefined);
    this.#dialog.showModal();
    this.#fields.focusTitle();
  }

  /** A card is in the session; when it was the last one, there is nothing left to do here. */
  done() {
    if (isAdding(this.#commands)) return;
    this.#fields.clear();
    this.#picker.clear();
    this.#dialog.close();
  }

  #submitted(event) {
    event.preventDefault();
    const read = this.#fields.read();
    if (read === null) return;
    if (cardAtSlot(this.#document, read.slot)) {
      this.#fields.wrong("slot", t("new_card.taken_slot", { slot: read.slot }));
      return;
    }
    const { stock, ...card } = read;
    const command = { do: "add_card", card: { id: this.#freeId(card.slot), ...card }, stock };
    const detail = { command, place: PLACE };
    this.dispatchEvent(new CustomEvent("command", { detail, bubbles: true }));
  }

  #showPicker() {
    if (this.#catalogue.open) this.#catalogue.append(this.#picker);
    else this.#picker.remove();
    setFlag(this.#form, "hidden", this.#catalogue.open);
  }

  /** Each with its usual stock, in the next free slots, in the order in which they were chosen. */
  #picked(products) {
    const slots = freeSlots(this.#document, products.length);
    products.forEach((product, i) => {
      const command = { do: "add_card", card: { slot: slots[i], ...cardOf(product) }, stock: product.stock };
      // A place of its own for each: at one place, a second command is taken for a second tap.
      const detail = { command, place: `${PLACE}:${product.id}` };
      this.dispatchEvent(new CustomEvent("command", { detail, bubbles: true }));
    });
  }

  #freeId(slot) {
    const wish = `card-${slot}`;
    return wish in this.#document.cards ? `${wish}-${Date.now().toString(36)}` : wish;
  }
}

const isAdding = ({ pending }) => pending.some(({ command }) => command.do === "add_card");

const failureIn = ({ failures }) => [...failures].find(([place]) => place.split(":")[0] === PLACE)?.[1];

/** The products that have a card in the session, and the ids that are taken by others. */
const takenIn = ({ cards }) =>
  Object.entries(cards).flatMap(([id, { product }]) => (product === undefined ? [id] : [id, product]));

customElements.define("ls-add-card", AddCard);
