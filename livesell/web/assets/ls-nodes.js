/** <ls-nodes>: how the push nodes are, small. Property `view`. */

import { arrange, said, setFlag } from "./crew-dom.js";
import { h, setText } from "./dom.js";
import { formatCount } from "./format.js";
import { t } from "./i18n.js";

// A loop that lags a tenth of a second delays every frame and every order by as much.
const SLOW_MS = 100;

class Nodes extends HTMLElement {
  #lines = new Map();
  #list = h("ul", { class: "node-list" });
  #none = said("p", "nodes.none", { class: "panel-note" });

  connectedCallback() {
    if (this.firstChild) return;
    const head = h("header", { class: "panel-head" }, said("h2", "nodes.title"));
    this.append(head, this.#none, this.#list);
  }

  set view({ document }) {
    const nodes = document.nodes ?? {};
    const names = Object.keys(nodes).sort();
    this.#none.hidden = names.length > 0;
    arrange(this.#list, this.#lines, names, () => h("li"));
    for (const name of names) {
      const { viewers, crew, lag_ms: lag } = nodes[name];
      const line = this.#lines.get(name);
      setText(line, t("nodes.line", { name, viewers: formatCount(viewers), crew, lag }));
      setFlag(line, "data-slow", lag >= SLOW_MS);
    }
  }
}

customElements.define("ls-nodes", Nodes);
