/**
 * <ls-figures>: every figure of a session, as the service computed it; nothing is added up here.
 *
 * Property `data`: `{figures, isOnAir, fund}`.
 */

import "./ls-figure.js";
import { said } from "./crew-dom.js";
import { h } from "./dom.js";
import { formatCount, formatDuration } from "./format.js";
import { t } from "./i18n.js";
import { formatMoney } from "./money.js";

const money = (value, { currency }) => formatMoney(Math.round(value), currency);
const count = (value) => formatCount(value);
const mean = (value) => formatCount(Math.round(value * 10) / 10);
const length = (value) => formatDuration(value * 1000);
const share = (value) => `${(value * 100).toFixed(2)}%`;

const GROUPS = [
  ["sales", [
    ["gross", money], ["orders", count], ["units", count], ["buyers", count],
    ["average_order", money], ["per_buyer", money], ["donated", money],
  ]],
  ["money", [
    ["ordered", money], ["paid", money], ["refunded", money], ["net", money],
    ["paid_orders", count], ["held_amount", money], ["held_orders", count],
    ["cancelled_orders", count], ["expired_orders", count],
  ]],
  ["audience", [
    ["viewers", count], ["views", count], ["concurrent", count], ["peak", count],
    ["average_concurrent", mean], ["average_watch_s", length], ["watch_s", length],
  ]],
  ["response", [
    ["likes", count], ["likers", count], ["conversion", share], ["uv_value", money],
    ["gross_per_thousand_views", money], ["live_s", length],
  ]],
  ["outside", [["offline_amount", money], ["offline_orders", count], ["offline_units", count]]],
];

class Figures extends HTMLElement {
  #figures = new Map();
  #groups = new Map();

  connectedCallback() {
    if (this.firstChild) return;
    for (const [group, names] of GROUPS) {
      const grid = h("div", { class: "figure-grid" }, ...names.map(([name]) => this.#make(name)));
      const section = h("section", { data: { group } }, said("h3", `figures.group_${group}`), grid);
      this.#groups.set(group, section);
      this.append(section);
    }
  }

  #make(name) {
    const figure = h("ls-figure", { label: `figures.${name}`, data: { figure: name } });
    this.#figures.set(name, figure);
    return figure;
  }

  set data({ figures, isOnAir, fund }) {
    for (const [name, format] of GROUPS.flatMap(([, names]) => names)) {
      const value = figures[name];
      this.#figures.get(name).value = value === null ? null : format(value, figures);
    }
    this.#figures.get("gross").note = t(`figures.kind_${figures.gross_kind}`);
    this.#figures.get("net").note = t("figures.note_net");
    this.#figures.get("held_amount").note = t("figures.note_held");
    this.#figures.get("offline_amount").note = t("figures.note_offline");
    this.#groups.get("outside").hidden = figures.offline_orders === 0;
    this.#figures.get("donated").note = fund ?? "";
    this.#figures.get("donated").hidden = !fund && figures.donated === 0;
    this.#figures.get("concurrent").hidden = !isOnAir;
  }
}

customElements.define("ls-figures", Figures);
