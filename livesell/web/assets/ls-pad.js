/**
 * <ls-pad>: what a host does while selling, one tap each: the next cards, hide, close, sold out,
 * price, restock, gifts, and a slot number. On a phone it stands where the thumb is.
 *
 * Property `view`. Events: `command`; `sheet` with `{card, what}`; the slot number field dispatches
 * `slot` with the number.
 */

import "./ls-problem.js";
import "./ls-slot-field.js";
import { said, say, sayButton, setFlag } from "./crew-dom.js";
import { h, setText } from "./dom.js";
import { t } from "./i18n.js";
import { isOnAir, nextCards } from "./session-state.js";

const PLACE = "onair";
const NEXT = 3;

class Pad extends HTMLElement {
  #card = null;
  #shown = null;
  #next = [];
  #nextButtons = Array.from({ length: NEXT }, (_, place) => this.#nextButton(place));
  #problem = h("ls-problem");
  #field = h("ls-slot-field");
  #hide = this.#button("card.hide", "hide", "H", () => this.#tell({ do: "hide" }));
  #open = this.#button("card.open", "open", "O", () =>
    this.#tell({ do: this.#card.open ? "close" : "open", card: this.#shown }));
  #sell = this.#button("pad.sell_out", "sell", "X", () =>
    this.#tell({ do: this.#card.sold_out ? "sell_on" : "sell_out", card: this.#shown }));
  #sheets = {
    price: this.#button("pad.price", "price", "C", () => this.#ask("price")),
    restock: this.#button("pad.restock", "restock", "R", () => this.#ask("restock")),
    gifts: this.#button("pad.gifts", "gifts", "G", () => this.#ask("gifts")),
  };

  connectedCallback() {
    if (this.firstChild) return;
    const [first, ...others] = this.#nextButtons;
    const deeds = [this.#hide, this.#open, this.#sell, ...Object.values(this.#sheets)];
    this.append(
      this.#problem,
      first,
      this.#field,
      h("div", { class: "pad-after" }, ...others),
      h("div", { class: "pad-deeds" }, ...deeds),
    );
  }

  #button(key, verb, letter, onclick) {
    return sayButton(key, {
      class: "pad-deed", data: { verb, key: letter }, "aria-keyshortcuts": letter, onclick,
    });
  }

  #nextButton(place) {
    const isFirst = place === 0;
    const name = h("span", { class: "pad-next-name" });
    return h(
      "button",
      {
        type: "button", class: isFirst ? "primary pad-next" : "pad-next",
        data: isFirst ? { verb: "next", key: "N" } : { verb: "after" },
        "aria-keyshortcuts": isFirst ? "N" : null,
        onclick: () => this.#tell({ do: "show", card: this.#next[place].id }),
      },
      isFirst ? said("span", "onair.next") : h("span", { class: "pad-next-slot" }), name,
    );
  }

  get slotField() {
    return this.#field;
  }

  set view(view) {
    const { document, may, commands } = view;
    this.#shown = document.cards[document.shown] ? document.shown : null;
    this.#card = document.cards[document.shown] ?? null;
    this.hidden = !may;
    this.#showNext(document, commands);
    this.#showDeeds(document, commands);
    this.#field.view = view;
    this.#problem.failure = commands.failures.get(PLACE);
  }

  #showNext(document, commands) {
    this.#next = nextCards(document, NEXT);
    const canShow = isOnAir(document.session.state) && !commands.has(PLACE, "show");
    this.#nextButtons.forEach((button, place) => {
      const card = this.#next[place];
      button.disabled = !canShow || card === undefined;
      if (place === 0) {
        setText(button.lastChild, card ? t("card.named", card) : t("onair.no_next"));
        return;
      }
      button.classList.toggle("pad-none", card === undefined);
      setText(button.firstChild, card ? String(card.slot) : "");
      setText(button.lastChild, card?.title ?? "");
      setFlag(button, "aria-label", card ? t("card.show_one", card) : null);
    });
  }

  #showDeeds({ session }, commands) {
    const card = this.#card;
    const waits = (...verbs) => verbs.some((verb) => commands.has(PLACE, verb));
    say(this.#open, card?.open ? "card.close" : "card.open");
    say(this.#sell, card?.sold_out ? "pad.sell_on" : "pad.sell_out");
    setFlag(this.#sell, "aria-pressed", String(card?.sold_out ?? false));
    this.#hide.disabled = card === null || !isOnAir(session.state) || waits("hide");
    this.#open.disabled = card === null || waits("open", "close");
    this.#sell.disabled = card === null || waits("sell_out", "sell_on");
    for (const button of Object.values(this.#sheets)) button.disabled = card === null;
  }

  /** What a button of the pad does, by its verb, for the keyboard: nothing when it is disabled. */
  press(verb) {
    this.querySelector(`[data-verb="${verb}"]`)?.click();
  }

  #ask(what) {
    const detail = { card: this.#shown, what };
    this.dispatchEvent(new CustomEvent("sheet", { detail, bubbles: true }));
  }

  #tell(command) {
    const detail = { command, place: PLACE };
    this.dispatchEvent(new CustomEvent("command", { detail, bubbles: true }));
  }
}

customElements.define("ls-pad", Pad);
