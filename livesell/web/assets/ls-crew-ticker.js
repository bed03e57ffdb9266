/** <ls-crew-ticker>: the newest orders as they come in. Property `view`. */

import { arrange, said } from "./crew-dom.js";
import { h, setText } from "./dom.js";
import { formatTime } from "./format.js";
import { t } from "./i18n.js";
import { isNameless } from "./nameless.js";

class CrewTicker extends HTMLElement {
  #lines = new Map();
  #list = h("ol", { class: "ticker-list" });
  #empty = said("p", "ticker.empty", { class: "empty" });

  connectedCallback() {
    if (this.firstChild) return;
    const head = h("header", { class: "panel-head" }, said("h2", "ticker.title"));
    this.append(head, this.#empty, this.#list);
  }

  set view({ document }) {
    const entries = new Map(document.ticker.map((entry) => [String(entry.n), entry]));
    this.#empty.hidden = entries.size > 0;
    arrange(this.#list, this.#lines, [...entries.keys()], () => tickerLine());
    for (const [key, entry] of entries) fill(this.#lines.get(key), entry, document);
  }
}

function tickerLine() {
  return h(
    "li",
    { class: "ticker-line" },
    h("span", { class: "ticker-time" }),
    h("span", { class: "ticker-name" }),
    h("span", { class: "ticker-card" }),
    h("span", { class: "ticker-units" }),
  );
}

function fill(line, entry, { cards, session }) {
  const card = cards[entry.card];
  const [time, name, what, units] = line.children;
  setText(time, formatTime(entry.at, session.zone, { seconds: true }));
  setText(name, isNameless(entry.name) ? t("ticker.nameless") : entry.name);
  setText(what, card ? t("card.named", card) : "");
  setText(units, `× ${entry.units}`);
}

customElements.define("ls-crew-ticker", CrewTicker);
