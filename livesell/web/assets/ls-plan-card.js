/**
 * <ls-plan-card>: one line of the rundown, with everything about its card folded away below it.
 *
 * Properties: `cardId`, `view` (see `<ls-plan-list>`), `when` and `place` as the list counts them.
 * Events: `remove` with the card's id.
 */

import "./ls-plan-fields.js";
import { crewIcon, sayButton, setFlag } from "./crew-dom.js";
import { h, setText } from "./dom.js";
import { t } from "./i18n.js";
import { formatPrice } from "./money.js";
import { lengthText, spoken } from "./rundown-plan.js";

class PlanCard extends HTMLElement {
  cardId = "";
  #handle = h(
    "button",
    { type: "button", class: "drag-handle quiet icon-button", "aria-describedby": "drag-help" },
    crewIcon("grip"),
  );
  #place = h("span", { class: "plan-place figure" });
  #when = h("span", { class: "plan-when figure" });
  #slot = h("span", { class: "slot-tag" });
  #picture = h("img", { class: "plan-picture", alt: "", loading: "lazy", hidden: true });
  #title = h("span", { class: "plan-title" });
  #price = h("span", { class: "plan-price figure" });
  #length = h("span", { class: "plan-length figure" });
  #script = h("span", { class: "plan-has-script" });
  #toggle = h(
    "button",
    { type: "button", class: "plan-toggle quiet", "aria-expanded": "false", onclick: () => this.#fold(!this.#isOpen) },
    h("span", { class: "plan-main" },
      h("span", { class: "plan-line" }, this.#slot, this.#title),
      h("span", { class: "plan-line plan-small" }, this.#price, this.#length, this.#script)),
  );
  #fields = null;
  #body = h("div", { class: "plan-body", hidden: true });
  #view = null;

  connectedCallback() {
    if (this.firstChild) return;
    const times = h("span", { class: "plan-times" }, this.#place, this.#when);
    this.append(h("div", { class: "plan-head" }, this.#handle, times, this.#picture, this.#toggle), this.#body);
    this.#picture.addEventListener("error", () => (this.#picture.hidden = true));
  }

  set when(text) {
    setText(this.#when, text);
  }

  set place(place) {
    setText(this.#place, String(place));
  }

  set view(view) {
    this.#view = view;
    const card = view.document.cards[this.cardId];
    if (card === undefined) return;
    setText(this.#slot, String(card.slot));
    setText(this.#title, card.title);
    setText(this.#price, formatPrice(card.price, view.document.session.currency));
    setText(this.#length, card.plan_s ? lengthText(card.plan_s) : t("prepare.no_length"));
    const { seconds } = spoken(card.script ?? "");
    setText(this.#script, card.script ? t("prepare.has_script", { length: lengthText(seconds) || "0:01" }) : "");
    setFlag(this.#script, "data-long", card.plan_s && seconds > card.plan_s ? "long" : null);
    const name = t("prepare.move", { title: card.title });
    if (this.#handle.getAttribute("aria-label") !== name) this.#handle.setAttribute("aria-label", name);
    this.#showPicture(card.image);
    if (this.#fields !== null) this.#fields.view = view;
  }

  #showPicture(address) {
    if ((address ?? "") === (this.#picture.dataset.address ?? "")) return;
    this.#picture.dataset.address = address ?? "";
    this.#picture.hidden = !address;
    if (address) this.#picture.src = address;
    else this.#picture.removeAttribute("src");
  }

  open() {
    this.#fold(true);
    this.#fields.focusFirst();
  }

  retry() {
    this.#fields?.retry();
  }

  get #isOpen() {
    return !this.#body.hidden;
  }

  /** The fields are made when somebody wants them: two hundred cards have thousands. */
  #fold(isOpen) {
    if (isOpen && this.#fields === null) {
      this.#fields = h("ls-plan-fields");
      this.#fields.setUp(this.cardId, this.#view);
      const remove = sayButton("prepare.remove", { class: "quiet danger-text", data: { verb: "remove" } });
      remove.addEventListener("click", () => this.#remove());
      this.#body.append(this.#fields, h("div", { class: "plan-foot" }, remove));
    }
    if (isOpen) this.#fields.view = this.#view;
    this.#body.hidden = !isOpen;
    this.#toggle.setAttribute("aria-expanded", String(isOpen));
  }

  #remove() {
    this.dispatchEvent(new CustomEvent("remove", { detail: this.cardId, bubbles: true }));
  }
}

customElements.define("ls-plan-card", PlanCard);
