/**
 * <ls-notice-form>: the line that all viewers see above everything else.
 *
 * Property `view`. Events: `command`.
 */

import "./ls-problem.js";
import { said, say, sayButton } from "./crew-dom.js";
import { h, setText } from "./dom.js";
import { isClosed } from "./session-state.js";

const MAX_CHARS = 200;

class NoticeForm extends HTMLElement {
  #now = h("p", { class: "notice-now" });
  #text = h("textarea", {
    id: "notice-text", rows: "2", maxlength: String(MAX_CHARS), enterkeyhint: "send",
  });
  #problem = h("ls-problem");
  #send = sayButton("notice.send", { type: "submit" });
  #clear = sayButton("notice.clear", { class: "quiet", onclick: () => this.#tell("") });
  #form = h(
    "form",
    { class: "notice-form", onsubmit: (event) => this.#submitted(event) },
    said("label", "notice.label", { for: "notice-text", class: "visually-hidden" }),
    this.#text,
    h("div", { class: "row" }, this.#send, this.#clear),
  );

  connectedCallback() {
    if (this.firstChild) return;
    this.append(
      h("header", { class: "panel-head" }, said("h2", "notice.title")),
      this.#now, this.#form, this.#problem,
    );
    this.#text.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.#form.requestSubmit();
    });
  }

  focusText() {
    this.#text.focus();
  }

  /** A notice is out, so its text makes room for the next one. */
  done(text) {
    if (this.#text.value.trim() === text) this.#text.value = "";
  }

  set view({ document, may, commands }) {
    const notice = document.notice ?? "";
    if (notice === "") say(this.#now, "notice.none");
    else {
      delete this.#now.dataset.t;
      setText(this.#now, notice);
    }
    this.#now.toggleAttribute("data-none", notice === "");
    this.#form.hidden = !may || isClosed(document.session.state);
    const waits = commands.has("notice", "notice");
    this.#send.disabled = waits;
    this.#clear.disabled = waits || notice === "";
    this.#problem.failure = commands.failures.get("notice");
  }

  #submitted(event) {
    event.preventDefault();
    const text = this.#text.value.trim();
    if (text !== "") this.#tell(text);
  }

  #tell(text) {
    const detail = { command: { do: "notice", text }, place: "notice" };
    this.dispatchEvent(new CustomEvent("command", { detail, bubbles: true }));
  }
}

customElements.define("ls-notice-form", NoticeForm);
