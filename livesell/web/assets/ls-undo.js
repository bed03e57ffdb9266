/**
 * <ls-undo>: the last command of anybody, and for a while the button that takes it back.
 *
 * Property `view`. Event: `command`. It has its place from the start, so nothing moves when a
 * command comes or its time is over. Keys: Z or Ctrl+Z, with Shift to do it again.
 */

import "./ls-problem.js";
import { h, setText } from "./dom.js";
import { doerTold, doingTold } from "./doing-told.js";
import { t } from "./i18n.js";
import { recall } from "./page.js";
import { isTyping } from "./shortcuts.js";
import { undoKey, undoState } from "./undo-state.js";

const PLACE = "undo";

class UndoBar extends HTMLElement {
  #state = null;
  #can = false;
  #text = h("p", { class: "undo-text", role: "status" });
  #verb = h("span");
  // Apart from the button's name, so that its seconds are not read out one by one.
  #left = h("span", { class: "undo-left", "aria-hidden": "true" });
  #button = h(
    "button",
    { type: "button", class: "undo-button", onclick: () => this.#take() },
    this.#verb, this.#left,
  );
  #problem = h("ls-problem");

  connectedCallback() {
    if (this.firstChild) return;
    this.append(this.#text, this.#button, this.#problem);
    document.addEventListener("keydown", (event) => this.#pressed(event));
  }

  set view({ document, nowMs, mayUndo: may, me, commands }) {
    this.#state = undoState(document, nowMs);
    const { doing, isRedo, leftS } = this.#state ?? { leftS: 0 };
    const isUnder = commands.has(PLACE, "undo");
    this.#can = may && leftS > 0 && !isUnder;
    const what = doing ? doingTold(doing, document) : "";
    setText(this.#text, doing ? t("doing.says", { who: doerTold(doing, me), what }) : t("undo.none"));
    this.#button.classList.toggle("is-gone", !may || leftS === 0);
    this.#button.disabled = !this.#can;
    setText(this.#verb, t(isRedo ? "undo.redo" : "undo.undo"));
    setText(this.#left, leftS > 0 ? t("undo.left", { s: leftS }) : "");
    this.#button.setAttribute("aria-label", t(isRedo ? "undo.redo_what" : "undo.undo_what", { what }));
    this.#problem.failure = commands.failures.get(PLACE);
  }

  #pressed(event) {
    if (event.defaultPrevented || isTyping(event.target)) return;
    const areOn = recall("localStorage", "livesell.keys") ?? true;
    const asked = undoKey(event, { areOn });
    if (asked === null || this.#state === null) return;
    event.preventDefault();
    // A second press in a hurry is no wish to do it again.
    if ((asked === "redo") === this.#state.isRedo) this.#take();
  }

  #take() {
    if (!this.#can) return;
    this.#can = false;
    const command = { do: "undo", version: this.#state.version };
    const detail = { command, place: PLACE };
    this.dispatchEvent(new CustomEvent("command", { detail, bubbles: true }));
  }
}

customElements.define("ls-undo", UndoBar);
