/**
 * <ls-key-map>: what the keys do, on `?`, and the switch that turns them off for those who talk to
 * their machine.
 *
 * `open()`; property `areOn`, kept on the device.
 */

import { said, sayButton } from "./crew-dom.js";
import { h } from "./dom.js";
import { recall, remember } from "./page.js";

const STORAGE_KEY = "livesell.keys";

const KEYS = [
  ["1 … 9", "keys.slot"],
  ["N", "keys.next"],
  ["H", "keys.hide"],
  ["O", "keys.open"],
  ["J · K", "keys.step"],
  ["C", "keys.price"],
  ["R", "keys.restock"],
  ["Alt ↑ · Alt ↓", "keys.move"],
  ["P", "keys.pause"],
  ["M", "keys.notice"],
  ["A", "keys.add"],
  ["Shift S", "keys.start"],
  ["Shift E", "keys.end"],
  ["Z", "undo.key"],
  ["?", "keys.help"],
];

const keyLine = (keys, what) => [h("dt", {}, h("kbd", { text: keys })), said("dd", what)];

class KeyMap extends HTMLElement {
  #switch = h("input", {
    type: "checkbox", id: "keys-on",
    onchange: () => remember("localStorage", STORAGE_KEY, this.areOn),
  });
  #dialog = h(
    "dialog",
    { class: "key-map", "aria-labelledby": "keys-title" },
    said("h2", "keys.title", { id: "keys-title" }),
    h("dl", {}, ...KEYS.flatMap(([keys, what]) => keyLine(keys, what))),
    h("label", { class: "check", for: "keys-on" }, this.#switch, said("span", "keys.on")),
    h("div", { class: "row" }, this.#closeButton()),
  );

  connectedCallback() {
    if (this.firstChild) return;
    this.#switch.checked = recall("localStorage", STORAGE_KEY) ?? true;
    this.append(this.#dialog);
  }

  #closeButton() {
    return sayButton("keys.close", { autofocus: true, onclick: () => this.#dialog.close() });
  }

  get areOn() {
    return this.#switch.checked;
  }

  open() {
    if (!this.#dialog.open) this.#dialog.showModal();
  }
}

customElements.define("ls-key-map", KeyMap);
