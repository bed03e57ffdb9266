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

const GROUPS = {
  group_card: [
    ["1 … 9", "slot"], ["L", "slot_field"], ["N", "next"], ["H", "hide"], ["O", "open"], ["X", "sell"],
    ["C", "price"], ["R", "restock"], ["G", "gifts"], ["F", "flash"],
  ],
  group_list: [["J · K", "step"], ["Alt ↑ · Alt ↓", "move"], ["A", "add"]],
  group_show: [
    ["P", "pause"], ["M", "notice"], ["Shift S", "start"], ["Shift E", "end"], ["D", "dismiss"],
    ["Z", "undo"], ["?", "help"],
  ],
};

const keyLine = ([keys, what]) => [h("dt", {}, h("kbd", { text: keys })), said("dd", `keys.${what}`)];

const keyGroup = ([name, keys]) =>
  h("section", {}, said("h3", `keys.${name}`), h("dl", {}, ...keys.flatMap(keyLine)));

class KeyMap extends HTMLElement {
  #switch = h("input", {
    type: "checkbox", id: "keys-on",
    onchange: () => remember("localStorage", STORAGE_KEY, this.areOn),
  });
  #dialog = h(
    "dialog",
    { class: "key-map", "aria-labelledby": "keys-title" },
    said("h2", "keys.title", { id: "keys-title" }),
    h("div", { class: "key-groups" }, ...Object.entries(GROUPS).map(keyGroup)),
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
