/**
 * <ls-ticker>: recent orders of others, one line at a time, in no hurry.
 *
 * Property `view`: {entries, cards}; entries have the newest first. A line is skipped rather
 * than shown late. Hidden from screen readers: it would talk over the host.
 */

import { h } from "./dom.js";
import { t } from "./i18n.js";
import { isNameless } from "./nameless.js";

const LINE_MS = 2600;
const MOST_WAITING = 3;
class Ticker extends HTMLElement {
  #newest = null;
  #waiting = [];
  #cards = {};
  #timer = 0;

  connectedCallback() {
    this.setAttribute("aria-hidden", "true");
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
    this.#timer = 0;
  }

  set view({ entries, cards }) {
    this.#cards = cards;
    const highest = entries[0]?.n ?? 0;
    const isFirst = this.#newest === null;
    const fresh = entries.filter(({ n }) => isFirst || n > this.#newest);
    this.#newest = Math.max(highest, this.#newest ?? 0);
    // What was there before the page came is old news: one line of it is enough.
    this.#waiting.push(...(isFirst ? fresh.slice(0, 1) : fresh.reverse()));
    this.#waiting = this.#waiting.slice(-MOST_WAITING);
    if (!this.#timer) this.#next();
  }

  #next() {
    const entry = this.#waiting.shift();
    this.#timer = entry ? setTimeout(() => this.#next(), LINE_MS) : 0;
    if (entry) this.replaceChildren(this.#line(entry));
    else this.firstElementChild?.classList.add("ticker-leaving");
  }

  #line({ name: masked, units, card: id }) {
    const name = isNameless(masked) ? t("viewer.someone") : masked;
    const card = this.#cards[id];
    const title = card ? `${t("card.slotLink", { n: card.slot })} ${card.title}` : "";
    return h("p", { class: "ticker-line", text: t("viewer.ticker", { name, n: units, card: title }) });
  }
}

customElements.define("ls-ticker", Ticker);
