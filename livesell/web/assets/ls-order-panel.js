/**
 * <ls-order-panel>: one order with all that is known of it and all that can be done with it.
 *
 * `open(order)`; properties `order`, `about` (`{currency, zone, named}`), `till`. Events:
 * `changed` after anything was done, with the order's id.
 */

import "./ls-problem.js";
import "./ls-refund-form.js";
import { iconButton, said, sayButton } from "./crew-dom.js";
import { h, setText } from "./dom.js";
import { t } from "./i18n.js";
import { formatMoney } from "./money.js";
import { OrderChip } from "./order-chip.js";
import { paintDetails, paintFacts, paintSteps } from "./order-sheet.js";
import { actionsOf } from "./order-state.js";
import { newUuid } from "./uuid.js";

class OrderPanel extends HTMLElement {
  till = null;
  about = null;
  #order = null;
  #key = "";
  #chip = new OrderChip();
  #title = h("h2", { id: "order-title" });
  #facts = h("dl", { class: "order-facts" });
  #details = h("dl", { class: "order-facts" });
  #noDetails = said("p", "till.no_details", { class: "empty" });
  #steps = h("ol", { class: "order-steps" });
  #told = h("p", { class: "message", role: "status", hidden: true, data: { kind: "good" } });
  #problem = h("ls-problem");
  #nothing = said("p", "till.nothing", { class: "panel-note" });
  #fulfil = h("button", {
    type: "button", class: "primary", data: { verb: "fulfil" },
    onclick: () => this.#do("fulfil", () => this.till.fulfil(this.#order)),
  });
  #refund = sayButton("till.refund", { data: { verb: "refund" }, onclick: () => this.#ask("refund") });
  #cancel = sayButton("till.cancel", {
    class: "danger-text", data: { verb: "cancel" }, onclick: () => this.#ask("cancel"),
  });
  #erase = sayButton("till.erase", {
    class: "quiet danger-text", data: { verb: "erase" }, onclick: () => this.#ask("erase"),
  });
  #buttons = h("div", { class: "order-actions" }, this.#fulfil, this.#refund, this.#cancel);
  #refundForm = h("ls-refund-form", {
    hidden: true,
    onback: () => this.#ask(null),
    onrefund: ({ detail }) =>
      this.#do("refund", () => this.till.refund(this.#order, detail, this.#key)),
  });
  #cause = h("input", { maxlength: "200", autocomplete: "off", name: "cause" });
  #cancelForm = this.#question("cancel", {
    extra: h("label", { class: "field" }, said("span", "till.cause", { class: "label" }), this.#cause),
    go: () => this.#do("cancel", () => this.till.cancel(this.#order, this.#cause.value.trim())),
  });
  #eraseForm = this.#question("erase", {
    go: () => this.#do("erase", () => this.till.erase(this.#order)),
  });
  #dialog = h(
    "dialog",
    { class: "order-panel", "aria-labelledby": "order-title" },
    h("header", { class: "order-head" }, this.#title, this.#chip.element,
      iconButton("close", "till.close", {
        class: "icon-button quiet", data: { verb: "close" }, onclick: () => this.#dialog.close(),
      })),
    this.#told, this.#problem, this.#facts,
    this.#buttons, this.#nothing, this.#refundForm, this.#cancelForm,
    h("section", {}, said("h3", "till.details"), this.#details, this.#noDetails, this.#erase,
      this.#eraseForm),
    h("section", {}, said("h3", "till.history"), this.#steps),
  );

  connectedCallback() {
    if (!this.firstChild) this.append(this.#dialog);
  }

  #question(what, { extra = null, go }) {
    return h(
      "form",
      {
        class: "order-form", hidden: true,
        onsubmit: (event) => {
          event.preventDefault();
          go();
        },
      },
      said("p", `till.${what}_text`),
      extra,
      h("div", { class: "row order-form-answers" },
        sayButton("till.back", { onclick: () => this.#ask(null) }),
        said("button", `till.${what}_yes`, {
          type: "submit", class: "danger", data: { verb: `${what}-yes` },
        })),
    );
  }

  get orderId() {
    return this.#dialog.open ? this.#order.id : null;
  }

  open(order) {
    this.#say("");
    this.#problem.failure = null;
    this.#ask(null);
    this.order = order;
    if (!this.#dialog.open) this.#dialog.showModal();
  }

  /** What is known of the order now; what is being typed stays. */
  set order(order) {
    this.#order = order;
    this.#chip.order = order;
    setText(this.#title, t("till.title", { n: order.n }));
    paintFacts(this.#facts, order, this.about);
    paintSteps(this.#steps, order, this.about);
    const has = paintDetails(this.#details, order.contact ?? {});
    this.#noDetails.hidden = has;
    this.#erase.hidden = !has && !order.name;
    const can = actionsOf(order);
    const collects = { amount: formatMoney(order.amount, this.about.currency) };
    const isPaid = (order.paid ?? 0) > 0;
    setText(this.#fulfil, isPaid ? t("till.fulfil") : t("till.fulfil_collects", collects));
    this.#fulfil.hidden = !can.includes("fulfil");
    this.#refund.hidden = !can.includes("refund");
    this.#cancel.hidden = !can.includes("cancel");
    this.#nothing.hidden = can.length > 0;
    if (!this.#refundForm.hidden) this.#refundForm.refresh();
  }

  /** Shows one form ("refund", "cancel", "erase"), or none. */
  #ask(what) {
    const forms = { refund: this.#refundForm, cancel: this.#cancelForm, erase: this.#eraseForm };
    for (const [name, form] of Object.entries(forms)) form.hidden = name !== what;
    this.#buttons.hidden = what === "refund" || what === "cancel";
    if (what === null) return;
    this.#say("");
    this.#problem.failure = null;
    this.#key = newUuid();
    if (what === "refund") this.#refundForm.open(this.#order, this.about.currency);
    else if (what === "cancel") this.#cause.focus();
    else this.#eraseForm.querySelector("button").focus();
    forms[what].scrollIntoView({ block: "nearest" });
  }

  async #do(what, act) {
    if (this.#dialog.hasAttribute("aria-busy")) return;
    this.#isBusy = true;
    this.#problem.failure = null;
    this.#say("");
    try {
      const answer = await act();
      this.#ask(null);
      this.#say(what === "erase" ? t("till.erased", { n: answer.orders }) : t(`till.done_${what}`));
    } catch (error) {
      this.#problem.failure = { command: null, error };
    }
    this.#isBusy = false;
    this.#dialog.scrollTo({ top: 0 });
    this.dispatchEvent(new CustomEvent("changed", { detail: this.#order.id }));
  }

  set #isBusy(isBusy) {
    if (isBusy) this.#dialog.setAttribute("aria-busy", "true");
    else this.#dialog.removeAttribute("aria-busy");
    for (const button of this.querySelectorAll('button:not([data-verb="close"])')) {
      button.disabled = isBusy;
    }
  }

  #say(text) {
    setText(this.#told, text);
    this.#told.hidden = text === "";
  }
}

customElements.define("ls-order-panel", OrderPanel);
