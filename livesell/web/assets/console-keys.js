/** The keyboard of the console: numbers show cards, letters do what `ls-key-map.js` lists. */

import { isOnAir, nextCard } from "./session-state.js";
import { isTyping, shortcutOf } from "./shortcuts.js";
import { SlotEntry } from "./slot-entry.js";

export class ConsoleKeys {
  #page;
  #slots = new SlotEntry();

  /** @param page The elements and the actions of the page, see `console.js`. */
  constructor(page) {
    this.#page = page;
    this.#slots.addEventListener("slot", ({ detail }) => page.showSlot(detail));
    this.#slots.addEventListener("change", () => {
      page.onair.slotField.typed = this.#slots.typed;
    });
  }

  listen() {
    document.addEventListener("keydown", (event) => this.#pressed(event));
  }

  #pressed(event) {
    if (this.#page.current() === null || event.defaultPrevented) return;
    if (this.#isDigit(event)) return event.preventDefault();
    const name = shortcutOf(event, this.#page.keyMap.areOn);
    if (name === null) return undefined;
    event.preventDefault();
    return this[`do_${name}`]();
  }

  #isDigit(event) {
    if (isTyping(event.target) || !this.#page.keyMap.areOn || event.isComposing) return false;
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return false;
    return this.#slots.press(event.key);
  }

  do_help() {
    this.#page.keyMap.open();
  }

  do_next() {
    const document = this.#page.current();
    const next = nextCard(document);
    if (next === null || !isOnAir(document.session.state)) return;
    this.#page.give({ do: "show", card: next.id }, "onair");
  }

  do_hide() {
    if (this.#page.current().shown) this.#page.give({ do: "hide" }, "onair");
  }

  do_open() {
    const { cards, shown } = this.#page.current();
    if (shown) this.#page.give({ do: cards[shown].open ? "close" : "open", card: shown }, "onair");
  }

  do_pause() {
    const { state } = this.#page.current().session;
    if (isOnAir(state)) this.#page.give({ do: state === "live" ? "pause" : "resume" }, "course");
  }

  do_notice() {
    this.#page.noticeForm.focusText();
  }

  do_add() {
    this.#page.addCard.open();
  }

  do_price() {
    this.#page.rundown.current?.toggleEditor({ field: "price", isOpen: true });
  }

  do_restock() {
    this.#page.rundown.current?.toggleEditor({ field: "units", isOpen: true });
  }

  do_down() {
    this.#page.rundown.step(1);
  }

  do_up() {
    this.#page.rundown.step(-1);
  }

  do_move_up() {
    this.#move(-1);
  }

  do_move_down() {
    this.#move(1);
  }

  #move(by) {
    const card = this.#page.rundown.current;
    if (card?.contains(document.activeElement)) this.#page.rundown.move(card.cardId, by);
  }

  do_start() {
    this.#ask("start", ["draft", "scheduled", "missed"]);
  }

  do_end() {
    this.#ask("end", ["live", "paused"]);
  }

  #ask(verb, states) {
    if (!states.includes(this.#page.current().session.state)) return;
    this.#page.confirm({ command: { do: verb }, place: "course" });
  }
}
