/**
 * <ls-into-session>: puts a product into a session that is ahead or on air, in a dialog.
 *
 * Property `me` (who is signed in); `open(product)`. Events: `put` with `{product, session}` when its card is there.
 */

import "./ls-problem.js";
import { get, post, segment } from "./api.js";
import { said, say, sayButton } from "./crew-dom.js";
import { mayCommand } from "./crew-page.js";
import { h, setText } from "./dom.js";
import { FormFields } from "./form-fields.js";
import { formatMoment } from "./format.js";
import { t } from "./i18n.js";
import { cardOf } from "./product-card.js";
import { isOnAir } from "./session-state.js";
import { typedWhole } from "./typed-number.js";

const MAX_STOCK = 10_000_000;

class IntoSession extends HTMLElement {
  me = { role: "", rights: [] };
  #product = null;
  #sessions = [];
  // Sessions whose answer was lost: there, a card that exists already is ours.
  #lost = new Set();
  #fields = new FormFields("into");
  #select = h("select");
  #problem = h("ls-problem");
  #title = h("h2", { id: "into-title" });
  #state = h("p", { class: "panel-note", role: "status" });
  #send = sayButton("into.put", { type: "submit", class: "primary" });
  #form = h(
    "form",
    { novalidate: true, onsubmit: (event) => this.#submitted(event) },
    this.#state,
    this.#fields.labelled("session", this.#select),
    this.#fields.text("stock", { inputmode: "numeric", maxlength: "10" }),
    said("p", "into.slot", { class: "panel-note" }),
    this.#problem,
    h(
      "div",
      { class: "row ask-answers" },
      sayButton("into.cancel", { onclick: () => this.#dialog.close() }),
      this.#send,
    ),
  );
  #dialog = h("dialog", { class: "into-session", "aria-labelledby": "into-title" }, this.#title, this.#form);

  connectedCallback() {
    if (this.firstChild) return;
    this.#problem.canForgive = false;
    this.append(this.#dialog);
  }

  async open(product) {
    this.#product = product;
    setText(this.#title, t("into.title", { title: product.title }));
    this.#fields.set("stock", product.stock > 0 ? String(product.stock) : "");
    for (const name of this.#fields.names) this.#fields.wrong(name, "");
    this.#problem.failure = null;
    this.#offer([]);
    setText(this.#state, t("into.loading"));
    this.#dialog.showModal();
    try {
      const parts = await Promise.all(["now", "next"].map((part) => get(`/sessions?part=${part}`)));
      this.#offer(parts.flatMap(({ sessions }) => sessions));
    } catch (error) {
      setText(this.#state, "");
      this.#fail(error);
    }
  }

  #offer(sessions) {
    const { currency } = this.#product;
    const isFit = (one) => !one.archived && one.currency === currency && mayCommand(this.me, one.owner);
    this.#sessions = sessions.filter(isFit).sort(soonestFirst);
    this.#select.replaceChildren(
      ...this.#sessions.map((one) => h("option", { value: one.id, text: `${one.title} · ${when(one)}` })),
    );
    setText(this.#state, this.#sessions.length === 0 ? t("into.none", { currency }) : "");
    this.#state.hidden = this.#state.textContent === "";
    this.#send.disabled = this.#sessions.length === 0;
  }

  async #submitted(event) {
    event.preventDefault();
    const session = this.#sessions.find((one) => one.id === this.#select.value);
    const stock = this.#fields.value("stock") === "" ? 0 : typedWhole(this.#fields.value("stock"));
    const isStock = stock !== null && stock <= MAX_STOCK;
    this.#fields.wrong("session", session === undefined ? t("into.choose") : "");
    this.#fields.wrong("stock", isStock ? "" : t("product.wrong_stock"));
    if (session !== undefined && isStock) await this.#put(session, stock);
  }

  async #put(session, stock) {
    const key = `${session.id} ${this.#product.id}`;
    this.#isBusy = true;
    try {
      await post(`/sessions/${segment(session.id)}/cards`, { ...cardOf(this.#product), stock });
      this.#done(session);
    } catch (error) {
      if (error.code === "card_exists" && this.#lost.has(key)) this.#done(session);
      else this.#fail(error);
      if (error.status === 0 || error.status >= 500) this.#lost.add(key);
    } finally {
      this.#isBusy = false;
    }
  }

  set #isBusy(isBusy) {
    this.#send.disabled = isBusy;
    say(this.#send, isBusy ? "into.putting" : "into.put");
  }

  #fail(error) {
    this.#problem.failure = { command: null, error };
  }

  #done(session) {
    this.#dialog.close();
    const detail = { product: this.#product, session };
    this.dispatchEvent(new CustomEvent("put", { detail, bubbles: true }));
  }
}

const at = ({ planned_start: start }) => (start === null ? Infinity : Date.parse(start));
const soonestFirst = (one, other) => isOnAir(other.state) - isOnAir(one.state) || at(one) - at(other) || 0;

function when(session) {
  if (isOnAir(session.state)) return t(`state.${session.state}`);
  return session.planned_start === null ? t("into.drafts") : formatMoment(at(session), session.zone);
}

customElements.define("ls-into-session", IntoSession);
