/**
 * A viewer's places on the waitlist: what the server told of each, and what the person asks for.
 *
 * A wish is `{card, units, state}` with `place` while it is `waiting`, `until` and `price` while
 * it is `offered`; it ends as `taken`, `lapsed` or `left`. Events: `change`, and `told` (detail:
 * the wish) when the server tells of a new state.
 */

export class QueueDesk extends EventTarget {
  #http;
  /** How many frames have come, and the last one of each card: what an answer may be older than. */
  #frames = 0;
  #framed = new Map();

  /** By card. Never changed in place, so that `===` tells what is new. */
  wishes = {};

  /** @param http `{wishes, wish, unwish}` of OrderHttp. */
  constructor(http) {
    super();
    this.#http = http;
  }

  /** The offers that are live, or were until a moment ago. */
  get offers() {
    return Object.values(this.wishes).filter(({ state }) => state === "offered");
  }

  /** Takes an `offer` or a `queue` frame. */
  take({ t, ...wish }) {
    this.#frames += 1;
    this.#framed.set(wish.card, this.#frames);
    this.#set(t === "offer" ? { ...wish, state: "offered" } : wish);
  }

  /** What became of all wishes; an offer's price is the card's. */
  async load() {
    const since = this.#frames;
    for (const entry of await this.#http.wishes()) this.#answered(entry, since);
  }

  async join(card, units) {
    const since = this.#frames;
    this.#answered(await this.#http.wish(card, units), since);
  }

  /** Leaves the queue, or declines what is offered. */
  async leave(card) {
    this.#set(fromApi(await this.#http.unwish(card)), { isNews: false });
  }

  /** By the clock an offer is over before the server gets round to saying so. */
  lapse(card, nowMs) {
    const wish = this.wishes[card];
    if (wish?.state !== "offered" || nowMs < wish.until) return;
    this.#set({ card, units: wish.units, state: "lapsed" });
  }

  /** Whether something is waited for or offered, so that a cut of the link may have hidden its end. */
  get isWaiting() {
    return Object.values(this.wishes).some(({ state }) => state === "waiting" || state === "offered");
  }

  /** An answer is as old as its request: what the socket told of that card since then is newer. */
  #answered(entry, since) {
    if ((this.#framed.get(entry.card) ?? 0) <= since) this.#set(fromApi(entry), { isNews: false });
  }

  #set(wish, { isNews = true } = {}) {
    const before = this.wishes[wish.card];
    this.wishes = { ...this.wishes, [wish.card]: wish };
    if (isNews && before?.state !== wish.state) {
      this.dispatchEvent(new CustomEvent("told", { detail: wish }));
    }
    this.dispatchEvent(new Event("change"));
  }
}

/** The API writes times as ISO 8601, the socket as epoch ms. */
const fromApi = ({ until, ...entry }) =>
  until ? { ...entry, until: Date.parse(until) } : entry;
