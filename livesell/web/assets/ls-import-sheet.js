/**
 * <ls-import-sheet>: a button that opens the import of products from a spreadsheet.
 *
 * A file is chosen or dropped, its rows are looked at, and only then written. Event: `imported`
 * with `{ids, written, added, changed, wrong}` when that was done; `ids` are those of all right rows
 * in the order of the file. They can be put into a session at once (`ls-import-into.js`).
 */

import "./import-words.js";
import "./ls-import-into.js";
import "./ls-import-rows.js";
import "./ls-problem.js";
import { crewIcon, iconButton, said, say, sayButton, setFlag } from "./crew-dom.js";
import { CURRENCIES } from "./currencies.js";
import { h, setText } from "./dom.js";
import { formatCount } from "./format.js";
import { language, onLanguage, t } from "./i18n.js";
import { noteText, stopOf, toWrite } from "./import-rows.js";
import { contentOf, sendSheet } from "./import-send.js";

const KINDS = ".csv,.tsv,.txt,.xlsx,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const COUNTED = ["new", "changed", "same", "wrong"];

/** After these the catalogue or the file is another than the one in view. */
const STALE = new Set(["catalogue_changed", "other_file"]);

class ImportSheet extends HTMLElement {
  #bytes = null;
  #preview = null;
  #state = "choose";
  #giveUp = new AbortController();
  #again = () => {};
  #part = 0;
  #done = null;

