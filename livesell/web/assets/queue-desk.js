/**
 * A viewer's places on the waitlist: what the server told of each, and what the person asks for.
 *
 * A wish is `{card, units, state}` with `place` while it is `waiting`, `until` and `price` while
 * it is `offered`; it ends as `taken`, `lapsed` or `left`. Events: `change`, and `told` (detail:
 * the wish) when the server tells of a new state.
 */

export class QueueDesk extends EventTarget {
  #http;

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
    this.#set(t === "offer" ? { ...wish, state: "offered" } : wish);
  }

  /** What became of all wishes; an offer's price is the card's. */
  async load() {
    for (const entry of await this.#http.wishes()) this.#set(fromApi(entry), { isNews: false });
  }

  async join(card, units) {
    this.#set(fromApi(await this.#http.wish(card, units)), { isNews: false });
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
