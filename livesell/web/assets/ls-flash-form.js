/**
 * <ls-flash-form>: prepares a flash sale, in a dialog.
 *
 * `open()`, `done()`; property `view`. Events: `command`.
 */

import "./ls-problem.js";
import { arrange, said, sayButton } from "./crew-dom.js";
import { h, setText } from "./dom.js";
import { flashFaults } from "./flash-state.js";
import { FormFields } from "./form-fields.js";
import { t } from "./i18n.js";
import { formatPrice } from "./money.js";
import { inRundown } from "./session-state.js";
import { typedPrice, typedWhole } from "./typed-number.js";

const PLACE = "prepare_flash";
const NAMES = ["price", "units", "limit", "countdown_s", "minutes"];
const OFFERED = { countdown_s: "30", minutes: "5" };

class FlashForm extends HTMLElement {
  #document = null;
  #options = new Map();
  #fields = new FormFields("flash");
  #card = h("select");
  #problem = h("ls-problem");
  #send = sayButton("flash.add", { type: "submit", class: "primary", data: { verb: "prepare-yes" } });
  #form = h(
    "form",
    { novalidate: true, onsubmit: (event) => this.#submitted(event) },
    this.#fields.labelled("card", this.#card),
    h("div", { class: "flash-fields" },
      this.#fields.text("price", { inputmode: "decimal", maxlength: "16" }),
      this.#fields.text("units", { inputmode: "numeric", maxlength: "8" }),
      this.#fields.text("limit", { inputmode: "numeric", maxlength: "8" }),
      this.#fields.text("countdown_s", { inputmode: "numeric", maxlength: "3" }),
      this.#fields.text("minutes", { inputmode: "numeric", maxlength: "2" })),
    this.#problem,
    h("div", { class: "row ask-answers" },
      sayButton("flash.cancel", { onclick: () => this.#dialog.close() }), this.#send),
  );
  #dialog = h(
    "dialog",
    { class: "flash-form", "aria-labelledby": "flash-form-title" },
    said("h2", "flash.heading", { id: "flash-form-title" }),
    this.#form,
  );

  connectedCallback() {
    if (!this.firstChild) this.append(this.#dialog);
  }

  set view({ document, commands }) {
    this.#document = document;
    this.#problem.failure = commands.failures.get(PLACE);
    this.#send.disabled = commands.has(PLACE, PLACE);
    const cards = inRundown(document);
    arrange(this.#card, this.#options, cards.map(({ id }) => id), (value) => h("option", { value }));
    for (const card of cards) {
      const price = formatPrice(card.price, document.session.currency);
      setText(this.#options.get(card.id), t("flash.option", { ...card, price }));
    }
  }

  open() {
    if (this.#dialog.open || this.#document === null) return;
    for (const name of NAMES) {
      this.#fields.set(name, OFFERED[name] ?? "");
      this.#fields.wrong(name, "");
    }
    if (this.#document.shown) this.#card.value = this.#document.shown;
    this.#dialog.showModal();
    this.#card.focus();
  }

  /** It is prepared. */
  done() {
    this.#dialog.close();
  }

  #submitted(event) {
    event.preventDefault();
    const { cards, session: { currency } } = this.#document;
    const card = cards[this.#card.value];
    if (card === undefined) return;
    const limit = this.#fields.value("limit");
    const typed = {
      price: typedPrice(this.#fields.value("price"), currency),
      limit: limit === "" ? undefined : typedWhole(limit),
    };
    for (const name of ["units", "countdown_s", "minutes"]) {
      typed[name] = typedWhole(this.#fields.value(name));
    }
    const faults = flashFaults(typed, card);
    const told = { price: formatPrice(card.price, currency) };
    for (const name of NAMES) {
      this.#fields.wrong(name, faults.includes(name) ? t(`flash.wrong_${name}`, told) : "");
    }
    this.querySelector("[aria-invalid]")?.focus();
    if (faults.length > 0) return;
    const { minutes, ...rest } = typed;
    const command = { do: PLACE, card: this.#card.value, ...rest, lasts_s: minutes * 60 };
    const detail = { command, place: PLACE };
    this.dispatchEvent(new CustomEvent("command", { detail, bubbles: true }));
  }
}

customElements.define("ls-flash-form", FlashForm);
