/**
 * <ls-plan-gifts>: what comes with a card at no price, while a session is prepared.
 *
 * Properties: `cardId`, then `view` (see `<ls-plan-list>`). The form is the console's; here a change
 * is saved at once, and what is wrong with it is told below.
 */

import "./ls-gifts-form.js";
import "./onair-words.js";
import { h, setText } from "./dom.js";
import { sentenceOf } from "./sentence.js";

class PlanGifts extends HTMLElement {
  cardId = "";
  #view = null;
  #isSaving = false;
  #form = h("ls-gifts-form");
  #problem = h("p", { class: "message", role: "alert", hidden: true, data: { kind: "bad" } });

  connectedCallback() {
    if (this.firstChild) return;
    this.append(this.#form, this.#problem);
    this.#form.addEventListener("command", (event) => {
      event.stopPropagation();
      this.#save(event.detail.command);
    });
  }

  set view(view) {
    this.#view = view;
    this.#form.cardId = this.cardId;
    this.#form.view = { document: view.document, commands: { has: () => this.#isSaving } };
    this.inert = !view.may;
  }

  async #save(command) {
    if (this.#isSaving) return;
    this.#isSaving = true;
    this.#tell("");
    this.view = this.#view;
    try {
      await this.#view.newest(await this.#view.saver.save(command));
      this.#form.clear();
    } catch (error) {
      this.#tell(sentenceOf(error));
    } finally {
      this.#isSaving = false;
      this.view = this.#view;
    }
  }

  #tell(sentence) {
    setText(this.#problem, sentence);
    this.#problem.hidden = sentence === "";
  }
}

customElements.define("ls-plan-gifts", PlanGifts);
