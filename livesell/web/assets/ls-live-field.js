/**
 * <ls-live-field>: an input that saves itself, says how that stands, and asks when a colleague
 * wrote something else into it.
 *
 * `setUp({key, input, read, field, wait})` once: the label's key, the input, `read(text)` giving
 * `{value}` or `{wrong: sentence}`, the `LiveField`, and for how long it waits for more typing.
 */

import { said, sayButton, setFlag } from "./crew-dom.js";
import { h, setText } from "./dom.js";
import { t } from "./i18n.js";
import { sentenceOf } from "./sentence.js";

const WAIT_MS = 900;

class LiveFieldElement extends HTMLElement {
  #field = null;
  #input = null;
  #read = (text) => ({ value: text });
  #timer = 0;
  #wait = WAIT_MS;
  #told = h("span", { class: "live-told", role: "status" });
  #wrong = h("span", { class: "field-error", role: "alert" });
  #theirs = h("p", { class: "live-theirs" });
  #question = h(
    "div", { class: "live-question", role: "alert", hidden: true },
    said("p", "live.question"), this.#theirs,
    h("div", { class: "row" },
      sayButton("live.take", { class: "small", onclick: () => this.#field.takeTheirs() }),
      sayButton("live.keep", { class: "small", onclick: () => this.#field.keepMine() })),
  );

  setUp({ key, input, field, read, wait = WAIT_MS, hint = null }) {
    this.#field = field;
    this.#input = input;
    this.#read = read ?? this.#read;
    this.#wait = wait;
    input.addEventListener("input", () => this.#typed());
    input.addEventListener("change", () => this.#chosen());
    input.addEventListener("blur", () => this.#save());
    field.addEventListener("change", () => this.#show());
    this.append(this.#labelled(key, hint), this.#question);
    this.#show();
  }

  /** A photo has a label of its own, and buttons that no label may wrap. */
  #labelled(key, hint) {
    const input = this.#input;
    if (input.localName !== "ls-photo-field") {
      const label = h("span", { class: "live-label" }, said("span", key, { class: "label" }), this.#told);
      return h("label", { class: "field" }, label, input, hint, this.#wrong);
    }
    input.label = key;
    return h("div", { class: "field" }, input, this.#told, this.#wrong);
  }

  get input() {
    return this.#input;
  }

  #typed() {
    this.#field.type(this.#input.value);
    clearTimeout(this.#timer);
    const { wrong = "" } = this.#read(this.#input.value);
    if (wrong === "") this.#say("");
    this.#timer = setTimeout(() => this.#save(), this.#wait);
  }

  #chosen() {
    if (this.#input.value !== this.#field.text) this.#field.type(this.#input.value);
    this.#save();
  }

  #save() {
    clearTimeout(this.#timer);
    if (this.#field.state === "clean" || this.#field.state === "saved") return;
    const { wrong = "" } = this.#read(this.#input.value);
    this.#say(wrong);
    if (wrong === "") this.#field.save();
  }

  #show() {
    const { state, text, theirs, error } = this.#field;
    const isMine = state === "dirty" || state === "saving" || state === "conflict";
    if (!isMine && this.#input.value !== text && state !== "refused" && state !== "offline") {
      this.#input.value = text;
      this.#say("");
    }
    setFlag(this, "data-live", state);
    setText(this.#told, state === "clean" || state === "refused" ? "" : t(`live.${state}`));
    this.#question.hidden = state !== "conflict";
    if (state === "conflict") setText(this.#theirs, theirs === "" ? t("live.empty") : theirs);
    if (state === "refused") this.#say(sentenceOf(error));
    this.dispatchEvent(new Event("shown"));
  }

  #say(sentence) {
    setText(this.#wrong, sentence);
    setFlag(this.#input, "aria-invalid", sentence === "" ? null : "true");
  }
}

customElements.define("ls-live-field", LiveFieldElement);
