/**
 * What the service asks to be confirmed: a price below a card's floor (`below_floor`), a time that
 * another session of the same host takes (`overlaps`). It refuses the command; on yes the same one
 * is sent again with `confirm`.
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
      const about = {
        below_floor: () => this.#floor(command.price, error.data.floor),
        overlaps: () => this.#overlap(error.data),
      }[error.code];
      if (about === undefined || this.#asked.has(failure) || this.#ask.isOpen) continue;
      this.#asked.add(failure);
      const isSure = await about();
      this.#commands.forgive(place);
      if (isSure) give({ ...command, confirm: true }, place);
      return;
    }
  }

  #overlap({ title }) {
    return this.#ask.about({
      title: t("ask.overlap_title"),
      text: t("ask.overlap_text", { title }),
      yes: t("ask.overlap_yes"),
      isDanger: true,
    });
  }

  #floor(price, floor) {
    const [low, least] = [price, floor].map((amount) => formatPrice(amount, this.currency));
    return this.#ask.about({
      title: t("ask.floor_title"),
      text: t("ask.floor_text", { price: low, floor: least }),
      yes: t("ask.floor_yes", { price: low }),
      isDanger: true,
    });
  }
}
