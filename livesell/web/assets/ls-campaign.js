/**
 * <ls-campaign>: one campaign, folded; unfolded with what its sessions made together.
 *
 * Properties: `campaign`, a row of `GET /campaigns`; `me`, who is signed in. It asks for its figures when it is
 * unfolded, and again with each `refresh()` while it is. Events: `edit` and `remove` with the campaign.
 */

import "./ls-campaign-sessions.js";
import "./ls-figure.js";
import { get, segment } from "./api.js";
import { said, sayButton } from "./crew-dom.js";
import { may } from "./crew-page.js";
import { h, setText } from "./dom.js";
import { formatCount, formatDuration } from "./format.js";
import { t } from "./i18n.js";
import { formatMoney } from "./money.js";
import { sentenceOf } from "./sentence.js";

const COUNTS = ["sessions", "viewers", "buyers", "views", "likes", "peak", "live_s"];
const MONEY = ["gross", "paid", "refunded", "net", "offline_amount", "donated"];
const PIECES = ["orders", "units"];

class Campaign extends HTMLElement {
  #campaign = null;
  #answer = null;
  #title = h("span", { class: "campaign-title" });
  #size = h("span", { class: "campaign-size figure" });
  #note = h("p", { class: "campaign-note" });
  #counts = h("div", { class: "figure-grid" });
  #money = h("div", { class: "campaign-money" });
  #sessions = h("ls-campaign-sessions");
  #problem = h("p", { class: "message", role: "alert", hidden: true, data: { kind: "bad" } });
  #edit = sayButton("campaigns.edit", { onclick: () => this.#tell("edit") });
  #remove = sayButton("campaigns.remove", { class: "quiet danger-text", onclick: () => this.#tell("remove") });
  #details = h(
    "details", { class: "campaign", ontoggle: () => this.#toggled() },
    h("summary", {}, this.#title, this.#size),
    h(
      "div", { class: "campaign-inside" },
      this.#note, this.#problem,
      h("div", {}, said("h3", "campaigns.figures"), this.#counts), this.#money,
      h("div", {}, said("h3", "campaigns.sessions"), this.#sessions),
      h("div", { class: "row" }, this.#edit, this.#remove),
    ),
  );

  connectedCallback() {
    if (this.firstChild) return;
    this.append(this.#details);
  }

  get isOpen() {
    return this.#details.open;
  }

  open() {
    this.#details.open = true;
  }

  set me(me) {
    this.#sessions.me = me;
    this.#edit.hidden = this.#remove.hidden = me === null || !may(me, "prepare");
  }

  set campaign(campaign) {
    this.#campaign = campaign;
    setText(this.#title, campaign.title);
    setText(this.#size, t("campaigns.size", { n: campaign.sessions }));
    setText(this.#note, campaign.note);
    this.#note.hidden = campaign.note === "";
    if (this.#answer) this.#show();
  }

  #toggled() {
    this.refresh();
    if (this.isOpen) this.#sessions.load();
  }

  /** Asks what the sessions have made by now; nothing while it is folded. */
  async refresh() {
    if (!this.isOpen) return;
    try {
      this.#answer = await get(`/campaigns/${segment(this.#campaign.id)}`);
      this.#problem.hidden = true;
      this.#show();
    } catch (error) {
      setText(this.#problem, sentenceOf(error));
      this.#problem.hidden = false;
    }
  }

  #show() {
    const { figures, rows } = this.#answer;
    this.#counts.replaceChildren(...COUNTS.map((name) => figure(name, counted(name, figures[name]))));
    this.#money.replaceChildren(...figures.sums.map(sums));
    this.#sessions.view = { campaign: this.#campaign, rows };
  }

  #tell(name) {
    this.dispatchEvent(new CustomEvent(name, { detail: this.#campaign, bubbles: true }));
  }
}

const counted = (name, value) => (name === "live_s" ? formatDuration(value * 1000) : formatCount(value));

function figure(name, text, note = "") {
  const element = h("ls-figure", { label: `figures.${name}`, data: { figure: name } });
  return Object.assign(element, { value: text, note });
}

/** The sums of one currency: gross is labelled with what it counts. */
function sums(sum) {
  const notes = { gross: t(`figures.kind_${sum.gross_kind}`), offline_amount: t("figures.note_offline") };
  const amounts = MONEY.filter((name) => sum[name] !== 0 || name === "gross");
  return h(
    "section", { data: { currency: sum.currency } },
    h("h3", { text: t("campaigns.money", { currency: sum.currency }) }),
    h(
      "div", { class: "figure-grid" },
      ...amounts.map((name) => figure(name, formatMoney(sum[name], sum.currency), notes[name])),
      ...PIECES.map((name) => figure(name, formatCount(sum[name]))),
    ),
  );
}

customElements.define("ls-campaign", Campaign);
