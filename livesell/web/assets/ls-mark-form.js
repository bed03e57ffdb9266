/**
 * <ls-mark-form>: asks why somebody is to be muted or removed, and whether.
 *
 * `open({row, verb})`, `close()`; properties `isBusy`, `error` (an `ApiError` or null). Event:
 * `mark` with `{row, verb, cause}`. What was typed stays until it is done or given up.
 */

import { said, say, sayButton, setFlag } from "./crew-dom.js";
import { h, setText } from "./dom.js";
import { FormFields } from "./form-fields.js";
import { t } from "./i18n.js";
import { whoIs } from "./ls-viewer-list.js";
import { fieldSentence, sentenceOf } from "./sentence.js";

const USUAL = ["flood", "abuse", "advert", "fake", "false"];
const MOST_CHARS = "200";

class MarkForm extends HTMLElement {
  #asked = null;
  #isBusy = false;
  #fields = new FormFields("audience");
  #title = h("h2", { id: "mark-title" });
  #text = h("p", { id: "mark-text" });
  #problem = h("p", { class: "message", role: "alert", data: { kind: "bad" }, hidden: true });
  #usual = h(
    "div",
    { class: "row mark-usual", role: "group", "aria-label": t("audience.usual"), data: { tLabel: "audience.usual" } },
    USUAL.map((name) => sayButton(`audience.usual_${name}`, {
      class: "small", onclick: ({ currentTarget }) => this.#choose(currentTarget.textContent),
    })),
  );
  #yes = sayButton("audience.mute", { type: "submit", class: "danger", data: { verb: "mark-yes" } });
  #form = h(
    "form",
    { novalidate: true, onsubmit: (event) => this.#submitted(event) },
    this.#fields.text("cause", { maxlength: MOST_CHARS, enterkeyhint: "done" }),
    this.#usual,
    said("p", "audience.cause_hint", { class: "panel-note" }),
    this.#problem,
    h("div", { class: "row ask-answers" },
      sayButton("ask.no", { onclick: () => this.close() }), this.#yes),
  );
  #dialog = h(
    "dialog",
    { class: "ask mark-form", "aria-labelledby": "mark-title", "aria-describedby": "mark-text" },
    this.#title, this.#text, this.#form,
  );

  connectedCallback() {
    if (!this.firstChild) this.append(this.#dialog);
  }

  open(asked) {
    this.#asked = asked;
    this.#fields.set("cause", "");
    this.error = null;
    this.isBusy = false;
    this.refresh();
    if (!this.#dialog.open) this.#dialog.showModal();
    this.#fields.focus("cause");
  }

  close() {
    if (this.#dialog.open) this.#dialog.close();
  }

  /** Says everything again in the language of the page. */
  refresh() {
    if (this.#asked === null) return;
    const { row, verb } = this.#asked;
    setText(this.#title, t(`audience.ask_${verb}`, { who: whoIs(row) }));
    setText(this.#text, t(`audience.text_${verb}`));
    say(this.#yes, this.#isBusy ? "audience.working" : `audience.${verb}`);
  }

  set isBusy(isBusy) {
    this.#isBusy = isBusy;
    this.#yes.disabled = isBusy;
    setFlag(this.#form, "aria-busy", isBusy);
    this.refresh();
  }

  set error(error) {
    const own = error && fieldSentence(error, "cause");
    this.#fields.wrong("cause", own ?? "");
    this.#problem.hidden = !error || Boolean(own);
    setText(this.#problem, this.#problem.hidden ? "" : sentenceOf(error));
  }

  #choose(cause) {
    this.#fields.set("cause", cause);
    this.#fields.wrong("cause", "");
  }

  #submitted(event) {
    event.preventDefault();
    const cause = this.#fields.value("cause");
    if (cause === "") {
      this.#fields.wrong("cause", t("audience.cause_empty"));
      this.#fields.focus("cause");
    } else if (!this.#isBusy) {
      this.dispatchEvent(new CustomEvent("mark", { detail: { ...this.#asked, cause } }));
    }
  }
}

customElements.define("ls-mark-form", MarkForm);
