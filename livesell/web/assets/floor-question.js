/**
 * What the service wants to hear twice: a price below a card's floor (`below_floor`), and a time in
 * which the same host has another session (`overlaps`). On yes the same command is sent again with
 * `confirm`.
 */

import { t } from "./i18n.js";
import { formatPrice } from "./money.js";

export class FloorQuestion {
  #ask;
  #commands;
  #asked = new WeakSet();

  /**
   * @param ask The `<ls-ask>` of the page.
   * @param commands The page's `CommandQueue`.
   * @param give `(command, place) =>` sends a command made on what is there now.
   */
  constructor(ask, commands, give) {
    this.#ask = ask;
    this.#commands = commands;
    commands.addEventListener("change", () => this.#look(give));
  }

  /** The currency of the session. */
  currency = "CNY";

  async #look(give) {
    for (const [place, failure] of this.#commands.failures) {
      const { command, error } = failure;
      const question = this.#questionOf(command, error);
      if (question === null || this.#asked.has(failure) || this.#ask.isOpen) continue;
      this.#asked.add(failure);
      const isSure = await this.#ask.about(question);
      this.#commands.forgive(place);
      if (isSure) give({ ...command, confirm: true }, place);
      return;
    }
  }

  #questionOf(command, { code, data }) {
    if (code === "below_floor") return this.#aboutFloor(command.price, data.floor);
    if (code !== "overlaps") return null;
    return {
      title: t("ask.overlaps_title"),
      text: t("ask.overlaps_text", { title: data.title }),
      yes: t("ask.overlaps_yes"),
      isDanger: true,
    };
  }

  #aboutFloor(price, floor) {
    const [low, least] = [price, floor].map((amount) => formatPrice(amount, this.currency));
    return {
      title: t("ask.floor_title"),
      text: t("ask.floor_text", { price: low, floor: least }),
      yes: t("ask.floor_yes", { price: low }),
      isDanger: true,
    };
  }
}
