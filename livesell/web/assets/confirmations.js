/** What is asked before a command that cannot be taken back, or that looks like a slip. */

import { formatCount } from "./format.js";
import { t } from "./i18n.js";

/** Asks through an `<ls-ask>`; `view` keeps the number of viewers in an open question current. */
export class Confirmations {
  #element;
  #view = null;
  #verb = null;

  constructor(element) {
    this.#element = element;
  }

  set view(view) {
    this.#view = view;
    const countsViewers = this.#verb !== null && this.#verb !== "price";
    if (countsViewers) this.#element.text = this.#textOf(this.#verb);
  }

  /** @returns Whether the person said yes. */
  async ask(command, facts = {}) {
    // A question of somebody else's is open; its words are not ours.
    if (this.#element.isOpen) return false;
    this.#verb = command.do;
    const answer = await this.#element.about({
      title: t(`ask.${command.do}_title`),
      text: this.#textOf(command.do, facts),
      yes: t(`ask.${command.do}_yes`),
      isDanger: command.do === "end" || command.do === "cancel",
    });
    this.#verb = null;
    return answer;
  }

  #textOf(verb, facts = {}) {
    const viewers = this.#view.document.tally.concurrent;
    return t(`ask.${verb}_text`, { n: viewers, viewers: formatCount(viewers), ...facts });
  }
}