  #input = h("input", { type: "file", class: "visually-hidden", tabindex: "-1", "aria-hidden": "true", accept: KINDS });
  #name = h("strong", { class: "import-name" });
  #choose = sayButton("importing.choose", { class: "primary", onclick: () => this.#input.click() });
  #drop = h(
    "div", { class: "import-drop" }, this.#name, this.#choose, said("p", "importing.drop", { class: "panel-note only-wide" }),
  );
  #currency = h("select", {}, ...CURRENCIES.map((code) => h("option", { value: code, text: code })));
  #files = h("p", { class: "import-files" });
  #progress = h("progress", { max: "1" });
  #busy = h("p", { role: "status" });
  #waiting = h("div", { class: "import-waiting" }, this.#busy, this.#progress);
  #problem = h("ls-problem");
  #tryAgain = sayButton("importing.again_try", { onclick: () => this.#again() });
  #counts = h("dl", { class: "import-counts" });
  #notes = h("ul", { class: "import-notes" });
  #rows = h("ls-import-rows");
  #whole = h("input", { type: "radio", name: "import-mode", value: "whole", checked: true });
  #right = h("input", { type: "radio", name: "import-mode", value: "right" });
  #mode = h(
    "fieldset", { class: "import-mode" },
    said("legend", "importing.mode", { class: "visually-hidden" }),
    h("label", { class: "check" }, this.#whole, said("span", "importing.mode_whole")),
    h("label", { class: "check" }, this.#right, said("span", "importing.mode_right")),
  );
  #stop = h("p", { class: "panel-note", role: "status" });
  #commit = h("button", { type: "button", class: "primary", data: { verb: "commit" }, onclick: () => this.#import() });
  #foot = h("div", { class: "import-foot" }, this.#mode, this.#stop, this.#commit);
  #outcome = h("p", { class: "message", role: "status", data: { kind: "good" } });
  #into = h("ls-import-into");
  #result = h(
    "div", { class: "import-result" }, this.#outcome, this.#into,
    h("div", { class: "row" },
      sayButton("importing.again", { onclick: () => this.#reset() }),
      sayButton("importing.finish", { class: "primary", onclick: () => this.#close() })),
  );
  #dialog = h(
    "dialog", { class: "import-dialog", "aria-labelledby": "import-title" },
    h("header", { class: "import-head" },
      said("h2", "importing.title", { id: "import-title" }),
      iconButton("close", "importing.close", { onclick: () => this.#close() })),
    said("p", "importing.intro", { class: "panel-note import-intro" }),
    h("div", { class: "import-start" },
      this.#drop,
      h("div", { class: "import-beside" },
        h("label", { class: "field" }, said("span", "importing.currency", { class: "label" }), this.#currency),
        this.#files)),
    this.#input, this.#waiting, this.#problem, this.#tryAgain, this.#counts, this.#notes, this.#rows, this.#foot, this.#result,
  );

  connectedCallback() {
    if (this.firstChild) return;
    this.append(
      sayButton("importing.open", { data: { verb: "open-import" }, onclick: () => this.open() }), this.#dialog,
    );
    this.#problem.canForgive = false;
    this.#tryAgain.hidden = true;
    this.#listen();
    this.#showState("choose");
    onLanguage(() => this.#refresh());
  }

  open() {
    if (this.#state === "done") this.#reset();
    this.#refresh();
    this.#dialog.showModal();
  }

  #listen() {
    this.#input.addEventListener("change", () => this.#chosen(this.#input.files[0]));
    this.#currency.addEventListener("change", () => this.#bytes !== null && this.#look());
    this.#whole.addEventListener("change", () => this.#showFoot());
    this.#right.addEventListener("change", () => this.#showFoot());
    this.#dialog.addEventListener("cancel", (event) => {
      // A file dialog that is left says `cancel` too, and it bubbles.
      if (event.target !== this.#dialog) return;
      event.preventDefault();
      this.#close();
    });
    this.#dialog.addEventListener("dragover", (event) => this.#dragged(event, true));
    this.#dialog.addEventListener("dragleave", (event) => this.#dragged(event, false));
    this.#dialog.addEventListener("drop", (event) => {
      this.#dragged(event, false);
      const [file] = event.dataTransfer.files;
      if (file !== undefined) this.#chosen(file);
    });
  }

  #dragged(event, isOver) {
    event.preventDefault();
    setFlag(this.#drop, "data-over", isOver);
  }

  /** An import that is under way goes on; anything else is given up. */
  #close() {
    if (this.#state === "committing") return;
    if (this.#state === "sending") {
      this.#giveUp.abort(new DOMException("closed", "AbortError"));
      this.#reset();
    }
    this.#dialog.close();
  }

  #reset() {
    this.#bytes = this.#preview = this.#done = null;
    this.#problem.failure = null;
    this.#tryAgain.hidden = true;
    this.#input.value = "";
    this.#whole.checked = true;
    setText(this.#name, "");
    this.#showState("choose");
  }

  async #chosen(file) {
    if (file === undefined || this.#state === "committing") return;
    this.#reset();
    setText(this.#name, file.name);
    await this.#tried(async () => {
      this.#bytes = await contentOf(file);
    }, () => this.#chosen(file));
    // The same file, corrected, can be chosen again at once.
    this.#input.value = "";
    if (this.#bytes !== null) await this.#look();
  }

  /** Asks what the file would do. */
  async #look() {
    this.#giveUp.abort(new DOMException("anew", "AbortError"));
    this.#giveUp = new AbortController();
    const { signal } = this.#giveUp;
    this.#preview = null;
    this.#part = 0;
    this.#showState("sending");
    await this.#tried(async () => {
      this.#preview = await this.#send({}, signal);
      this.#rows.preview = this.#preview;
      this.#showState("preview");
    }, () => this.#look());
  }

  /** Imports what is in view. */
  async #import() {
    const mode = this.#modeChosen;
    const { digest, counts } = this.#preview;
    this.#showState("committing");
    await this.#tried(async () => {
      const { ids, written } = await this.#send({ commit: true, mode, digest }, new AbortController().signal);
      this.#done = { ids, written, added: counts.new, changed: counts.changed, wrong: counts.wrong };
      this.#into.products = this.#preview.rows.map(({ product }) => product).filter((one) => one !== null);
      this.#showState("done");
      this.dispatchEvent(new CustomEvent("imported", { detail: this.#done }));
    }, () => this.#import());
  }

  #send(query, signal) {
    return sendSheet(this.#bytes, { currency: this.#currency.value, ...query }, {
      signal,
      onProgress: (part) => {
        this.#part = part;
        this.#showBusy();
      },
    });
  }

  /** Does something, and says next to where it happened what went wrong. */
  async #tried(act, again) {
    this.#problem.failure = null;
    this.#tryAgain.hidden = true;
    try {
      await act();
    } catch (error) {
      if (error.name === "AbortError") return;
      this.#showState(this.#preview === null ? "choose" : "preview");
      await this.#failed(error, again);
    }
  }

  async #failed(error, again) {
    if (STALE.has(error.code)) await this.#look();
    this.#problem.failure = { error: error.code === "too_large" ? tooLarge(error) : error };
    this.#again = again;
    const isWorthIt = error.status === 0 || error.status === 429 || error.status >= 500;
    this.#tryAgain.hidden = !isWorthIt || error.code === "file_unreadable";
    this.#problem.scrollIntoView({ block: "nearest" });
  }

  get #modeChosen() {
    return this.#right.checked ? "right" : "whole";
  }

  #showState(state) {
    this.#state = state;
    this.#dialog.dataset.state = state;
    const isBusy = state === "sending" || state === "committing";
    setFlag(this.#dialog, "aria-busy", isBusy ? "true" : false);
    this.#waiting.hidden = !isBusy;
    for (const part of [this.#counts, this.#notes, this.#rows, this.#foot]) {
      part.hidden = !(state === "preview" || (state === "committing" && part !== this.#foot));
    }
    for (const part of [this.#choose, this.#currency]) part.disabled = state === "committing";
    this.#result.hidden = state !== "done";
    this.#refresh();
  }

  #refresh() {
    const isNew = this.#bytes === null;
    say(this.#choose, isNew ? "importing.choose" : "importing.choose_other");
    this.#choose.className = isNew ? "primary" : "small";
    this.#files.replaceChildren(...fileLinks());
    this.#showBusy();
    if (this.#preview !== null) this.#showPreview();
    if (this.#done !== null) this.#showResult();
    // The sentence follows the language.
    const { failure } = this.#problem;
    if (failure) this.#problem.failure = { ...failure };
  }

  #showBusy() {
    const isWaiting = this.#part >= 1 || this.#state === "committing";
    if (isWaiting) this.#progress.removeAttribute("value");
    else this.#progress.value = this.#part;
    const percent = Math.floor(this.#part * 100);
    const key = this.#state === "committing" ? "importing.committing" : "importing.reading";
    setText(this.#busy, isWaiting ? t(key) : t("importing.sending", { percent }));
  }

  #showPreview() {
    const { counts, notes } = this.#preview;
    this.#counts.replaceChildren(...COUNTED.map((name) => countElement(name, counts[name])));
    this.#notes.replaceChildren(...notes.map(noteElement));
    this.#rows.refresh();
    this.#showFoot();
  }

  #showFoot() {
    const { counts } = this.#preview;
    const stop = stopOf(this.#preview, this.#modeChosen);
    const n = toWrite(counts);
    this.#mode.hidden = counts.wrong === 0 || n === 0;
    this.#commit.disabled = stop !== null;
    setText(this.#commit, n > 0 ? t("importing.commit", { n: formatCount(n) }) : t("importing.commit_none"));
    setText(this.#stop, stopText(stop, counts));
  }

  #showResult() {
    const { written, added, changed, wrong } = this.#done;
    const counted = { added: formatCount(added), changed: formatCount(changed) };
    const text = written > 0 ? t("importing.done", counted) : t("importing.done_same");
    const left = wrong > 0 ? ` ${t("importing.done_wrong", { n: wrong })}` : "";
    this.#outcome.replaceChildren(crewIcon("check"), h("span", { text: text + left }));
    this.#into.refresh();
  }
}

/** Of files, the general sentence says too little. */
const tooLarge = (error) => ({ ...error, message: t("importing.too_large"), code: "import_too_large" });

function stopText(stop, counts) {
  if (stop === "wrong") return t("importing.wrong_block", { n: counts.wrong });
  if (stop === "nothing" && counts.wrong === 0) return t("importing.all_same");
  return counts.wrong > 0 ? t("importing.wrong_stay", { n: counts.wrong }) : "";
}

function countElement(name, n) {
  return h(
    "div", { data: { change: name, none: n === 0 ? "true" : "false" } },
    h("dt", { text: t(`importing.${name}`) }), h("dd", { class: "figure", text: formatCount(n) }),
  );
}

const noteElement = (note) =>
  h("li", { data: { kind: note.code === "catalogue_full" ? "wrong" : "note" }, text: noteText(note) });

/** Links to the template and to the catalogue as files, in the language of the page. */
function fileLinks() {
  const link = (path, key) =>
    h("a", { href: `/api/v1/products/${path}?lang=${language()}`, download: "", text: t(key) });
  return [
    h("span", { text: t("importing.template") }),
    link("template.xlsx", "importing.template_xlsx"), link("template.csv", "importing.template_csv"),
    h("span", { text: t("importing.export") }),
    link("export.xlsx", "importing.export_xlsx"), link("export.csv", "importing.export_csv"),
  ];
}

customElements.define("ls-import-sheet", ImportSheet);
