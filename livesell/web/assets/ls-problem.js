/**
 * <ls-problem>: what went wrong, next to where it happened.
 *
 * Property `failure`: `{command, error}` or null. Events: `again` when the person wants the
 * command done on what is there now, `forgive` when the sentence has been read.
 */

import { crewIcon, say, sayButton } from "./crew-dom.js";
import { h, setText } from "./dom.js";
import { sentenceOf } from "./sentence.js";

class Problem extends HTMLElement {
  #failure = null;
  #sentence = h("p");
  #lines = h("ul", { class: "problem-lines" });
  #again = sayButton("problem.again", { class: "small", onclick: () => this.#tell("again") });
  #forgive = sayButton("problem.read", {
    class: "small quiet",
    onclick: () => this.#tell("forgive"),
  });

  connectedCallback() {
    if (this.firstChild) return;
    this.setAttribute("role", "alert");
    this.hidden = this.#failure === null;
    const answers = h("div", { class: "row" }, this.#again, this.#forgive);
    this.append(crewIcon("alert"), h("div", {}, this.#sentence, this.#lines), answers);
  }

  /** Whether the sentence can be put away; those of forms go with the next attempt. */
  set canForgive(can) {
    this.#forgive.hidden = !can;
  }

  get failure() {
    return this.#failure;
  }

  set failure(failure) {
    const is = failure ?? null;
    if (is !== null) this.#tellOf(is.error);
    if (is === this.#failure) return;
    this.#failure = is;
    this.hidden = is === null;
    this.#again.hidden = is?.error.code !== "version_conflict";
    if (is === null) setText(this.#sentence, "");
  }

  /** In a conflict also who changed what meanwhile, and what was wanted. */
  #tellOf(error) {
    setText(this.#sentence, sentenceOf(error));
    const lines = error.lines?.() ?? [];
    const told = lines.join("\n");
    if (this.#lines.dataset.told === told) return;
    this.#lines.dataset.told = told;
    this.#lines.replaceChildren(...lines.map((text) => h("li", { text })));
    const isConflict = error.code === "version_conflict";
    say(this.#again, isConflict ? "conflict.mine_anyway" : "problem.again");
    say(this.#forgive, isConflict ? "conflict.leave" : "problem.read");
  }

  #tell(name) {
    const detail = this.#failure?.command;
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
  }
}

customElements.define("ls-problem", Problem);
