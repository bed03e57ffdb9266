/**
 * <ls-recount>: every total counted a second time from the facts.
 *
 * Properties: `result` (the API's recount, with its seal), `isBusy`, `error`. Events: `recount` when
 * it is asked for.
 */

import "./ls-problem.js";
import { crewIcon, said, say, sayButton } from "./crew-dom.js";
import { h } from "./dom.js";
import { formatCount, formatMoment, formatTime } from "./format.js";
import { t } from "./i18n.js";

class Recount extends HTMLElement {
  #button = sayButton("recount.go", { onclick: () => this.dispatchEvent(new Event("recount")) });
  #verdict = h("p", { class: "recount-verdict", role: "status" });
  #differences = h("div", {
    class: "table-scroll", tabindex: "0", role: "region", "aria-labelledby": "recount-title", hidden: true,
  });
  #seal = h("div", { class: "seal", hidden: true });
  #problem = h("ls-problem");

  connectedCallback() {
    if (this.firstChild) return;
    this.append(
      said("p", "recount.about", { class: "panel-note" }),
      h("div", { class: "row" }, this.#button, this.#verdict),
      this.#differences,
      this.#seal,
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
    const { differences, first } = recount;
    const isExact = differences.length === 0 && first === null;
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
    this.#differences.replaceChildren(
      ...(differences.length > 0 ? [differenceTable(differences)] : []),
      ...(first === null ? [] : [h("p", { class: "recount-first", text: traceText(first) })]),
    );
    this.#seal.hidden = !recount.seal;
    if (recount.seal) this.#seal.replaceChildren(...sealLines(recount.seal));
    say(this.#button, "recount.again");
  }
}

/** Where to look first. What is wrong there comes from the server, in English, as do the names. */
function traceText({ n, id, about, says }) {
  if (n === 0) return t("recount.first_order", { order: about, says });
  return t("recount.first_entry", { n: formatCount(n), id, says });
}

/** Whether the ledger is as it was sealed, and the digest to note. */
function sealLines({ is_intact: isIntact, seals, sealed, entries, digest, at, first }) {
  if (seals === 0) return [h("p", { class: "panel-note", text: t("seal.none") })];
  const sentence = isIntact
    ? t(sealed < entries ? "seal.intact_partly" : "seal.intact", {
        sealed: formatCount(sealed),
        rest: formatCount(entries - sealed),
        time: formatMoment(Date.parse(at)),
      })
    : t(`seal.${first.what}`, {
        n: formatCount(first.n),
        id: first.id,
        kind: first.kind,
        time: formatMoment(Date.parse(first.at)),
      });
  const mark = crewIcon(isIntact ? "check" : "alert");
  return [
    h(
      "p",
      { class: "seal-verdict", role: "status", data: { exact: String(isIntact) } },
      mark,
      h("span", { text: sentence }),
    ),
    h(
      "p",
      { class: "panel-note" },
      said("span", "seal.note"),
      " ",
      h("code", { class: "digest", text: digest }),
    ),
  ];
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
