/**
 * <ls-preflight session="…">: what a session lacks before it goes live, and what to do about it.
 *
 * Looks when it is put on a page, when its `version` moves on, and when it is asked to. Events: `mend` with `{area, code, cards}`
 * when somebody wants to go where a point is mended; unless the page prevents it, the session's
 * preparation opens. `checked` with `{isReady}` after each look.
 */

import "./rehearsal-words.js";
import { get, segment } from "./api.js";
import { crewIcon, said, sayButton } from "./crew-dom.js";
import { h, setText } from "./dom.js";
import { formatTime } from "./format.js";
import { knows, onLanguage, t } from "./i18n.js";
import { measure } from "./link-quality.js";
import { askService, tryHere, wordsOf } from "./preflight-look.js";
import { sentenceOf } from "./sentence.js";

const ORDER = ["bad", "warn", "ok"];
// What a page of the crew can mend; the rest is for an administrator.
const MENDABLE = new Set(["stock", "prices", "labels", "photos", "plan", "video", "overlay"]);
// Whoever is typing is still typing; the look costs the service a script and the page its photos.
const QUIET_MS = 1500;
// And when that could not be looked at, this long until the next attempt.
const FAILED_MS = 10_000;
const ICONS = { ok: "check", warn: "alert", bad: "alert" };

class Preflight extends HTMLElement {
  #verdict = h("p", { class: "preflight-verdict", role: "status" });
  #again = sayButton("preflight.again", { class: "small", onclick: () => this.look() });
  #list = h("ul", { class: "preflight-points" });
  #answer = null;
  #here = { found: [], hasVideo: false };
  #link = null;
  #error = null;
  #at = 0;
  #turn = 0;
  #newest = 0;
  #later = null;
  #forget = null;

