/**
 * Slot numbers typed on a keyboard ("3", or "1" and "2" for 12): digits gather for a moment, then
 * the number is meant. Pure but for the timer that is handed in.
 */

/** How long a typed digit waits for the next one; Enter does not wait. */
export const SLOT_WAIT_MS = 700;

const MAX_DIGITS = 3;

/** Dispatches `change` whenever `typed` changes, and `slot` with the number that was meant. */
export class SlotEntry extends EventTarget {
  #timer = 0;
  #setTimer;
  #clearTimer;

  constructor(setTimer = (go, ms) => setTimeout(go, ms), clearTimer = (id) => clearTimeout(id)) {
    super();
    this.typed = "";
    this.#setTimer = setTimer;
    this.#clearTimer = clearTimer;
  }

  /** Takes one key; returns whether it was meant for here. */
  press(key) {
    if (/^\d$/.test(key)) return this.#digit(key);
    if (this.typed === "") return false;
    if (key === "Enter") this.#commit();
    else if (key === "Escape") this.#become("");
    else if (key === "Backspace") this.#become(this.typed.slice(0, -1));
    else return false;
    return true;
  }

  #digit(key) {
    if (this.typed === "" && key === "0") return false;
    if (this.typed.length < MAX_DIGITS) this.#become(this.typed + key);
    return true;
  }

  #become(typed) {
    this.#clearTimer(this.#timer);
    this.typed = typed;
    if (typed !== "") this.#timer = this.#setTimer(() => this.#commit(), SLOT_WAIT_MS);
    this.dispatchEvent(new Event("change"));
  }

  #commit() {
    const slot = Number(this.typed);
    this.#become("");
    this.dispatchEvent(new CustomEvent("slot", { detail: slot }));
  }
}
