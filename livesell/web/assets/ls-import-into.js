/**
 * <ls-import-into>: offers to put what was imported into a session that is ahead or on air.
 *
 * Property `products`, in the order in which they become cards. A card that is there already stays
 * as it is, so a broken link costs nothing: the rest is put in with the next attempt. Event: `put`
 * with `{session, n}`.
 */

import "./ls-problem.js";
import { get, post, segment } from "./api.js";
import { said } from "./crew-dom.js";
import { h, setText } from "./dom.js";
import { formatCount } from "./format.js";
import { t } from "./i18n.js";
import { cardOf } from "./product-card.js";
import { isAhead, isOnAir } from "./session-state.js";

class ImportInto extends HTMLElement {
  #products = [];
  #sessions = [];
  // Ids of the products that are in the chosen session by now.
  #there = new Set();
  #isBusy = false;
  #select = h("select", { onchange: () => this.#chosen() });
  #field = h("label", { class: "field" }, said("span", "importing.to_session", { class: "label" }), this.#select);
  #put = h("button", { type: "button", data: { verb: "into-session" }, onclick: () => this.#putAll() });
  #said = h("p", { class: "panel-note", role: "status" });
  #open = h("a", { class: "button", hidden: true });
  #problem = h("ls-problem");

  connectedCallback() {
    if (this.firstChild) return;
    this.#problem.canForgive = false;
    this.append(this.#field, h("div", { class: "row" }, this.#put, this.#open), this.#said, this.#problem);
    this.refresh();
  }

  set products(products) {
    this.#products = products;
    this.#load();
  }

  /** Says everything again in the language of the page. */
  refresh() {
    const wanted = this.#wanted;
    const left = wanted.filter(({ id }) => !this.#there.has(id)).length;
    const isOver = wanted.length > 0 && left === 0;
    this.hidden = this.#sessions.length === 0;
    this.#put.hidden = isOver;
    this.#put.disabled = this.#isBusy || left === 0;
    this.#select.disabled = this.#isBusy;
    setText(this.#put, t("importing.put", { n: formatCount(left) }));
    setText(this.#open, t("importing.open_session"));
    this.#open.hidden = !isOver;
    this.#open.href = `/console/${segment(this.#select.value)}`;
    const counts = { done: formatCount(wanted.length - left), n: formatCount(wanted.length) };
    setText(this.#said, this.#there.size > 0 ? t("importing.put_so_far", counts) : "");
  }

  get #session() {
    return this.#sessions.find(({ id }) => id === this.#select.value);
  }

  /** A session sells in one currency. */
  get #wanted() {
    return this.#products.filter(({ currency }) => currency === this.#session?.currency);
  }

  async #load() {
    this.#sessions = [];
    this.refresh();
    try {
      const { sessions } = await get("/sessions");
      const currencies = new Set(this.#products.map(({ currency }) => currency));
      const isFit = (one) => !one.archived && currencies.has(one.currency) && (isAhead(one.state) || isOnAir(one.state));
      this.#sessions = sessions.filter(isFit);
    } catch {
      // The import itself is done; without a list there is nothing to offer.
      return;
    }
    this.#select.replaceChildren(...this.#sessions.map(({ id, title }) => h("option", { value: id, text: title })));
    this.#chosen();
  }

  #chosen() {
    this.#there = new Set();
    this.#problem.failure = null;
    this.refresh();
  }

  async #putAll() {
    const session = this.#session;
    this.#isBusy = true;
    this.#problem.failure = null;
    try {
      for (const product of this.#wanted) {
        if (!this.#there.has(product.id)) await this.#putOne(session, product);
        this.refresh();
      }
      const detail = { session, n: this.#there.size };
      this.dispatchEvent(new CustomEvent("put", { detail, bubbles: true }));
    } catch (error) {
      this.#problem.failure = { error };
    } finally {
      this.#isBusy = false;
      this.refresh();
    }
  }

  async #putOne({ id }, product) {
    try {
      await post(`/sessions/${segment(id)}/cards`, { ...cardOf(product), stock: product.stock });
    } catch (error) {
      if (error.code !== "card_exists") throw error;
    }
    this.#there.add(product.id);
  }
}

customElements.define("ls-import-into", ImportInto);
