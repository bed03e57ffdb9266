/**
 * <ls-slot-field>: "3 号链接". A number typed here, or anywhere on the page (`slot-entry.js`),
 * shows that card.
 *
 * Properties: `view`, `typed` (digits typed elsewhere on the page). Events: `slot` with the
 * number.
 */

import { said, sayButton } from "./crew-dom.js";
import { h, setText } from "./dom.js";
import { t } from "./i18n.js";
import { cardAtSlot, isOnAir } from "./session-state.js";
import { typedWhole } from "./typed-number.js";

class SlotField extends HTMLElement {
  #document = null;
  #input = h("input", {
    id: "slot-number", inputmode: "numeric", autocomplete: "off", maxlength: "3",
    enterkeyhint: "go", placeholder: "#", class: "slot-input", oninput: () => this.#hint(),
  });
  #hinted = h("p", { class: "slot-hint", role: "status" });
  #button = sayButton("slot.show", { type: "submit" });

  connectedCallback() {
    if (this.firstChild) return;
    const form = h(
      "form",
      { class: "slot-form", onsubmit: (event) => this.#submitted(event) },
      said("label", "slot.label", { for: "slot-number" }),
      this.#input,
      this.#button,
    );
    this.append(form, this.#hinted);
  }

  focusNumber() {
    this.#input.focus();
    this.#input.select();
  }

  #submitted(event) {
    event.preventDefault();
    const slot = typedWhole(this.#input.value);
    if (slot === null) return;
    this.#input.value = "";
    this.dispatchEvent(new CustomEvent("slot", { detail: slot, bubbles: true }));
  }

  /** What digits typed anywhere on the page stand for, while they are being typed. */
  set typed(digits) {
    this.#input.value = digits;
    this.toggleAttribute("data-typing", digits !== "");
    this.#hint();
  }

  /** A sentence about the number that was typed last, until the next one. */
  set answer(sentence) {
    setText(this.#hinted, sentence);
  }

  set view({ document, may }) {
    this.#document = document;
    this.hidden = !may;
    this.#button.disabled = !isOnAir(document.session.state);
  }

  #hint() {
    const slot = typedWhole(this.#input.value);
    if (slot === null || this.#document === null) return setText(this.#hinted, "");
    const card = cardAtSlot(this.#document, slot);
    const key = card ? "slot.is" : "slot.none";
    return setText(this.#hinted, t(key, { slot, title: card?.title ?? "" }));
  }
}

customElements.define("ls-slot-field", SlotField);
