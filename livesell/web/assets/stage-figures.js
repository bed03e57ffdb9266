/** The numbers on the viewer's stage: counters during the show, totals after it. */

import { h } from "./dom.js";
import { formatCount } from "./format.js";
import { t } from "./i18n.js";
import { formatMoney, formatPrice } from "./money.js";

// Own taps are ahead of the server's count for so long at most.
const AHEAD_MS = 4000;

const counter = (name) => document.querySelector(`ls-counter[data-count="${name}"]`);

export class StageFigures {
  #box = document.querySelector('[data-out="counters"]');
  #totals = document.querySelector('[data-out="totals"]');
  #likes = 0;
  #ownCount = 0;
  #aheadTimer = 0;

  /** @param isOnAir Whether the show runs, so that the counters are of interest. */
  paint(session, tally, isOnAir) {
    this.#box.hidden = !isOnAir;
    for (const name of ["concurrent", "viewers", "orders"]) {
      const element = counter(name);
      element.label = t(`viewer.${name}`, { n: tally[name] });
      element.value = tally[name];
    }
    const fund = session.fund ? ` · ${session.fund}` : "";
    this.#money("gross", tally.gross, session.currency, t("viewer.gross"));
    this.#money("donated", tally.donated, session.currency, t("viewer.donated") + fund);
    this.#likes = tally.likes;
    this.#paintLikes();
    this.#paintTotals(session, tally);
  }

  /** Counts the viewer's own tap at once, ahead of the server's count for a while. */
  tapped() {
    this.#ownCount = Math.max(this.#likes, this.#ownCount) + 1;
    clearTimeout(this.#aheadTimer);
    this.#aheadTimer = setTimeout(() => {
      this.#ownCount = 0;
      this.#paintLikes();
    }, AHEAD_MS);
    this.#paintLikes();
  }

  #paintLikes() {
    counter("likes").value = Math.max(this.#likes, this.#ownCount);
  }

  #money(name, value, currency, label) {
    const element = counter(name);
    element.hidden = value === undefined;
    if (value === undefined) return;
    element.format = (minor) => formatMoney(minor, currency);
    element.label = label;
    element.value = value;
  }

  #paintTotals(session, tally) {
    this.#totals.hidden = session.state !== "ended";
    if (this.#totals.hidden) return;
    const money = (name) =>
      tally[name] === undefined ? [] : [[name, formatPrice(tally[name], session.currency)]];
    const counts = ["viewers", "likes", "orders"].map((name) => [name, formatCount(tally[name])]);
    const cells = [...counts, ...money("gross"), ...money("donated")].map(([name, text]) =>
      h("div", {}, h("dt", { text: t(`viewer.${name}`, { n: tally[name] }) }), h("dd", { class: "figure", text })),
    );
    this.#totals.replaceChildren(...cells);
  }
}
