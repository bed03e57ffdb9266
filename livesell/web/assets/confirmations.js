/** What is asked before a command that cannot be taken back, or that looks like a slip. */

import { flashesOf } from "./flash-state.js";
import { formatCount, formatDuration } from "./format.js";
import { t } from "./i18n.js";
import { planPosition } from "./plan-position.js";
import { inRundown } from "./session-state.js";

// More slot numbers than fit a glance say no more than their count.
const MOST_SLOTS = 12;

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
      points: command.do === "end" ? leftOpen(this.#view) : [],
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

/** What an end would leave undone, a sentence each. */
function leftOpen({ document, nowMs }) {
  const cards = inRundown(document);
  const unsold = cards.filter(({ of, stock }) => of === undefined && stock > 0);
  const pieces = unsold.reduce((sum, { stock }) => sum + stock, 0);
  const unshown = cards.filter(({ windows }) => !windows);
  const slots = unshown.slice(0, MOST_SLOTS).map(({ slot }) => slot).join(", ");
  const more = unshown.length > MOST_SLOTS ? " …" : "";
  const held = document.figures.held_orders;
  const isFlashOn = flashesOf(document, nowMs).some(({ state }) => state === "running" || state === "counting");
  const restMs = planPosition(document, nowMs)?.restMs ?? 0;
  return [
    unsold.length > 0 && t("ask.end_unsold", { n: unsold.length, pieces: formatCount(pieces) }),
    unshown.length > 0 && t("ask.end_unshown", { n: unshown.length, slots: slots + more }),
    held > 0 && t("ask.end_held", { n: held }),
    isFlashOn && t("ask.end_flash"),
    restMs > 0 && t("ask.end_behind", { time: formatDuration(restMs) }),
  ].filter(Boolean);
}
