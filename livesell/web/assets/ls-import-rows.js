/**
 * <ls-import-rows>: the rows of a preview, filtered and in pages, so that ten thousand of them
 * weigh no more than forty.
 *
 * Property `preview`; `refresh()` says everything again in the language of the page.
 */

import { said, say, sayButton, setFlag } from "./crew-dom.js";
import { h, setText } from "./dom.js";
import { formatCount } from "./format.js";
import { t } from "./i18n.js";
import { FILTERS, differenceText, firstFilter, pageOf, placeText, problemText } from "./import-rows.js";
import { formatPrice } from "./money.js";

class ImportRows extends HTMLElement {
  #rows = [];
  #filter = "all";
  #page = 0;
  #filters = new Map(Object.keys(FILTERS).map((name) => [name, this.#filterChoice(name)]));
  #list = h("ol", { class: "import-rows", tabindex: "-1" });
  #empty = said("p", "importing.none_here", { class: "empty" });
  #where = h("p", { class: "panel-note", role: "status" });
  #earlier = sayButton("importing.earlier", { onclick: () => this.#turn(-1) });
  #later = sayButton("importing.later", { onclick: () => this.#turn(1) });
  #pager = h("nav", { class: "row import-pager" }, this.#earlier, this.#where, this.#later);

  connectedCallback() {
    if (this.firstChild) return;
    const legend = said("legend", "importing.filter", { class: "visually-hidden" });
    const choices = [...this.#filters.values()].map(({ label }) => label);
    this.append(
      h("fieldset", { class: "import-filters" }, legend, ...choices), this.#list, this.#empty, this.#pager,
    );
  }

  set preview({ rows }) {
    this.#rows = rows;
    this.#page = 0;
    this.#filter = firstFilter(rows);
    this.refresh();
  }

  refresh() {
    for (const [name, { input, text }] of this.#filters) {
      const n = this.#rows.filter(FILTERS[name]).length;
      setText(text, t(`importing.filter_${name}`, { n: formatCount(n) }));
      input.checked = name === this.#filter;
    }
    this.#show();
  }

  #filterChoice(name) {
    const input = h("input", { type: "radio", name: "import-filter", value: name });
    const text = h("span");
    input.addEventListener("change", () => {
      this.#filter = name;
      this.#page = 0;
      this.#show();
    });
    return { label: h("label", { data: { filter: name } }, input, text), input, text };
  }

  #turn(by) {
    this.#page += by;
    this.#show();
    this.#list.focus({ preventScroll: true });
    this.scrollIntoView({ block: "start" });
  }

  #show() {
    const { rows, page, pages, from, to, total } = pageOf(this.#rows, this.#filter, this.#page);
    this.#page = page;
    this.#list.replaceChildren(...rows.map(rowElement));
    this.#empty.hidden = total > 0;
    say(this.#empty, this.#filter === "wrong" ? "importing.none_wrong" : "importing.none_here");
    this.#pager.hidden = pages === 1;
    this.#earlier.disabled = page === 0;
    this.#later.disabled = page === pages - 1;
    const counted = { from: formatCount(from), to: formatCount(to), n: formatCount(total) };
    setText(this.#where, t("importing.page", counted));
  }
}

function rowElement(row) {
  const { change, differences, problems } = row;
  const item = h(
    "li",
    { class: "import-row", data: { change } },
    h("p", { class: "import-n", text: t("importing.row_n", { n: row.row }) }),
    h("p", { class: "import-chip" }, h("span", { class: "chip", text: t(`importing.${change}`) })),
    productElement(row),
    h(
      "ul",
      { class: "import-about" },
      ...problems.map(problemElement),
      ...differences.map((one) => h("li", { text: differenceText(one, row.product) })),
    ),
  );
  setFlag(item, "data-warned", problems.some(({ warning }) => warning));
  return item;
}

function productElement({ title, id, product }) {
  const facts = product === null
    ? [id]
    : [formatPrice(product.price, product.currency), product.sku, id];
  return h(
    "div",
    { class: "import-product" },
    h("h3", { text: title || t("importing.untitled") }),
    h("p", { class: "panel-note figure", text: facts.filter(Boolean).join(" · ") }),
  );
}

function problemElement(problem) {
  const place = placeText(problem);
  return h(
    "li",
    { data: { kind: problem.warning ? "warning" : "wrong" } },
    place === "" ? null : h("strong", { text: place }),
    h("span", { text: problemText(problem) }),
  );
}

customElements.define("ls-import-rows", ImportRows);
