/**
 * <ls-recount>: every total counted a second time from the facts.
 *
 * Properties: `result` (a `Recount`), `isBusy`, `error`. Events: `recount` when it is asked for.
 */

import "./ls-problem.js";
import { crewIcon, said, say, sayButton } from "./crew-dom.js";
import { h } from "./dom.js";
import { formatCount, formatTime } from "./format.js";
import { t } from "./i18n.js";

class Recount extends HTMLElement {
  #button = sayButton("recount.go", { onclick: () => this.dispatchEvent(new Event("recount")) });
  #verdict = h("p", { class: "recount-verdict", role: "status" });
  #differences = h("div", {
    class: "table-scroll", tabindex: "0", role: "region", "aria-labelledby": "recount-title", hidden: true,
  });
  #problem = h("ls-problem");

  connectedCallback() {
    if (this.firstChild) return;
    this.append(
      said("p", "recount.about", { class: "panel-note" }),
      h("div", { class: "row" }, this.#button, this.#verdict),
      this.#differences,
      this.#problem,
    );
    this.#problem.canForgive = false;
  }

  set isBusy(isBusy) {
    this.#button.disabled = isBusy;
    say(this.#button, isBusy ? "recount.busy" : "recount.go");
  }

  set error(error) {
    this.#problem.failure = error === null ? null : { command: null, error };
  }

  set result(recount) {
    const { differences } = recount;
    const isExact = differences.length === 0;
    this.#verdict.dataset.exact = String(isExact);
    const sentence = t(isExact ? "recount.exact" : "recount.differs", {
      checks: formatCount(recount.checks),
      entries: formatCount(recount.entries),
      n: differences.length,
      time: formatTime(Date.parse(recount.as_of), undefined, { seconds: true }),
    });
    const mark = crewIcon(isExact ? "check" : "alert");
    this.#verdict.replaceChildren(mark, h("span", { text: sentence }));
    this.#differences.hidden = isExact;
    this.#differences.replaceChildren(differenceTable(differences));
    say(this.#button, "recount.again");
  }
}

function differenceTable(differences) {
  const columns = ["what", "counted", "recounted", "source"];
  const text = (value) => (typeof value === "number" ? formatCount(value) : value);
  const names = columns.map((name) => said("th", `recount.${name}`, { scope: "col" }));
  const lines = differences.map((one) =>
    h("tr", {}, ...columns.map((name) => h("td", { text: text(one[name]) }))),
  );
  return h(
    "table",
    { class: "numbers" },
    h("thead", {}, h("tr", {}, ...names)),
    h("tbody", {}, ...lines),
  );
}

customElements.define("ls-recount", Recount);