  connectedCallback() {
    if (!this.firstChild) {
      const head = h("div", { class: "panel-head" }, said("h2", "preflight.title"), this.#again);
      this.append(head, this.#verdict, this.#list);
    }
    this.#forget ??= onLanguage(() => this.#paint());
    if (this.session) this.look();
  }

  static observedAttributes = ["session"];

  attributeChangedCallback(_name, before, after) {
    if (this.isConnected && this.firstChild && before !== after) this.look();
  }

  disconnectedCallback() {
    this.#forget?.();
    this.#forget = null;
    this.#turn += 1;
    clearTimeout(this.#later);
  }

  get session() {
    return this.getAttribute("session") ?? "";
  }

  /** The version of the session as the page shows it: what was found in an older one is not kept. */
  set version(version) {
    if (version === this.#newest) return;
    this.#newest = version;
    this.#lookLater();
  }

  #lookLater(delayMs = QUIET_MS) {
    clearTimeout(this.#later);
    const isOld = this.#answer !== null && this.#answer.document.version < this.#newest;
    if (isOld) this.#later = setTimeout(() => this.#lookQuietly(), delayMs);
  }

  /** What was found stands until there is something newer; the link is not measured again. */
  async #lookQuietly() {
    if (this.#again.disabled) return;
    const turn = (this.#turn += 1);
    try {
      const answer = await askService(this.session);
      const here = await tryHere(answer.document);
      if (turn !== this.#turn) return;
      [this.#answer, this.#here, this.#at] = [answer, here, Date.now()];
      this.#paint();
      this.#tell();
      this.#lookLater();
    } catch {
      // When it looked last is said.
      if (turn === this.#turn) this.#lookLater(FAILED_MS);
    }
  }

  /** Looks again; a look that is overtaken by a newer one says nothing. */
  async look() {
    const turn = (this.#turn += 1);
    this.#again.disabled = true;
    this.#answer = this.#error = null;
    this.#here = { found: [], hasVideo: false };
    this.#link = { code: "link_measuring", data: { n: 0, of: 10 }, state: "ok" };
    this.#paint();
    try {
      const answer = await askService(this.session);
      if (turn !== this.#turn) return;
      this.#answer = answer;
      this.#at = Date.now();
      this.#paint();
      this.#tell();
      await Promise.all([this.#tryHere(turn), this.#measure(turn)]);
    } catch (error) {
      if (turn === this.#turn) this.#error = error;
    }
    if (turn !== this.#turn) return;
    this.#again.disabled = false;
    this.#paint();
    this.#lookLater();
  }

  async #tryHere(turn) {
    const here = await tryHere(this.#answer.document);
    if (turn !== this.#turn) return;
    this.#here = here;
    this.#paint();
  }

  async #measure(turn) {
    const found = await measure(() => get("/me"), (n) => {
      if (turn !== this.#turn) return;
      this.#link = { code: "link_measuring", data: { n, of: 10 }, state: "ok" };
      this.#paint();
    });
    if (turn !== this.#turn) return;
    this.#link = { code: found.code, data: found, state: found.code === "link_ok" ? "ok" : "warn" };
    this.#paint();
  }

  #tell() {
    const isReady = this.#answer.checks.every(({ state }) => state !== "bad");
    this.dispatchEvent(new CustomEvent("checked", { detail: { isReady } }));
  }

  /** All points; what this browser found takes the place of the service's good word. */
  #points() {
    const { found, hasVideo } = this.#here;
    const spoilt = new Set(found.map(({ area }) => area));
    const own = this.#answer.checks
      .filter(({ state, area }) => state !== "ok" || !spoilt.has(area))
      .map((one) => (one.code === "video_ok" && hasVideo ? { ...one, code: "video_loads" } : one));
    const link = { area: "link", cards: [], ...this.#link };
    const rank = ({ state }) => ORDER.indexOf(state);
    return [...own, ...found, link].sort((one, other) => rank(one) - rank(other));
  }

  #paint() {
    this.dataset.state = this.#state();
    setText(this.#verdict, this.#sentence());
    this.#list.hidden = this.#answer === null;
    if (this.#answer !== null) this.#list.replaceChildren(...this.#points().map((one) => this.#line(one)));
  }

  #state() {
    if (this.#answer === null) return this.#error === null ? "loading" : "failed";
    return this.#points()[0].state;
  }

  #sentence() {
    if (this.#answer === null) {
      if (this.#error === null) return t("preflight.loading");
      return `${t("preflight.failed")} ${sentenceOf(this.#error)}`;
    }
    const count = (wanted) => this.#points().filter(({ state }) => state === wanted).length;
    const [bad, warn] = [count("bad"), count("warn")];
    const verdict = bad > 0 ? "not_ready" : warn > 0 ? "warned" : "ready";
    const time = formatTime(this.#at, undefined, { seconds: true });
    return `${t(`preflight.${verdict}`, { n: bad || warn })} ${t("preflight.as_of", { time })}`;
  }

  #line(one) {
    const { area, code, state } = one;
    const isKnown = knows(`preflight.${code}`);
    const sentence = isKnown ? wordsOf(one, this.#answer.document, t) : one.says;
    const advice = knows(`preflight.${code}_do`) ? t(`preflight.${code}_do`) : (one.do ?? "");
    const canMend = state !== "ok" && MENDABLE.has(area);
    return h(
      "li",
      { class: "preflight-point", data: { state, code } },
      h("span", { class: "preflight-mark" }, crewIcon(ICONS[state])),
      h(
        "div",
        { class: "preflight-words" },
        h(
          "p",
          { class: "preflight-area" },
          h("b", { text: knows(`preflight.area_${area}`) ? t(`preflight.area_${area}`) : area }),
          h("span", { class: "preflight-state", text: t(`preflight.state_${state}`) }),
        ),
        h("p", { text: sentence }),
        advice ? h("p", { class: "preflight-do", text: advice }) : null,
      ),
      canMend ? this.#mendButton(one) : null,
    );
  }

  #mendButton({ area, code, cards }) {
    return sayButton("preflight.mend", {
      class: "small quiet",
      onclick: () => {
        const detail = { area, code, cards };
        const wish = new CustomEvent("mend", { detail, bubbles: true, cancelable: true });
        if (this.dispatchEvent(wish)) location.assign(this.#placeOf(area));
      },
    });
  }

  #placeOf(area) {
    const session = segment(this.session);
    return area === "overlay" ? `/overlay/${session}/lower-third?preview` : `/prepare/${session}`;
  }
}

customElements.define("ls-preflight", Preflight);

