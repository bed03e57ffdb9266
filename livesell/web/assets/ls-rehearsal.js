/**
 * <ls-rehearsal session="…">: the session's rehearsal, from its start to its removal.
 *
 * Property `may`: whether this person may start and end one; the service decides, this only hides
 * what it would refuse. Asks the service every few seconds while there is one.
 */

import "./ls-ask.js";
import "./ls-invitation.js";
import "./ls-problem.js";
import "./ls-simulated.js";
import "./rehearsal-words.js";
import { get, post, request, segment } from "./api.js";
import { say, said, sayButton } from "./crew-dom.js";
import { h, setText } from "./dom.js";
import { formatCount, formatMoment } from "./format.js";
import { onLanguage, t } from "./i18n.js";
import { formatMoney } from "./money.js";

const AGAIN_MS = 2000;
const AFTER_FAILURE_MS = 5000;
const ON_AIR = new Set(["live", "paused"]);
const COUNTS = ["concurrent", "viewers", "peak", "likes", "orders", "units"];

class RehearsalPanel extends HTMLElement {
  #state = h("span", { class: "rehearsal-state", role: "status" });
  #loading = h("p", { class: "panel-note" });
  #start = sayButton("rehearsal.start", { onclick: () => this.#begin(false) });
  #startLive = sayButton("rehearsal.start_live", { class: "primary", onclick: () => this.#begin(true) });
  #starts = h("div", { class: "row" }, this.#startLive, this.#start);
  #reader = said("p", "rehearsal.only_crew", { class: "panel-note" });
  #made = h("p", { class: "panel-note" });
  #console = said("a", "rehearsal.console", { class: "button primary", target: "_blank", rel: "noopener" });
  #viewer = said("a", "rehearsal.viewer", { class: "button", target: "_blank", rel: "noopener" });
  #doors = h("div", { class: "row" }, this.#console, this.#viewer);
  #invitation = h("ls-invitation");
  #simulated = h("ls-simulated");
  #counts = h("dl", { class: "rehearsal-counts" });
  #remove = sayButton("rehearsal.remove", { class: "danger", onclick: () => this.#end() });
  #running = h(
    "div", { class: "rehearsal-running" },
    this.#made, this.#doors, this.#invitation, this.#simulated,
    said("h3", "rehearsal.happened"), this.#counts, this.#remove,
  );
  #last = h("div", { class: "rehearsal-last", role: "status", hidden: true });
  #problem = h("ls-problem");
  #ask = h("ls-ask");

  #may = false;
  #now = undefined;
  #gone = null;
  #isBusy = false;
  #timer = 0;
  #forget = null;

  connectedCallback() {
    if (!this.firstChild) {
      this.append(
        h("div", { class: "panel-head" }, said("h2", "rehearsal.title"), this.#state),
        said("p", "rehearsal.about", { class: "panel-note" }),
        this.#loading, this.#last, this.#starts, this.#reader, this.#running, this.#problem, this.#ask,
      );
      this.#problem.addEventListener("forgive", () => (this.#problem.failure = null));
      this.#simulated.addEventListener("come", ({ detail }) => this.#simulate(detail));
      this.#simulated.addEventListener("leave", () => this.#do("audience", { method: "DELETE" }));
    }
    this.#forget ??= onLanguage(() => this.#paint());
    this.#paint();
    if (this.session) this.#look();
  }

  static observedAttributes = ["session"];

  attributeChangedCallback(_name, before, after) {
    if (this.isConnected && this.firstChild && before !== after) this.#look();
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
    this.#forget?.();
    this.#forget = null;
  }

  get session() {
    return this.getAttribute("session") ?? "";
  }

  set may(may) {
    this.#may = may;
    this.#paint();
  }

  get #path() {
    return `/sessions/${segment(this.session)}/rehearsal`;
  }

  async #look() {
    clearTimeout(this.#timer);
    let delay = AGAIN_MS;
    try {
      if (!this.#isBusy) this.#take(await get(this.#path));
    } catch (error) {
      delay = AFTER_FAILURE_MS;
      if (this.#now === undefined) setText(this.#loading, t("rehearsal.failed"));
      if (error.status >= 400 && error.status < 429) return;
    }
    if (this.isConnected) this.#timer = setTimeout(() => this.#look(), delay);
  }

  #take({ rehearsal }) {
    this.#now = rehearsal;
    this.#paint();
  }

  async #begin(isLive) {
    say(isLive ? this.#startLive : this.#start, "rehearsal.starting");
    await this.#do("", { body: { live: isLive } });
    say(this.#startLive, "rehearsal.start_live");
    say(this.#start, "rehearsal.start");
    if (this.#now) this.#gone = null;
    this.#paint();
  }

  async #simulate({ body, wrong }) {
    const error = await this.#do("/audience", { body }, { isTold: false });
    if (error?.fields && Object.keys(error.fields).length > 0) wrong(error);
    else if (error) this.#problem.failure = { command: null, error };
  }

  async #end() {
    const isSure = await this.#ask.about({
      title: t("rehearsal.remove_title"),
      text: t("rehearsal.remove_text"),
      yes: t("rehearsal.remove_yes"),
      isDanger: true,
    });
    if (!isSure) return;
    const before = this.#now;
    const error = await this.#do("", { method: "DELETE" });
    if (error && error.code !== "no_rehearsal") return;
    this.#gone = this.#now ?? before;
    this.#now = null;
    this.#paint();
  }

  /** One request at a time; what it answers is the newest state. Returns what went wrong. */
  async #do(place, options, { isTold = true } = {}) {
    if (this.#isBusy) return null;
    const path = place && !place.startsWith("/") ? `${this.#path}/${place}` : this.#path + place;
    this.#isBusy = true;
    this.#problem.failure = null;
    this.#paint();
    try {
      const answer = options.body === undefined ? await request(path, options) : await post(path, options.body);
      this.#now = answer.rehearsal;
      return null;
    } catch (error) {
      if (isTold) this.#problem.failure = { command: null, error };
      return error;
    } finally {
      this.#isBusy = false;
      this.#paint();
    }
  }

  #paint() {
    if (!this.firstChild) return;
    const [now, isKnown] = [this.#now ?? null, this.#now !== undefined];
    if (!isKnown && !this.#loading.textContent) setText(this.#loading, t("rehearsal.loading"));
    this.#loading.hidden = isKnown;
    this.#starts.hidden = !isKnown || now !== null || !this.#may;
    this.#reader.hidden = !isKnown || now !== null || this.#may;
    this.#running.hidden = now === null;
    this.#state.hidden = now === null;
    for (const button of [this.#start, this.#startLive, this.#remove]) button.disabled = this.#isBusy;
    this.#last.hidden = this.#gone === null;
    if (this.#gone) this.#last.replaceChildren(said("p", "rehearsal.removed"), counts(this.#gone, h("dl", { class: "rehearsal-counts" })));
    if (now !== null) this.#paintRunning(now);
  }

  #paintRunning(now) {
    this.#state.dataset.state = now.state;
    say(this.#state, `rehearsal.state_${now.state}`);
    const isOver = !ON_AIR.has(now.state) && now.state !== "scheduled";
    const end = formatMoment(Date.parse(now.ends));
    const made = t("rehearsal.made_by", { name: now.by, time: formatMoment(Date.parse(now.made)), end });
    const gone = now.ended && t("rehearsal.kept_until", { time: formatMoment(Date.parse(now.ended) + 86_400_000) });
    setText(this.#made, isOver && gone ? gone : made);
    this.#console.href = `/console/${segment(now.id)}`;
    this.#viewer.href = `/s/${segment(now.id)}`;
    this.#invitation.hidden = isOver;
    this.#invitation.view = { link: now.link, qr: now.qr, until: end };
    this.#simulated.hidden = isOver || !this.#may;
    this.#simulated.view = { audience: now.audience, isOnAir: ON_AIR.has(now.state), isBusy: this.#isBusy };
    this.#remove.hidden = !this.#may;
    counts(now, this.#counts);
  }
}

/** What happened so far, as numbers. */
function counts(now, list) {
  const line = (name, text) =>
    h("div", {}, said("dt", `rehearsal.count_${name}`), h("dd", { class: "figure", text, data: { count: name } }));
  list.replaceChildren(
    ...COUNTS.map((name) => line(name, formatCount(now[name]))),
    line("ordered", formatMoney(now.ordered, now.currency)),
  );
  return list;
}

customElements.define("ls-rehearsal", RehearsalPanel);
