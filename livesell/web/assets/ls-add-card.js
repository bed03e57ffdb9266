/**
 * <ls-add-card>: one more card for a session that exists, in a dialog.
 *
 * `open(view)`; property `view`. Events: `command`.
 */

import "./ls-card-fields.js";
import "./ls-problem.js";
import { said, sayButton } from "./crew-dom.js";
import { h } from "./dom.js";
import { t } from "./i18n.js";
import { cardAtSlot, freeSlot, inRundown } from "./session-state.js";

const PLACE = "add_card";

class AddCard extends HTMLElement {
  #document = null;
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
  #dialog = h(
    "dialog",
    { class: "add-card", "aria-labelledby": "add-card-title" },
    said("h2", "new_card.heading", { id: "add-card-title" }),
    this.#form,
  );

  connectedCallback() {
    if (!this.firstChild) this.append(this.#dialog);
  }

  set view({ document, commands }) {
    this.#document = document;
    this.#fields.currency = document.session.currency;
    this.#problem.failure = commands.failures.get(PLACE);
    this.#send.disabled = commands.has(PLACE, "add_card");
  }

  open() {
    if (this.#dialog.open || this.#document === null) return;
    this.#fields.slot = freeSlot(this.#document);
    this.#fields.sources = inRundown(this.#document).filter((card) => card.of === undefined);
    this.#dialog.showModal();
    this.#fields.focusTitle();
  }

  /** The card is in the session. */
  done() {
    this.#fields.clear();
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

  #freeId(slot) {
    const wish = `card-${slot}`;
    return wish in this.#document.cards ? `${wish}-${Date.now().toString(36)}` : wish;
  }
}

customElements.define("ls-add-card", AddCard);
