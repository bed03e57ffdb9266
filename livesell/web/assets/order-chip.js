/** An order's state as a chip, and whether it was typed for a caller as another. */

import { said, say, setFlag } from "./crew-dom.js";
import { h } from "./dom.js";
import { knows } from "./i18n.js";

export class OrderChip {
  #state = h("span", { class: "chip order-chip" });
  #offline = said("span", "orders.offline", { class: "chip way-chip" });
  element = h("span", { class: "chips" }, this.#state, this.#offline);

  set order({ state, way }) {
    const key = `orders.state_${state}`;
    if (knows(key)) say(this.#state, key);
    else this.#state.textContent = state;
    setFlag(this.#state, "data-order", state);
    this.#offline.hidden = way !== "offline";
  }
}
