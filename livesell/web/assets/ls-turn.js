/**
 * <ls-turn>: what the waitlist offers this viewer now, over everything, with its time running.
 *
 * Property `view`: {offers, over, cards, currency, clock}; `over` are wishes whose time went by and
 * that the person has not seen. Dispatches `turn` (detail: the offer) to order it, `decline` and
 * `read` (detail: a card's id), and `lapse` (detail: a card's id) when the time is over.
 *
 * It comes in at the top, where no thumb is, so that nobody orders by a tap meant for the heart.
 */

import "./ls-left.js";
import { h } from "./dom.js";
import { language, t } from "./i18n.js";
import { formatMoney } from "./money.js";

class Turn extends HTMLElement {
  #key = "";

  set view({ offers, over, cards, currency, clock }) {
    const key = JSON.stringify([offers, over, language()]);
    if (key === this.#key) return;
    this.#key = key;
    this.hidden = offers.length + over.length === 0;
    this.replaceChildren(
      ...offers.map((offer) => this.#offer(offer, cards[offer.card], currency, clock)),
      ...over.map((wish) => this.#over(wish, cards[wish.card])),
    );
  }

  #offer(offer, card, currency, clock) {
    const total = formatMoney((offer.price ?? card.price) * offer.units, currency);
    const left = h("ls-left");
    left.addEventListener("elapsed", () => this.#tell("lapse", offer.card));
    const box = h(
      "div", { class: "turn", role: "alert", data: { card: offer.card } },
      h("p", { class: "turn-title" }, h("strong", { text: t("queue.turn") }), left),
      h("p", { text: t("queue.turnText", { units: offer.units, title: card.title }) }),
      h(
        "div", { class: "turn-ways" },
        this.#button("sell", t("queue.turnOrder", { total }), "turn", offer),
        this.#button("quiet", t("queue.turnDecline"), "decline", offer.card),
      ),
    );
    left.count(clock, offer.until);
    return box;
  }

  #over({ card: id }, card) {
    return h(
      "div", { class: "turn turn-over", role: "status", data: { card: id } },
      h("p", { text: t("queue.turnOver", { title: card?.title ?? id }) }),
      this.#button("quiet", t("orders.dismiss"), "read", id),
    );
  }

  #button(look, text, name, detail) {
    const onclick = () => this.#tell(name, detail);
    return h("button", { class: look, type: "button", text, onclick });
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

customElements.define("ls-turn", Turn);
