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
    const countsViewers = this.#verb !== "price";
    if (this.#element.isOpen && countsViewers) this.#element.text = this.#textOf(this.#verb);
  }

  /** @returns Whether the person said yes. */
  ask(command, facts = {}) {
    this.#verb = command.do;
    return this.#element.about({
      title: t(`ask.${command.do}_title`),
      text: this.#textOf(command.do, facts),
      yes: t(`ask.${command.do}_yes`),
      isDanger: command.do === "end" || command.do === "cancel",
    });
  }

  #textOf(verb, facts = {}) {
    const viewers = this.#view.document.tally.concurrent;
    return t(`ask.${verb}_text`, { n: viewers, viewers: formatCount(viewers), ...facts });
  }
}
