/**
 * <ls-contact>: the buyer's details, remembered on this device and folded away once known.
 *
 * `value` is {name, phone, address, note} without the empty ones; `keep()` remembers it.
 */

import { h, setText } from "./dom.js";
import { t } from "./i18n.js";
import { recall, remember } from "./page.js";

const KEY = "livesell.contact";
// The service's limits, in characters.
const FIELDS = {
  name: { maxlength: 40, autocomplete: "name" },
  phone: { maxlength: 32, autocomplete: "tel", type: "tel", inputmode: "tel" },
  address: { maxlength: 200, autocomplete: "street-address", rows: 2 },
  note: { maxlength: 200, autocomplete: "off" },
};

class ContactFields extends HTMLElement {
  #inputs = {};
  #labels = {};
  #title = h("span", { class: "contact-title" });
  #brief = h("span", { class: "contact-brief" });
  #hint = h("p", { class: "contact-hint" });
  #box = h("details", {}, h("summary", {}, this.#title, this.#brief));

  connectedCallback() {
    if (this.childElementCount > 0) return;
    const fields = Object.entries(FIELDS).map(([name, options]) => this.#field(name, options));
    this.#box.append(h("div", { class: "contact-fields" }, ...fields, this.#hint));
    this.append(this.#box);
    this.#box.addEventListener("toggle", () => this.#paintBrief());
  }

  /** Fills in what is remembered; folded when there is an address already. */
  refresh() {
    const known = recall("localStorage", KEY) ?? {};
    for (const [name, input] of Object.entries(this.#inputs)) {
      if (!input.value && typeof known[name] === "string") input.value = known[name];
      setText(this.#labels[name], t(`order.${name}`));
    }
    this.#box.open = !(this.value.name && this.value.address);
    setText(this.#title, t("order.contact"));
    setText(this.#hint, t("order.contactKept"));
    this.#paintBrief();
  }

  get value() {
    const typed = Object.entries(this.#inputs).map(([name, input]) => [name, input.value.trim()]);
    return Object.fromEntries(typed.filter(([, value]) => value));
  }

  /** Remembers the details; the note belongs to one order only. */
  keep() {
    const { note, ...kept } = this.value;
    remember("localStorage", KEY, Object.keys(kept).length ? kept : null);
    this.#inputs.note.value = "";
  }

  /** Opens the fields, for example because one of them was refused. */
  open() {
    this.#box.open = true;
    this.#inputs.name.focus();
  }

  #field(name, { rows, ...options }) {
    const id = `contact-${name}`;
    const input = rows ? h("textarea", { id, rows, ...options }) : h("input", { id, ...options });
    this.#inputs[name] = input;
    this.#labels[name] = h("label", { for: id });
    return h("div", { class: `field contact-${name}` }, this.#labels[name], input);
  }

  #paintBrief() {
    const { name = "", phone = "", address = "" } = this.value;
    setText(this.#brief, this.#box.open ? "" : [name, phone, address].filter(Boolean).join(" "));
  }
}

customElements.define("ls-contact", ContactFields);
