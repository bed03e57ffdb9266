/**
 * <ls-command-dock>: the commands that could not be sent yet, in their order, and those that were
 * given up, with the reason, until somebody has read it.
 *
 * Property `view`. Events, each with a command's id: `take-back`, `confirm-old`, `dismiss`, `repeat`
 * (do it on what is there now); and `send-now`. Stands over the page, so nothing moves when it
 * comes and goes.
 */

import { conflictTold } from "./conflict-told.js";
import { arrange, sayButton, setFlag } from "./crew-dom.js";
import { h, setText } from "./dom.js";
import { ageParts } from "./format.js";
import { t } from "./i18n.js";
import { sentenceOf } from "./sentence.js";
import { commandTold } from "./told.js";

// A command that is answered within this time was never worth a word.
const SHOW_AFTER_MS = 1500;

class CommandDock extends HTMLElement {
  #lines = new Map();
  #lost = new Map();
  #head = h("p", { class: "dock-head", role: "status" });
  #now = sayButton("waiting.send_now", {
    class: "small", onclick: () => this.#tell("send-now"),
  });
  #risk = h("p", { class: "dock-risk" });
  #list = h("ol", { class: "dock-list" });
  #lostHead = h("p", { class: "dock-head dock-lost-head", role: "alert" });
  #all = sayButton("waiting.dismiss_all", { class: "small quiet", onclick: () => this.#dismissAll() });
  #lostList = h("ol", { class: "dock-list dock-lost" });

  connectedCallback() {
    if (this.firstChild) return;
    this.hidden = true;
    this.append(
      h("div", { class: "dock-top" }, this.#head, this.#now), this.#risk, this.#list,
      h("div", { class: "dock-top" }, this.#lostHead, this.#all), this.#lostList,
    );
  }

  set view({ document, commands, me }) {
    const pending = isWorthAWord(commands) ? commands.pending : [];
    this.#showWaiting(pending, document);
    this.#showLost(commands.dropped, { document, me });
    setText(this.#risk, pending.length > 0 && commands.isAtRisk ? t("waiting.at_risk") : "");
    this.hidden = pending.length === 0 && commands.dropped.length === 0;
  }

  #showWaiting(pending, document) {
    const byId = new Map(pending.map((one) => [one.id, one]));
    arrange(this.#list, this.#lines, [...byId.keys()], (id) => this.#waitingLine(id));
    for (const [id, one] of byId) showLine(this.#lines.get(id), one, document);
    setText(this.#head, pending.length > 0 ? t("waiting.title", { n: pending.length }) : "");
    this.#now.parentElement.hidden = pending.length === 0;
  }

  #showLost(dropped, page) {
    const byId = new Map(dropped.map((one) => [one.id, one]));
    arrange(this.#lostList, this.#lost, [...byId.keys()], (id) => this.#lostLine(id));
    for (const [id, one] of byId) showLost(this.#lost.get(id), one, page);
    setText(this.#lostHead, dropped.length > 0 ? t("waiting.lost", { n: dropped.length }) : "");
    this.#all.parentElement.hidden = dropped.length === 0;
    this.#all.hidden = dropped.length < 2;
  }

  #waitingLine(id) {
    return h(
      "li", {},
      h("span", { class: "dock-what" }),
      h("span", { class: "dock-age" }),
      h(
        "span", { class: "dock-answers" },
        this.#button("waiting.send_anyway", "confirm-old", id, "small"),
        this.#button("waiting.drop", "take-back", id, "small quiet"),
      ),
    );
  }

  #lostLine(id) {
    return h(
      "li", {},
      h("span", { class: "dock-what" }),
      h("span", { class: "dock-why" }),
      h(
        "span", { class: "dock-answers" },
        this.#button("conflict.mine_anyway", "repeat", id, "small"),
        this.#button("waiting.dismiss", "dismiss", id, "small quiet"),
      ),
    );
  }

  #button(key, event, id, kind) {
    return sayButton(key, { class: kind, data: { asks: event }, onclick: () => this.#tell(event, id) });
  }

  #dismissAll() {
    for (const id of [...this.#lost.keys()]) this.#tell("dismiss", id);
  }

  #tell(name, detail = null) {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
  }
}

function isWorthAWord(commands) {
  const isSlow = commands.pending.some((one) => Date.now() - one.madeAt > SHOW_AFTER_MS);
  return commands.isStuck || isSlow;
}

function showLine(line, { command, madeAt, state }, document) {
  const [what, when, answers] = line.children;
  const age = t(...ageParts(Math.max(0, Date.now() - madeAt)));
  setText(what, commandTold(command, document));
  setText(when, state === "asking" ? t("waiting.ask", { age }) : t("waiting.made", { age }));
  setFlag(line, "data-state", state);
  answers.firstChild.hidden = state !== "asking";
}

function showLost(line, { command, base, error }, page) {
  const [what, why, answers] = line.children;
  const isConflict = error.code === "version_conflict";
  const lines = isConflict ? conflictTold(error, { command, version: base, ...page }) : [];
  setText(what, commandTold(command, page.document));
  setText(why, [sentenceOf(error), ...lines].join("\n"));
  answers.firstChild.hidden = !isConflict;
}

customElements.define("ls-command-dock", CommandDock);
