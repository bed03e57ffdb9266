/**
 * <ls-product-form>: a product as it is typed in, in a dialog.
 *
 * `open(product)` (null for a new one), `close()`; properties `isBusy`, `error` (an `ApiError` or
 * null), `mayEdit`. Events, each with a detail: `save` `{product, body}`, `remove` and `into` with
 * the product. When a colleague was faster, their values stand beside ours, and a person decides.
 */

import "./ls-ask.js";
import "./ls-photo-field.js";
import "./ls-problem.js";
import { said, say, sayButton, setFlag } from "./crew-dom.js";
import { CURRENCIES } from "./currencies.js";
import { h } from "./dom.js";
import { FormFields } from "./form-fields.js";
import { t } from "./i18n.js";
import { NOTHING_TYPED, differing, readProduct, typedProduct } from "./product-typed.js";
import { fieldSentence } from "./sentence.js";

class ProductForm extends HTMLElement {
  #product = null;
  #before = NOTHING_TYPED;
  #newer = null;
  #mayEdit = true;
  #fields = new FormFields("product");
  #photo = h("ls-photo-field");
  #ask = h("ls-ask");
  #problem = h("ls-problem");
  #theirs = h("ul", { class: "product-theirs" });
  #conflict = h(
    "section",
    { class: "product-conflict", hidden: true },
    said("p", "product.theirs"),
    this.#theirs,
    h(
      "div",
      { class: "row" },
      sayButton("product.take_theirs", { onclick: () => this.#takeTheirs() }),
      sayButton("product.keep_mine", { onclick: () => this.#keepMine() }),
    ),
  );
  #heading = said("h2", "product.heading_new", { id: "product-heading" });
  #save = sayButton("product.save", { type: "submit", class: "primary" });
  #remove = sayButton("product.remove", { class: "quiet danger-text", onclick: () => this.#removed() });
  #into = sayButton("product.into", { onclick: () => this.#tell("into", this.#product) });
  #form = h("form", { novalidate: true, onsubmit: (event) => this.#submitted(event) });
  #dialog = h(
    "dialog",
    { class: "product-dialog", "aria-labelledby": "product-heading", oncancel: (event) => this.#left(event) },
    this.#heading,
    this.#form,
  );

  connectedCallback() {
    if (this.firstChild) return;
    this.#photo.label = "product.image";
    this.#problem.canForgive = false;
    this.#form.append(
      h("fieldset", { class: "product-fields" }, ...this.#inputs()),
      this.#conflict,
      this.#problem,
      h(
        "div",
        { class: "row product-answers" },
        this.#remove, this.#into,
        sayButton("product.cancel", { class: "product-cancel", onclick: (event) => this.#left(event) }),
        this.#save,
      ),
    );
    this.append(this.#dialog, this.#ask);
    this.#write(NOTHING_TYPED);
  }

  #inputs() {
    const currencies = CURRENCIES.map((value) => h("option", { value, text: value }));
    const money = { inputmode: "decimal", maxlength: "16" };
    const number = { inputmode: "numeric", maxlength: "10" };
    return [
      this.#photo,
      this.#fields.text("title", { maxlength: "80", required: true }),
      this.#fields.text("price", { ...money, required: true }),
      this.#fields.text("was", money),
      this.#fields.text("stock", number),
      this.#fields.text("sku", { maxlength: "64" }),
      this.#fields.text("badges", { maxlength: "80" }),
      this.#fields.labelled("story", h("textarea", { rows: "3", maxlength: "1000" })),
      h(
        "details",
        { class: "product-details" },
        said("summary", "product.more"),
        h(
          "div",
          { class: "product-fields" },
          this.#fields.text("floor", money),
          this.#fields.text("limit", number),
          this.#fields.text("donation", money),
          this.#fields.labelled("currency", h("select", {}, ...currencies)),
          this.#fields.text("id", { maxlength: "48", autocapitalize: "none" }),
        ),
      ),
    ];
  }

  set mayEdit(may) {
    this.#mayEdit = may;
  }

  get isOpen() {
    return this.#dialog.open;
  }

  open(product) {
    this.#show(product);
    if (!this.#dialog.open) this.#dialog.showModal();
    if (product === null) this.#fields.focus("title");
  }

  close() {
    if (this.#dialog.open) this.#dialog.close();
    this.#show(null);
  }

  set isBusy(isBusy) {
    this.#save.disabled = isBusy;
    say(this.#save, isBusy ? "product.saving" : "product.save");
  }

  set error(error) {
    const newer = error?.code === "product_changed" ? error.data.product : null;
    this.#problem.failure = error === null ? null : { command: null, error };
    this.#showTheirs(newer);
    const wrong = (name) => (error && fieldSentence(error, name)) ?? "";
    for (const name of this.#fields.names) this.#fields.wrong(name, wrong(name));
    this.#photo.problem = wrong("image");
    this.querySelector("[aria-invalid]")?.focus();
  }

  /** What is typed differs from what was there. */
  get isTouched() {
    return differing(this.#typed(), this.#before).length > 0 || this.#photo.isBusy;
  }

  #show(product) {
    this.#product = product;
    this.#write(product === null ? NOTHING_TYPED : typedProduct(product));
    this.error = null;
    this.isBusy = false;
    say(this.#heading, product === null ? "product.heading_new" : "product.heading_edit");
    this.#remove.hidden = this.#into.hidden = product === null || !this.#mayEdit;
    this.#save.hidden = !this.#mayEdit;
    setFlag(this.#form.querySelector("fieldset"), "disabled", !this.#mayEdit);
    this.querySelector(".field-id").hidden = product !== null;
  }

  #write(texts) {
    for (const name of this.#fields.names) this.#fields.set(name, texts[name]);
    this.#photo.value = texts.image;
    this.#before = texts;
  }

  #typed() {
    const texts = Object.fromEntries(this.#fields.names.map((name) => [name, this.#fields.value(name)]));
    return { ...texts, image: this.#photo.value };
  }

  async #submitted(event) {
    event.preventDefault();
    if (this.#save.disabled) return;
    this.error = null;
    const { faults } = readProduct(this.#typed());
    for (const [name, key] of faults) this.#fields.wrong(name, t(key));
    this.querySelector("[aria-invalid]")?.focus();
    if (faults.size > 0) return;
    this.isBusy = true;
    // The photo may still be on its way; what is saved names it.
    if (await this.#photo.ready) this.#send();
    else this.isBusy = false;
  }

  #send() {
    const { body } = readProduct(this.#typed());
    if (this.#product !== null) delete body.id;
    this.#tell("save", { product: this.#product, body });
  }

  #showTheirs(newer) {
    this.#newer = newer;
    this.#conflict.hidden = newer === null;
    if (newer === null) return;
    const theirs = typedProduct(newer);
    const lines = differing(theirs, this.#typed()).map((name) => {
      const value = name === "image" ? newer.image : theirs[name];
      return h("li", {}, said("span", `product.${name}`), h("b", { text: value || t("product.none") }));
    });
    this.#theirs.replaceChildren(...lines);
  }

  #takeTheirs() {
    this.#show(this.#newer);
  }

  #keepMine() {
    this.#product = this.#newer;
    this.#form.requestSubmit();
  }

  async #removed() {
    const { title } = this.#product;
    const isMeant = await this.#ask.about({
      title: t("product.remove_title", { title }), text: t("product.remove_text"),
      yes: t("product.remove_yes"), isDanger: true,
    });
    if (isMeant) this.#tell("remove", this.#product);
  }

  /** Escape and the button ask before anything that was typed is lost. */
  async #left(event) {
    // A file dialog that is left says `cancel` too, and it bubbles.
    if (event.type === "cancel" && event.target !== this.#dialog) return;
    event.preventDefault();
    if (!this.#mayEdit || !this.isTouched) {
      this.close();
      return;
    }
    const isMeant = await this.#ask.about({
      title: t("product.leave_title"), text: t("product.leave_text"), yes: t("product.leave_yes"),
    });
    if (isMeant) this.close();
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
  }
}

customElements.define("ls-product-form", ProductForm);
