/**
 * <ls-product-picker>: products of the catalogue, searched and chosen, several at once.
 *
 * Properties: `currency` (of the session; products in another cannot be chosen), `taken` (ids of
 * products that are there already), `isBusy`. Events: `picked` with the products, in the order in
 * which they were chosen; `product-card.js` makes cards of them. Styles: catalogue.css.
 */

import "./catalogue-words.js";
import { arrange, said, sayButton, setFlag } from "./crew-dom.js";
import { h, setText } from "./dom.js";
import { onLanguage, t } from "./i18n.js";
import { paintFace, productFace } from "./product-face.js";
import { ProductSearch } from "./product-search.js";
import { sentenceOf } from "./sentence.js";

class ProductPicker extends HTMLElement {
  #currency = "";
  #taken = new Set();
  #isBusy = false;
  #search = new ProductSearch();
  #rows = new Map();
  #chosen = new Map();
  #forget = null;
  #input = h("input", {
    type: "search", autocomplete: "off", maxlength: "80", "aria-label": t("products.search"),
    placeholder: t("products.search"), data: { tLabel: "products.search", tPlaceholder: "products.search" },
    oninput: () => (this.#search.query = this.#input.value),
    onkeydown: (event) => event.key === "Enter" && event.preventDefault(),
  });
  #state = h("p", { class: "picker-state", role: "status" });
  #list = h("ul", { class: "product-rows picker-rows" });
  #more = sayButton("products.more", { class: "small", onclick: () => this.#search.more() });
  #link = said("a", "picker.to_catalogue", { href: "/products", target: "_blank" });
  #add = h("button", { type: "button", class: "primary", onclick: () => this.#picked() });

  connectedCallback() {
    if (!this.firstChild) {
      this.append(this.#input, this.#state, this.#list, this.#more, h("div", { class: "row picker-end" }, this.#link, this.#add));
      this.#search.addEventListener("change", () => this.#show());
    }
    this.#forget = onLanguage(() => this.#show());
    this.#search.start();
    this.#show();
  }

  disconnectedCallback() {
    this.#forget?.();
    this.#search.stop();
  }

  set currency(currency) {
    if (currency === this.#currency) return;
    this.#currency = currency;
    this.#show();
  }

  set taken(ids) {
    const taken = new Set(ids);
    if (taken.size === this.#taken.size && [...taken].every((id) => this.#taken.has(id))) return;
    this.#taken = taken;
    for (const id of taken) this.#chosen.delete(id);
    this.#show();
  }

  set isBusy(isBusy) {
    this.#isBusy = isBusy;
    this.#show();
  }

  /** Nothing is chosen any more. */
  clear() {
    this.#chosen.clear();
    this.#show();
  }

  focusSearch() {
    this.#input.focus();
  }

  #show() {
    const { products, error, hasMore } = this.#search;
    const byId = new Map((products ?? []).map((one) => [one.id, one]));
    arrange(this.#list, this.#rows, [...byId.keys()], (id) => this.#row(id));
    for (const [id, product] of byId) this.#paint(this.#rows.get(id), product);
    setText(this.#state, this.#sentence(products, error));
    this.#state.hidden = this.#state.textContent === "";
    this.#more.hidden = !hasMore;
    const n = this.#chosen.size;
    setText(this.#add, n === 0 ? t("picker.add_none") : t("picker.add", { n }));
    this.#add.disabled = n === 0 || this.#isBusy;
    setFlag(this, "aria-busy", this.#isBusy ? "true" : null);
  }

  #sentence(products, error) {
    if (error !== null) return sentenceOf(error);
    if (products === null) return t("products.loading");
    if (products.length > 0) return "";
    return t(this.#search.query === "" ? "picker.empty" : "products.none_found");
  }

  #row(id) {
    const box = h("input", { type: "checkbox", onchange: () => this.#toggled(id, box.checked) });
    return h("li", {}, h("label", { class: "product-row" }, box, ...productFace()));
  }

  #paint(row, product) {
    const why = this.#whyNot(product);
    paintFace(row, product, why);
    const box = row.querySelector("input");
    box.disabled = why !== "";
    box.checked = this.#chosen.has(product.id);
    setFlag(row.firstChild, "data-off", why !== "");
    if (box.checked) this.#chosen.set(product.id, product);
  }

  #whyNot({ id, currency }) {
    if (this.#taken.has(id)) return t("picker.taken");
    const isOther = this.#currency !== "" && currency !== this.#currency;
    return isOther ? t("picker.currency", { currency }) : "";
  }

  #toggled(id, isChosen) {
    if (isChosen) this.#chosen.set(id, this.#search.products.find((one) => one.id === id));
    else this.#chosen.delete(id);
    this.#show();
  }

  #picked() {
    const detail = { products: [...this.#chosen.values()] };
    this.dispatchEvent(new CustomEvent("picked", { detail, bubbles: true }));
  }
}

customElements.define("ls-product-picker", ProductPicker);
