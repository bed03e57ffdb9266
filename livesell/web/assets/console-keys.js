/** The keyboard of the console: numbers show cards, letters do what `ls-key-map.js` lists. */

import { isOnAir } from "./session-state.js";
import { isComposing, isTyping, shortcutOf } from "./shortcuts.js";
import { SlotEntry } from "./slot-entry.js";

export class ConsoleKeys {
  #page;
  #slots = new SlotEntry();

  /** @param page The elements and the actions of the page, see `console.js`. */
  constructor(page) {
    this.#page = page;
    this.#slots.addEventListener("slot", ({ detail }) => page.showSlot(detail));
    this.#slots.addEventListener("change", () => {
      page.pad.slotField.typed = this.#slots.typed;
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
    if (isTyping(event.target) || !this.#page.keyMap.areOn || isComposing(event)) return false;
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return false;
    return this.#slots.press(event.key);
  }

  do_help() {
    this.#page.keyMap.open();
  }

  do_next() {
    this.#page.pad.press("next");
  }

  do_hide() {
    this.#page.pad.press("hide");
  }

  do_open() {
    this.#page.pad.press("open");
  }

  do_sell() {
    this.#page.pad.press("sell");
  }

  do_price() {
    this.#sheet("price");
  }

  do_restock() {
    this.#sheet("restock");
  }

  do_gifts() {
    this.#sheet("gifts");
  }

  /** About the card that the keyboard is on in the rundown, else the shown one. */
  #sheet(what) {
    const card = this.#page.rundown.current;
    if (card !== null && this.#page.may()) this.#page.sheet.open(card.cardId, what);
  }

  do_flash() {
    this.#page.flash();
  }

  do_slot_field() {
    this.#page.pad.slotField.focusNumber();
  }

  do_dismiss() {
    this.#page.dismiss();
  }

  do_pause() {
    const { state } = this.#page.current().session;
    if (isOnAir(state)) this.#page.give({ do: state === "live" ? "pause" : "resume" }, "course");
  }

  do_notice() {
    this.#page.noticeForm.focusText();
  }

  do_add() {
    if (this.#page.may()) this.#page.addCard.open();
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
    if (!this.#page.may() || !states.includes(this.#page.current().session.state)) return;
    this.#page.confirm({ command: { do: verb }, place: "course" });
  }
}
