/**
 * <ls-rundown>: the planned order of the cards, each with all that can be done with it.
 *
 * Property `view`. Events: `command` from here and from the cards, `add` for one more card.
 */

import "./ls-problem.js";
import "./ls-rundown-card.js";
import { arrange, said, say, sayButton, setFlag } from "./crew-dom.js";
import { h, setText } from "./dom.js";
import { t } from "./i18n.js";
import { inRundown, isClosed } from "./session-state.js";

class Rundown extends HTMLElement {
  #view = null;
  #cards = new Map();
  #count = h("span", { class: "panel-note" });
  #list = h("ol", { class: "rundown-list" });
  #empty = said("p", "rundown.empty", { class: "empty" });
  #problem = h("ls-problem");
  #sort = sayButton("rundown.sort", { class: "small quiet", onclick: () => this.#toggleSorting() });
  #add = sayButton("rundown.add", { class: "small", onclick: () => this.#tell("add") });

  connectedCallback() {
    if (this.firstChild) return;
    this.append(
      h(
        "header",
        { class: "panel-head" },
        said("h2", "rundown.title"), this.#count,
        h("div", { class: "row" }, this.#sort, this.#add),
      ),
      this.#problem,
      this.#empty,
      this.#list,
    );
    this.addEventListener("move", ({ detail }) => this.move(detail.card, detail.by));
  }

  set view(view) {
    this.#view = view;
    const cards = inRundown(view.document);
    setText(this.#count, t("rundown.count", { n: cards.length }));
    this.#empty.hidden = cards.length > 0;
    const canChange = view.may && !isClosed(view.document.session.state);
    this.#sort.hidden = !canChange || cards.length < 2;
    this.#add.hidden = !canChange;
    arrange(this.#list, this.#cards, cards.map((card) => card.id), (id) => this.#create(id));
    cards.forEach((card, place) => {
      const isEdge = { up: place === 0, down: place === cards.length - 1 };
      Object.assign(this.#cards.get(card.id), { isEdge, view });
    });
    this.#problem.failure = view.commands.failures.get("rundown");
  }

  #create(id) {
    const element = h("ls-rundown-card", { role: "listitem", tabindex: "-1" });
    element.cardId = id;
    return element;
  }

  #toggleSorting() {
    const isSorting = this.toggleAttribute("data-sorting");
    say(this.#sort, isSorting ? "rundown.sorted" : "rundown.sort");
    setFlag(this.#sort, "aria-pressed", String(isSorting));
  }

  /** Moves a card up (-1) or down (1) in the rundown. */
  move(id, by) {
    const rundown = inRundown(this.#view.document).map((card) => card.id);
    const from = rundown.indexOf(id);
    const to = from + by;
    if (!this.#view.may || from < 0 || to < 0 || to >= rundown.length) return;
    if (this.#view.commands.has("rundown", "reorder")) return;
    [rundown[from], rundown[to]] = [rundown[to], rundown[from]];
    this.#tell("command", { command: { do: "reorder", rundown }, place: "rundown" });
  }

  /** Puts the keyboard on the card that lies `by` after the one it is on. */
  step(by) {
    const cards = [...this.#list.children];
    const at = cards.findIndex((card) => card.contains(document.activeElement));
    const start = at >= 0 ? at + by : Math.max(0, cards.findIndex((card) => card.isShown));
    cards[Math.min(cards.length - 1, Math.max(0, start))]?.focus();
  }

  /** The card that the keyboard is on, else the shown one, as an element; or null. */
  get current() {
    const cards = [...this.#list.children];
    return (
      cards.find((card) => card.contains(document.activeElement)) ??
      cards.find((card) => card.isShown) ??
      null
    );
  }

  /** The element of a card, or undefined. */
  cardElement(id) {
    return this.#cards.get(id);
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
  }
}

customElements.define("ls-rundown", Rundown);
