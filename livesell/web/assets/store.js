/**
 * What a page knows now, and how fresh it is. Elements listen here and nowhere else.
 *
 * Events: `change` (detail: {document, before}), `status`, `hello` (detail: the frame), `answer`
 * (detail: an order's answer), `wish` (detail: an `offer` or `queue` frame), `fault` (detail: an
 * error frame). One way for data: socket.js → state.js → here → elements.
 */

import { fold } from "./state.js";

/** What `status` may be; the four looks of every page. */
export const STATUS = {
  loading: "loading",
  live: "live",
  reconnecting: "reconnecting",
  ended: "ended",
};

const EVENTS = { hello: "hello", order: "answer", offer: "wish", queue: "wish", error: "fault" };

const OVER = new Set(["ended", "cancelled"]);

export class LiveStore extends EventTarget {
  #current = null;
  #heardAt = null;
  #link = "loading";
  #staleSince = null;
  #isEmbedded = false;

  /** The close code with which the server said that it will not talk to this page; else null. */
  refusal = null;
  hello = null;

  constructor(clock) {
    super();
    this.clock = clock;
  }

  /** The document, or null before the first one. Never change it. */
  get document() {
    return this.#current?.d ?? null;
  }

  /** Where the page stands in the stream of patches, or null. */
  get position() {
    const current = this.#current;
    return current && current.e !== null ? { e: current.e, v: current.v } : null;
  }

  get status() {
    if (this.document === null) return STATUS.loading;
    if (OVER.has(this.document.session.state)) return STATUS.ended;
    if (this.#isEmbedded && this.#link === "loading") return STATUS.loading;
    return this.#link === "live" && !this.isStale ? STATUS.live : STATUS.reconnecting;
  }

  /** Whether the server itself says that it has no newer numbers at the moment. */
  get isStale() {
    return this.#staleSince !== null;
  }

  /** How old the numbers are, ms: since the last frame, or as the server says; 0 before any. */
  get ageMs() {
    if (this.isStale) return Math.max(0, this.clock.now() - this.#staleSince);
    return this.#heardAt === null ? 0 : performance.now() - this.#heardAt;
  }

  /** A document that came over HTTP, for the first paint; a newer one from the socket stays. */
  seed(document, nowMs, position = null) {
    if (this.position !== null) return;
    this.clock.sync(nowMs);
    const before = this.document;
    this.#current = { ...(position ?? { e: null, v: -1 }), d: document };
    this.#heardAt = performance.now();
    this.#changed(before);
  }

  /**
   * The document that came in the page itself. It is news, so until the first connection has come
   * about or failed nothing is lost, and nothing is called so.
   *
   * @param position `{e, v}` of it, or null when it is none of the socket's.
   */
  embed(document, nowMs, position) {
    this.#isEmbedded = true;
    this.seed(document, nowMs, position);
  }

  /** Takes one frame from the server. @returns "resync" when the server has to be asked, or null. */
  take(frame) {
    this.#heardAt = performance.now();
    if (frame.t === "hello") {
      this.hello = frame;
      this.clock.sync(frame.now);
    }
    this.#noteAge(frame);
    const before = this.document;
    const { current, ask } = fold(this.#current, frame);
    this.#current = current;
    if (this.#isCaughtUp(frame)) this.#linkIs("live");
    if (this.document !== before) this.#changed(before);
    this.#forward(frame);
    return ask;
  }

  /** A server that cannot reach its store says so; what it sends after that is news again. */
  #noteAge(frame) {
    if (frame.t === "stale") this.#staleIs(frame.since);
    else if (frame.t === "fresh" || frame.t === "state" || frame.t === "patch") this.#staleIs(null);
  }

  #staleIs(since) {
    if (this.#staleSince === since) return;
    this.#staleSince = since;
    this.dispatchEvent(new Event("status"));
  }

  /**
   * A whole document, the next patch, or the hello of the same epoch (a page that missed nothing
   * gets no document again) make what is here the newest.
   */
  #isCaughtUp(frame) {
    if (frame.t === "state") return true;
    const isOurs = this.#current !== null && frame.e === this.#current.e;
    return isOurs && (frame.t === "hello" || (frame.t === "patch" && frame.v === this.#current.v));
  }

  /** The connection is gone; `refusal` is the close code when it is gone for good. */
  linkLost(refusal = null) {
    this.refusal = refusal;
    this.#staleSince = null;
    this.#linkIs("lost");
  }

  #linkIs(link) {
    if (link === "live") this.refusal = null;
    if (this.#link === link && link === "live") return;
    this.#link = link;
    this.dispatchEvent(new Event("status"));
  }

  #changed(before) {
    const detail = { document: this.document, before };
    this.dispatchEvent(new CustomEvent("change", { detail }));
    if (before?.session.state !== this.document.session.state) {
      this.dispatchEvent(new Event("status"));
    }
  }

  #forward(frame) {
    const name = EVENTS[frame.t];
    if (name) this.dispatchEvent(new CustomEvent(name, { detail: frame }));
  }
}
