/**
 * <ls-plan-list>: the rundown to prepare: its order, planned times, and the card of each line.
 *
 * Property `view`: `{document, may, saver, newest}`. Events: `remove` with a card's id, `question`
 * as `<ls-plan-card>` asks it.
 */

import "./ls-plan-card.js";
import { arrange, said, sayButton } from "./crew-dom.js";
import { h, setText } from "./dom.js";
import { DragOrder } from "./drag-order.js";
import { formatTime } from "./format.js";
import { t } from "./i18n.js";
import { LiveField } from "./live-field.js";
import { lengthText, mergedOrder, moved, plannedTimes, totalSeconds } from "./rundown-plan.js";
import { sentenceOf } from "./sentence.js";

class PlanList extends HTMLElement {
  #view = null;
  #rows = new Map();
  #order = null;
  #list = h("ol", { class: "plan-rows" });
  #empty = said("p", "prepare.no_cards", { class: "empty" });
  #total = h("p", { class: "plan-total figure", role: "status" });
  #told = h("p", { class: "visually-hidden", role: "status", "aria-live": "assertive" });
  #wrong = h("p", { class: "field-problem", role: "alert" });
  #question = h(
    "div", { class: "live-question", role: "alert", hidden: true },
    said("p", "prepare.order_conflict"),
    h("div", { class: "row" },
      sayButton("prepare.order_theirs", { class: "small", onclick: () => this.#order.takeTheirs() }),
      sayButton("prepare.order_mine", { class: "small", onclick: () => this.#keepMine() })),
  );
  #drag = new DragOrder(this.#list, {
    move: (from, to) => this.#move(from, to),
    done: (wasMoved) => this.#dropped(wasMoved),
    tell: (what, place) => this.#tell(what, place),
  });

  connectedCallback() {
    if (this.firstChild) return;
    this.append(this.#question, this.#wrong, this.#list, this.#empty, this.#total, this.#told);
  }

  set view(view) {
    this.#view = view;
    this.#order ??= this.#newOrder(view);
    this.#order.follow(view.document.rundown.join(" "), view.document.version);
    this.#show();
  }

  /** A link that came back: what could not be saved is sent. */
  retry() {
    this.#order?.save();
    for (const row of this.#rows.values()) row.firstChild.retry();
  }

  openCard(id) {
    this.#rows.get(id)?.firstChild.open();
  }

  #newOrder({ saver, newest }) {
    const send = (text) => saver.save({ do: "reorder", rundown: split(text) });
    const order = new LiveField({ send, newest });
    order.addEventListener("change", () => this.#show());
    return order;
  }

  #keepMine() {
    this.#order.text = mergedOrder(split(this.#order.text), split(this.#order.theirs)).join(" ");
    this.#order.keepMine();
  }

  get #ids() {
    const { cards } = this.#view.document;
    const ids = split(this.#order.text).filter((id) => id in cards);
    return [...ids, ...Object.keys(cards).filter((id) => !ids.includes(id))];
  }

  #show() {
    if (this.#view === null || this.#order === null) return;
    const { document, may } = this.#view;
    const ids = this.#drag.isBusy ? [...this.#rows.keys()].filter((id) => id in document.cards) : this.#ids;
    if (this.#drag.isBusy && ids.length !== this.#rows.size) this.#drag.cancel();
    if (!this.#drag.isBusy) arrange(this.#list, this.#rows, this.#ids, (id) => this.#newRow(id));
    this.#showTimes();
    for (const row of this.#rows.values()) row.firstChild.view = this.#view;
    this.#empty.hidden = ids.length > 0;
    this.#question.hidden = this.#order.state !== "conflict";
    setText(this.#wrong, this.#orderProblem());
    for (const handle of this.#list.querySelectorAll(".drag-handle")) handle.disabled = !may;
  }

  #orderProblem() {
    if (this.#order.state === "refused") return sentenceOf(this.#order.error);
    return this.#order.state === "offline" ? t("live.offline") : "";
  }

  #showTimes() {
    const { document: { cards, session } } = this.#view;
    const start = session.started ?? session.planned_start ?? null;
    const inOrder = [...this.#list.children].map((row) => cards[row.dataset.card]).filter(Boolean);
    const times = plannedTimes(inOrder, start);
    [...this.#list.children].forEach((row, place) => {
      const { atMs, offsetS } = times[place] ?? { atMs: null, offsetS: 0 };
      const clock = atMs === null ? `+${lengthText(offsetS) || "0:00"}` : formatTime(atMs, session.zone);
      row.firstChild.when = clock;
      row.firstChild.place = place + 1;
    });
    const planned = totalSeconds(inOrder);
    const room = session.planned_end === undefined ? null : (session.planned_end - session.planned_start) / 1000;
    setText(this.#total, totalText(planned, room, inOrder.filter((card) => !card.plan_s).length));
    this.#total.dataset.state = room !== null && planned > room ? "over" : "";
  }

  #newRow(id) {
    const card = h("ls-plan-card");
    card.cardId = id;
    return h("li", { class: "plan-row", data: { card: id } }, card);
  }

  #move(from, to) {
    const rows = [...this.#list.children];
    const isFocused = rows[from].contains(document.activeElement);
    const active = document.activeElement;
    // The others move around the row, so that it keeps the pointer and the keyboard.
    if (to > from) for (const row of rows.slice(from + 1, to + 1)) this.#list.insertBefore(row, rows[from]);
    else for (const row of rows.slice(to, from).reverse()) this.#list.insertBefore(row, rows[from].nextSibling);
    if (isFocused && document.activeElement !== active) active.focus();
    this.#rows = new Map(moved([...this.#rows], from, to));
    this.#showTimes();
  }

  #dropped(wasMoved) {
    if (wasMoved) {
      this.#order.type([...this.#list.children].map((row) => row.dataset.card).join(" "));
      this.#order.save();
    }
    this.#show();
  }

  #tell(what, place) {
    const row = this.#list.children[place];
    const { title } = this.#view.document.cards[row.dataset.card] ?? { title: "" };
    setText(this.#told, t(`prepare.told_${what}`, { title, n: place + 1, all: this.#list.children.length }));
  }
}

const split = (text) => text.split(" ").filter(Boolean);

function totalText(planned, room, unplanned) {
  const length = lengthText(planned) || "0:00";
  const rest = unplanned > 0 ? ` · ${t("prepare.unplanned", { n: unplanned })}` : "";
  if (room === null) return t("prepare.total", { length }) + rest;
  const left = room - planned;
  const key = left < 0 ? "prepare.total_over" : "prepare.total_left";
  return t(key, { length, room: lengthText(room), left: lengthText(Math.abs(left)) || "0:00" }) + rest;
}

customElements.define("ls-plan-list", PlanList);
