/**
 * <ls-contact>: the buyer's details, asked once: remembered on this device, kept by the shop, folded
 * away once known, and forgotten on request.
 *
 * `value` is {name, phone, address, note} without the empty ones; `keep()` remembers it.
 * `service` is {details, forget} of OrderHttp.
 */

import { ForgetDetails } from "./forget-details.js";
import { h, setText } from "./dom.js";
import { t } from "./i18n.js";
import { CONTACT_KEY, recall, remember } from "./page.js";

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
  #forget = new ForgetDetails(() => this.service.forget(), () => this.#clear());
  #isAsked = false;

  service = null;

  connectedCallback() {
    if (this.childElementCount > 0) return;
    const fields = Object.entries(FIELDS).map(([name, options]) => this.#field(name, options));
    const foot = [this.#hint, this.#forget.element];
    this.#box.append(h("div", { class: "contact-fields" }, ...fields, ...foot));
    this.append(this.#box);
    this.#box.addEventListener("toggle", () => this.#paintBrief());
  }

  /** Fills in what is known; folded when there is an address already. */
  refresh() {
    const known = recall("localStorage", CONTACT_KEY);
    this.#fill(known ?? {});
    this.#forget.element.hidden = !known;
    if (!known) this.#askService();
    for (const name of Object.keys(FIELDS)) setText(this.#labels[name], t(`order.${name}`));
    this.#box.open = !this.isEnough;
    setText(this.#title, t("order.contact"));
    setText(this.#hint, t("order.contactKept"));
    this.#forget.refresh();
    this.#paintBrief();
  }

  get value() {
    const typed = Object.entries(this.#inputs).map(([name, input]) => [name, input.value.trim()]);
    return Object.fromEntries(typed.filter(([, value]) => value));
  }

  /** Whether a parcel can be sent with what is here. */
  get isEnough() {
    return Boolean(this.value.name && this.value.address);
  }

  /** Remembers the details; the note belongs to one order only. */
  keep() {
    const { note, ...kept } = this.value;
    remember("localStorage", CONTACT_KEY, Object.keys(kept).length ? kept : null);
    this.#inputs.note.value = "";
  }

  /** Opens the fields, for example because one of them was refused. */
  open() {
    this.#box.open = true;
    this.#inputs.name.focus();
  }

  /** Once a page: a device that knows nothing may belong to a buyer whom the shop knows. */
  async #askService() {
    if (this.#isAsked || !this.service) return;
    this.#isAsked = true;
    const known = await this.service.details().catch(() => ({}));
    const { note, ...lasting } = known;
    this.#fill(lasting);
    if (this.isEnough) this.#box.open = false;
    this.#forget.element.hidden = Object.keys(known).length === 0;
    this.#paintBrief();
  }

  /** What the person has typed stays. */
  #fill(known) {
    for (const [name, input] of Object.entries(this.#inputs)) {
      if (!input.value && typeof known[name] === "string") input.value = known[name];
    }
  }

  #clear() {
    remember("localStorage", CONTACT_KEY, null);
    for (const input of Object.values(this.#inputs)) input.value = "";
    this.#paintBrief();
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
