/** The stage of the viewer's page: who, what state, the middle, the shown card, likes. */

import { h, setText } from "./dom.js";
import { formatDuration } from "./format.js";
import { knows, t } from "./i18n.js";
import { LinkLine, refusalSentence } from "./link-line.js";
import { momentText } from "./moment-text.js";
import { formatPrice } from "./money.js";
import { centreOf, phaseOf } from "./phase.js";
import { isShared } from "./share.js";
import { StageFigures } from "./stage-figures.js";
import { asOffered } from "./terms.js";

const TOAST_MS = 5000;

const out = (name) => document.querySelector(`[data-out="${name}"]`);

export class ViewerStage {
  #store;
  #clock;
  #likes;
  #figures = new StageFigures();
  #link;
  #hearts = document.querySelector("ls-hearts");
  #countdown = document.querySelector("ls-countdown");
  #shelf = document.querySelector("ls-shelf");
  #shown = null;
  #toastTimer = 0;
  #wishes = {};

  constructor({ store, clock, likes }) {
    this.#store = store;
    this.#clock = clock;
    this.#likes = likes;
    this.#link = new LinkLine({ store, line: out("link"), waiting: out("centre-title") });
    this.#countdown.clock = clock;
    this.#countdown.addEventListener("elapsed", () => this.#paintCentre(store.document.session));
    out("sound").append(document.querySelector("ls-video").button);
    document.querySelector(".stage").addEventListener("dblclick", (event) => this.#likeHere(event));
  }

  /** Says something to screen readers only. */
  announce = (sentence) => setText(out("announce"), sentence);

  /** Says something to everyone, for a moment. */
  toast = (sentence) => {
    setText(out("toast"), sentence);
    out("toast").hidden = false;
    clearTimeout(this.#toastTimer);
    this.#toastTimer = setTimeout(() => (out("toast").hidden = true), TOAST_MS);
  };

  paint(document_, before) {
    const { session, cards, tally, ticker, notice } = document_;
    this.#paintWho(session);
    this.#figures.paint(session, tally, phaseOf(session) === "during");
    this.#paintCentre(session);
    this.#paintShown(document_);
    // What was urgent during the show is stale after it.
    out("notice").hidden = !notice || phaseOf(session) === "after";
    this.#paintNotice(notice ?? "");
    this.#paintShelf(document_);
    document.querySelector("ls-ticker").view = { entries: ticker, cards };
    const fresh = tally.likes - (before?.tally.likes ?? tally.likes);
    if (fresh > 0 && session.state === "live") this.#hearts.others(fresh);
  }

  /** What became of the viewer's places on the waitlist, by card; see `queue-desk.js`. */
  set wishes(wishes) {
    this.#wishes = wishes;
    if (!this.#store.document) return;
    this.#paintShown(this.#store.document);
    this.#paintShelf(this.#store.document);
  }

  paintStatus() {
    const { status, refusal } = this.#store;
    document.body.dataset.status = status;
    if (refusal !== null && this.#store.document === null) this.#paintRefusal(refusal);
    this.#link.paint();
  }

  /** One tap on the like button. */
  like() {
    if (!this.#isLive) return;
    this.#tap();
    this.#hearts.own();
  }

  get #isLive() {
    return this.#store.document?.session.state === "live";
  }

  #tap() {
    this.#likes.tap();
    this.#figures.tapped();
  }

  /** Two taps on the picture are a like there. */
  #likeHere(event) {
    if (!this.#isLive || event.target.closest("button, a, ls-card, dialog")) return;
    const box = this.#hearts.getBoundingClientRect();
    this.#tap();
    this.#hearts.own({ x: event.clientX - box.left, y: event.clientY - box.top });
  }

  #paintWho(session) {
    setText(out("title"), session.title);
    setText(out("host"), t("viewer.host", { name: session.host }));
    setText(out("initial"), [...session.host][0] ?? "");
    document.title = `${session.title} · ${session.host}`;
    document.body.dataset.phase = phaseOf(session);
    document.body.dataset.state = session.state;
    out("state").hidden = false;
    out("state").dataset.state = session.state;
    setText(out("state-text"), knows(`state.${session.state}`) ? t(`state.${session.state}`) : "");
    out("share").hidden = !isShared(session);
    document.querySelector("ls-cover").view = session;
    const isWanted = phaseOf(session) === "during";
    document.querySelector("ls-video").view = { address: session.video ?? "", isWanted };
  }

  #paintCentre(session) {
    const centre = centreOf(session, this.#clock.now());
    out("centre").hidden = centre === null;
    if (centre === null) return;
    const start = session.planned_start;
    this.#countdown.hidden = !centre.hasCountdown;
    out("book").hidden = !centre.hasCountdown;
    this.#countdown.target = centre.hasCountdown ? start : null;
    const length = formatDuration((session.ended ?? 0) - (session.started ?? 0));
    const time = start === undefined ? "" : momentText(start, session.zone);
    out("centre-name").hidden = phaseOf(session) !== "before";
    setText(out("centre-name"), session.title);
    setText(out("centre-title"), t(centre.title));
    setText(out("centre-text"), t(centre.text, { time, length }));
    out("centre-actions").hidden = phaseOf(session) !== "after";
  }

  /** A notice that does not fit can be scrolled with the keyboard too. */
  #paintNotice(notice) {
    const line = out("notice");
    if (line.textContent === notice) return;
    setText(line, notice);
    if (line.scrollHeight > line.clientHeight) line.tabIndex = 0;
    else line.removeAttribute("tabindex");
  }

  #paintShown({ session, cards, shown }) {
    const card = phaseOf(session) === "during" ? cards[shown] : undefined;
    if (!card) {
      this.#shown?.remove();
      this.#shown = null;
      return;
    }
    if (this.#shown?.view.id !== shown) {
      // A new element slides in anew.
      this.#shown = h("ls-card", { data: { look: "shown", theme: "light" } });
      out("shown").replaceChildren(this.#shown);
      const price = formatPrice(asOffered(card, this.#clock.now()).price, session.currency);
      this.announce(`${t("card.slotLink", { n: card.slot })} · ${card.title} · ${price}`);
    }
    const { currency, state } = session;
    this.#shown.view = {
      id: shown, card, cards, currency, sessionState: state, isShown: true,
      clock: this.#clock, wish: this.#wishes[shown],
    };
  }

  #paintShelf({ session, cards, shown }) {
    const n = Object.keys(cards).length;
    const title = phaseOf(session) === "after" ? "viewer.offered" : "viewer.shelf";
    setText(out("shelf-title"), t(title));
    setText(out("shelf-sub"), t("viewer.shelfCount", { n }));
    setText(out("shelf-count"), String(n));
    const { currency, state } = session;
    const [clock, wishes] = [this.#clock, this.#wishes];
    this.#shelf.view = { cards, currency, sessionState: state, shown, clock, wishes };
  }

  /** The server will not talk to this page: it says why, and where to go. */
  #paintRefusal(refusal) {
    document.body.dataset.status = "ended";
    document.body.dataset.phase = "refused";
    out("centre").hidden = false;
    setText(out("centre-title"), refusalSentence(refusal));
    setText(out("centre-text"), "");
    out("centre-actions").hidden = false;
  }
}
