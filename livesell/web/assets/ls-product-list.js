/**
 * <ls-product-list>: products of the catalogue, each a button.
 *
 * Property `products`. Events: `choose` with the product.
 */

import { arrange } from "./crew-dom.js";
import { h } from "./dom.js";
import { paintFace, productFace } from "./product-face.js";

class ProductList extends HTMLElement {
  #rows = new Map();
  #products = new Map();
  #list = h("ul", { class: "product-rows" });

  connectedCallback() {
    if (!this.firstChild) this.append(this.#list);
  }

  set products(products) {
    this.#products = new Map(products.map((one) => [one.id, one]));
    arrange(this.#list, this.#rows, [...this.#products.keys()], (id) => this.#row(id));
    for (const [id, product] of this.#products) paintFace(this.#rows.get(id), product);
  }

  #row(id) {
    const choose = () => {
      const detail = this.#products.get(id);
      this.dispatchEvent(new CustomEvent("choose", { detail, bubbles: true }));
    };
    return h("li", {}, h("button", { type: "button", class: "product-row", onclick: choose }, ...productFace()));
  }
}

customElements.define("ls-product-list", ProductList);
