/**
 * <ls-ask>: asks before something that cannot be taken back.
 *
 * `await ask.about({title, text, points, yes, isDanger})` is true when the person said yes. The
 * answer that changes nothing has the keyboard.
 */

import { sayButton } from "./crew-dom.js";
import { h, setText } from "./dom.js";

// A page may have several, and each is named by words of its own; the page's own is the first.
let count = 0;

const nextId = () => ((count += 1) === 1 ? "ask" : `ask-${count}`);

class Ask extends HTMLElement {
  #id = nextId();
  #title = h("h2", { id: `${this.#id}-title` });
  #text = h("p", { id: `${this.#id}-text` });
  #points = h("ul", { class: "ask-points" });
  #no = sayButton("ask.no", { autofocus: true, onclick: () => this.#dialog.close("no") });
  #yes = h("button", { type: "button", onclick: () => this.#dialog.close("yes") });
  #dialog = h(
    "dialog",
    { class: "ask", "aria-labelledby": `${this.#id}-title`, "aria-describedby": `${this.#id}-text` },
    this.#title, this.#text, this.#points,
    h("div", { class: "row ask-answers" }, this.#no, this.#yes),
  );

  connectedCallback() {
    if (!this.firstChild) this.append(this.#dialog);
  }

  get isOpen() {
    return this.#dialog.open;
  }

  /** Says something new about what is being asked, such as how many are watching by now. */
  set text(text) {
    setText(this.#text, text);
  }

  about({ title, text, points = [], yes, isDanger = false }) {
    if (this.#dialog.open) return Promise.resolve(false);
    setText(this.#title, title);
    setText(this.#text, text);
    this.#points.replaceChildren(...points.map((point) => h("li", { text: point })));
    this.#points.hidden = points.length === 0;
    setText(this.#yes, yes);
    this.#yes.className = isDanger ? "danger" : "primary";
    this.#dialog.returnValue = "no";
    this.#dialog.showModal();
    return new Promise((resolve) => {
      const answered = () => {
        // `close` comes a moment late: it may be that of the question before this one.
        if (this.#dialog.open) return;
        this.#dialog.removeEventListener("close", answered);
        resolve(this.#dialog.returnValue === "yes");
      };
      this.#dialog.addEventListener("close", answered);
    });
  }
}

customElements.define("ls-ask", Ask);
