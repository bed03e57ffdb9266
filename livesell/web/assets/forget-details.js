/** "Forget my details": says what it does, asks once more, and tells how it went. */

import { h, setText } from "./dom.js";
import { t } from "./i18n.js";

export class ForgetDetails {
  #forget;
  #done;
  #isBusy = false;
  #ask = h("button", { class: "quiet forget-ask", type: "button", onclick: () => this.#open() });
  #text = h("p");
  #yes = h("button", { class: "danger", type: "button", onclick: () => this.#go() });
  #no = h("button", { type: "button", onclick: () => this.refresh() });
  #question = h("div", { class: "message forget-question" }, this.#text, this.#yes, this.#no);
  #told = h("p", { class: "forget-told", role: "status" });

  /**
   * @param forget `async () => …`: has the service erase them.
   * @param done Called when they are erased.
   */
  constructor(forget, done) {
    this.#forget = forget;
    this.#done = done;
    this.element = h("div", { class: "forget" }, this.#ask, this.#question, this.#told);
    this.refresh();
  }

  /** Back to the start, with the words of the language. */
  refresh() {
    this.#ask.hidden = false;
    this.#question.hidden = true;
    setText(this.#ask, t("details.forget"));
    setText(this.#text, t("details.ask"));
    setText(this.#yes, t("details.yes"));
    setText(this.#no, t("details.no"));
    setText(this.#told, "");
  }

  #open() {
    this.#ask.hidden = true;
    this.#question.hidden = false;
    setText(this.#told, "");
    this.#no.focus();
  }

  async #go() {
    if (this.#isBusy) return;
    this.#isBusy = true;
    const told = await this.#forget().then(() => "details.forgotten", () => "details.failed");
    this.#isBusy = false;
    if (told === "details.forgotten") this.#done();
    this.refresh();
    setText(this.#told, t(told));
  }
}
