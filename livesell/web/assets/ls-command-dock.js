/**
 * <ls-command-dock>: the commands that could not be sent yet, in their order.
 *
 * Property `view`. Events: `drop` with a command's id. Stands over the page, so nothing moves when
 * it comes and goes.
 */

import { arrange, sayButton } from "./crew-dom.js";
import { h, setText } from "./dom.js";
import { t } from "./i18n.js";
import { commandTold } from "./told.js";

// A command that is answered within this time was never worth a word.
const SHOW_AFTER_MS = 1500;

class CommandDock extends HTMLElement {
  #lines = new Map();
  #head = h("p", { class: "dock-head", role: "status" });
  #list = h("ol", { class: "dock-list" });

  connectedCallback() {
    if (this.firstChild) return;
    this.hidden = true;
    this.append(this.#head, this.#list);
  }

  set view({ document, commands }) {
    const isSlow = commands.pending.some((one) => Date.now() - one.madeAt > SHOW_AFTER_MS);
    const pending = commands.isStuck || isSlow ? commands.pending : [];
    const byId = new Map(pending.map((one) => [one.id, one]));
    arrange(this.#list, this.#lines, [...byId.keys()], (id) => this.#line(id));
    for (const [id, { command }] of byId) {
      setText(this.#lines.get(id).firstChild, commandTold(command, document));
    }
    setText(this.#head, pending.length > 0 ? t("dock.waiting", { n: pending.length }) : "");
    this.hidden = pending.length === 0;
  }

  #line(id) {
    const drop = () => this.dispatchEvent(new CustomEvent("drop", { detail: id, bubbles: true }));
    return h("li", {}, h("span"), sayButton("dock.drop", { class: "small quiet", onclick: drop }));
  }
}

customElements.define("ls-command-dock", CommandDock);
