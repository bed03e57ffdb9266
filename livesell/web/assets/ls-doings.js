/** <ls-doings>: the last commands, newest first: when, who, what. Property `view`. */

import { arrange, said, setFlag } from "./crew-dom.js";
import { h, setText } from "./dom.js";
import { doerTold, doingTold } from "./doing-told.js";
import { formatTime } from "./format.js";

class Doings extends HTMLElement {
  #lines = new Map();
  #list = h("ol", { class: "doings-list" });
  #empty = said("p", "doings.empty", { class: "empty" });

  connectedCallback() {
    if (this.firstChild) return;
    const head = h("header", { class: "panel-head" }, said("h2", "doings.title"));
    this.append(head, this.#empty, this.#list);
  }

  set view({ document, me }) {
    const { doings = [], session } = document;
    this.#empty.hidden = doings.length > 0;
    const byVersion = new Map(doings.map((doing) => [doing.version, doing]));
    arrange(this.#list, this.#lines, [...byVersion.keys()], line);
    for (const [version, doing] of byVersion) {
      const element = this.#lines.get(version);
      const [time, by, what] = element.children;
      setText(time, formatTime(doing.at_ms, session.zone, { seconds: true }));
      setText(by, doerTold(doing, me));
      setText(what, doingTold(doing, document));
      setFlag(element, "data-mine", doing.by === me?.name);
    }
  }
}

const line = () => h(
  "li",
  { class: "doings-line" },
  h("time", { class: "doings-time" }),
  h("span", { class: "doings-by" }),
  h("span", { class: "doings-what" }),
);

customElements.define("ls-doings", Doings);
