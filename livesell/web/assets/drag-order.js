/**
 * Putting the rows of a list in another order: by dragging a handle with mouse, pen or finger, and
 * by keyboard (space takes a row, arrows move it, space or enter puts it down, escape puts it back).
 *
 * Rows are the list's children; each has a `.drag-handle` button. `move(from, to)` is called while
 * a row travels, `done(wasMoved)` when it has arrived, `tell(what, place)` with "taken", "moved",
 * "dropped" or "back" for those who cannot see.
 */

import { dropPlace } from "./rundown-plan.js";

// Within this of the window's edge the page scrolls, so many pixels a frame at most.
const EDGE_PX = 72;
const SPEED_PX = 14;

export class DragOrder {
  #list;
  #on;
  #row = null;
  #from = 0;
  #y = 0;
  #isByKeys = false;
  #frame = 0;
  #pointer = null;

  constructor(list, on) {
    this.#list = list;
    this.#on = on;
    list.addEventListener("pointerdown", (event) => this.#pressed(event));
    list.addEventListener("keydown", (event) => this.#keyed(event));
    list.addEventListener("focusout", () => this.#left());
    list.addEventListener("contextmenu", (event) => {
      if (this.#row !== null) event.preventDefault();
    });
  }

  /** Whether a row is on its way, so that the list must not be rebuilt under it. */
  get isBusy() {
    return this.#row !== null;
  }

  /** Forgets a row that is on its way, because it is gone. */
  cancel() {
    if (this.#row !== null) this.#end({ isBack: true });
  }

  #pressed(event) {
    const handle = event.target.closest(".drag-handle");
    if (handle === null || event.button !== 0 || this.#row !== null || handle.disabled) return;
    event.preventDefault();
    handle.focus();
    this.#take(this.#rowOf(handle), false);
    this.#y = event.clientY;
    this.#pointer = event.pointerId;
    handle.setPointerCapture(event.pointerId);
    const abort = new AbortController();
    const options = { signal: abort.signal };
    const finish = (isBack) => {
      abort.abort();
      this.#end({ isBack });
    };
    handle.addEventListener("pointermove", (move) => this.#dragged(move), options);
    handle.addEventListener("pointerup", () => finish(false), options);
    handle.addEventListener("pointercancel", () => finish(true), options);
    handle.addEventListener("keydown", (key) => key.key === "Escape" && finish(true), options);
    this.#scroll();
  }

  #dragged(event) {
    if (event.pointerId !== this.#pointer) return;
    this.#y = event.clientY;
    this.#follow();
  }

  #follow() {
    const others = [...this.#list.children].filter((row) => row !== this.#row);
    const middles = others.map((row) => {
      const { top, height } = row.getBoundingClientRect();
      return top + height / 2;
    });
    this.#goTo(dropPlace(middles, this.#y));
  }

  /** While the pointer rests near an edge the page goes on scrolling under it. */
  #scroll() {
    this.#frame = requestAnimationFrame(() => {
      const over = Math.max(0, EDGE_PX - this.#y) - Math.max(0, this.#y - innerHeight + EDGE_PX);
      if (over !== 0) {
        scrollBy(0, (-SPEED_PX * Math.max(-EDGE_PX, Math.min(EDGE_PX, over))) / EDGE_PX);
        this.#follow();
      }
      this.#scroll();
    });
  }

  #keyed(event) {
    const handle = event.target.closest(".drag-handle");
    if (handle === null || handle.disabled) return;
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (event.key === " " || event.key === "Enter") {
      event.preventDefault();
      if (this.#row === null) this.#take(this.#rowOf(handle), true);
      else if (this.#isByKeys) this.#end({ isBack: false });
    } else if (this.#row !== null && this.#isByKeys) {
      if (event.key === "Escape") this.#end({ isBack: true });
      else if (step !== undefined) this.#goTo(this.#place + step);
      else if (event.key === "Home") this.#goTo(0);
      else if (event.key === "End") this.#goTo(this.#list.children.length - 1);
      else return;
      event.preventDefault();
      handle.focus();
    }
  }

  /** Going away with the keyboard puts the row down where it is. */
  #left() {
    if (!this.#isByKeys) return;
    const row = this.#row;
    queueMicrotask(() => {
      if (this.#row === row && row !== null && !row.contains(document.activeElement)) {
        this.#end({ isBack: false });
      }
    });
  }

  #rowOf(handle) {
    let row = handle;
    while (row.parentElement !== this.#list) row = row.parentElement;
    return row;
  }

  get #place() {
    return [...this.#list.children].indexOf(this.#row);
  }

  #take(row, isByKeys) {
    this.#row = row;
    this.#isByKeys = isByKeys;
    this.#from = this.#place;
    row.classList.add("is-taken");
    this.#on.tell("taken", this.#from);
  }

  #goTo(place) {
    const from = this.#place;
    const to = Math.min(this.#list.children.length - 1, Math.max(0, place));
    if (from === to) return;
    this.#on.move(from, to);
    this.#on.tell("moved", to);
  }

  #end({ isBack }) {
    cancelAnimationFrame(this.#frame);
    const row = this.#row;
    const place = this.#place;
    if (isBack && place !== this.#from) this.#on.move(place, this.#from);
    this.#row = null;
    row.classList.remove("is-taken");
    this.#on.tell(isBack ? "back" : "dropped", isBack ? this.#from : place);
    this.#on.done(!isBack && place !== this.#from);
  }
}
