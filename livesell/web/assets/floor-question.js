/**
 * A price below a card's floor is asked about once more: "below the floor price X, really?". The
 * service refuses it (`below_floor`); on yes the same command is sent again with `confirm`.
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
      if (error.code !== "below_floor" || this.#asked.has(failure) || this.#ask.isOpen) continue;
      this.#asked.add(failure);
      const isSure = await this.#about(command.price, error.data.floor);
      this.#commands.forgive(place);
      if (isSure) give({ ...command, confirm: true }, place);
      return;
    }
  }

  #about(price, floor) {
    const [low, least] = [price, floor].map((amount) => formatPrice(amount, this.currency));
    return this.#ask.about({
      title: t("ask.floor_title"),
      text: t("ask.floor_text", { price: low, floor: least }),
      yes: t("ask.floor_yes", { price: low }),
      isDanger: true,
    });
  }
}
