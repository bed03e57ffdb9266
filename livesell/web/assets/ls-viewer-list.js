/**
 * <ls-viewer-list>: the viewers, a row each, changed in place.
 *
 * Property `data` (`{rows, currency, zone, asOf}`). Event: `deed` with `{row, verb}` when
 * somebody is to be muted, removed, or that is to be taken back.
 */

import { arrange, said, say, sayButton, setFlag } from "./crew-dom.js";
import { h, setText } from "./dom.js";
import { ageParts, formatCount, formatTime } from "./format.js";
import { t } from "./i18n.js";
import { formatMoney } from "./money.js";

class ViewerList extends HTMLElement {
  #rows = new Map();
  #lines = new WeakMap();
  #list = h("ul", { class: "viewer-rows" });

  connectedCallback() {
    if (!this.firstChild) this.append(this.#list);
  }

  set data({ rows, ...about }) {
    arrange(this.#list, this.#rows, rows.map(({ viewer }) => viewer), () => this.#create());
    for (const row of rows) this.#lines.get(this.#rows.get(row.viewer)).show(row, about);
  }

  #create() {
    const line = new Line((row, verb) =>
      this.dispatchEvent(new CustomEvent("deed", { detail: { row, verb } })));
    this.#lines.set(line.element, line);
    return line.element;
  }
}

/** A number with its name; the number may be a sentence. */
function fact(name) {
  const value = h("dd", { class: "figure" });
  return { value, pair: h("div", { data: { fact: name } }, said("dt", `audience.${name}`), value) };
}

/** Who it is, for sentences: "苗** v3fa91c2". */
export const whoIs = ({ name, short }) => [name, short].filter(Boolean).join(" ");

class Line {
  #row = null;
  #name = h("strong", { class: "viewer-name" });
  #id = h("code", { class: "viewer-id" });
  #seen = h("span", { class: "chip viewer-seen" });
  #muted = said("span", "audience.muted", { class: "chip", data: { mark: "muted" } });
  #banned = said("span", "audience.banned", { class: "chip", data: { mark: "banned" } });
  #likes = fact("likes");
  #orders = fact("orders");
  #amount = fact("amount");
  #held = fact("held_back");
  #marks = h("p", { class: "viewer-marks" });
  #mute;
  #ban;

  constructor(tell) {
    const button = (what) =>
      sayButton(`audience.${what}`, { onclick: ({ currentTarget }) => tell(this.#row, currentTarget.dataset.verb) });
    this.#mute = button("mute");
    this.#ban = button("ban");
    this.element = h(
      "li",
      { class: "viewer-row" },
      h("div", { class: "viewer-who" }, this.#name, this.#id, this.#seen, this.#muted, this.#banned),
      h("dl", { class: "viewer-facts" },
        this.#likes.pair, this.#orders.pair, this.#amount.pair, this.#held.pair),
      h("div", { class: "viewer-deeds" }, this.#mute, this.#ban),
      this.#marks,
    );
  }

  show(row, { currency, zone, asOf }) {
    this.#row = row;
    setFlag(this.element, "data-viewer", row.viewer);
    setFlag(this.element, "data-banned", row.banned !== undefined);
    setText(this.#name, row.name || t("audience.nameless"));
    setFlag(this.#name, "data-nameless", row.name === "");
    setText(this.#id, row.short);
    this.#showSeen(row, asOf);
    this.#muted.hidden = row.muted === undefined;
    this.#banned.hidden = row.banned === undefined;
    this.#showFacts(row, currency);
    setText(this.#marks, marksTold(row, zone));
    this.#offer(this.#mute, row.muted ? "unmute" : "mute", row);
    this.#offer(this.#ban, row.banned ? "unban" : "ban", row);
  }

  #showSeen({ here, seen }, asOf) {
    setFlag(this.#seen, "data-here", here);
    const age = seen === undefined ? 0 : Math.max(0, asOf - Date.parse(seen));
    const ago = () => t("audience.seen", { age: t(...ageParts(age)) });
    setText(this.#seen, here ? t("audience.here") : seen === undefined ? t("audience.never") : ago());
  }

  #showFacts({ likes, orders, units, amount, held_back: held }, currency) {
    setText(this.#likes.value, formatCount(likes));
    const counts = { orders: formatCount(orders), units: formatCount(units) };
    setText(this.#orders.value, orders === 0 ? "0" : t("audience.orders_units", counts));
    this.#amount.pair.hidden = amount === undefined;
    setText(this.#amount.value, amount ? formatMoney(amount, currency) : "–");
    const told = [["held_orders", held.orders], ["held_likes", held.likes]]
      .filter(([, n]) => n > 0)
      .map(([key, n]) => t(`audience.${key}`, { n: formatCount(n) }));
    setFlag(this.#held.pair, "data-held", told.length > 0);
    setText(this.#held.value, told.join(" · ") || "–");
  }

  #offer(button, verb, row) {
    say(button, `audience.${verb}`);
    setFlag(button, "data-verb", verb);
    setFlag(button, "class", verb === "ban" ? "danger" : null);
    setFlag(button, "aria-label", `${t(`audience.${verb}`)} ${whoIs(row)}`);
  }
}

/** By whom, when and why, for each mark on its line. */
function marksTold({ muted, banned }, zone) {
  const told = (what, { by, at, cause }) => t("audience.mark_told", {
    what: t(`audience.${what}`), by, time: formatTime(Date.parse(at), zone),
    cause: cause || t("audience.no_cause"),
  });
  return [banned && told("banned", banned), muted && told("muted", muted)].filter(Boolean).join("\n");
}

customElements.define("ls-viewer-list", ViewerList);
