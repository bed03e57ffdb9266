/**
 * What the crew should look up for. Pure: the page hands in what it sees, twice a second. A store
 * or a link that ages is `ls-stale.js`.
 *
 * An alert says its sentence once. Put away, it stays away until what caused it was over for a
 * minute, so that a number that trembles around its limit does not nag.
 */

import { isOnAir } from "./session-state.js";
import { stockLevel } from "./stock.js";

// A third of the viewers gone within a minute is a broken stream or a broken picture rather than
// taste; a small audience changes by as much when two people leave.
const FALL_SHARE = 0.3;
const FALL_LEAST = 20;
// Three minutes without an order, after a time in which there was one every two minutes.
const QUIET_MS = 3 * 60_000;
const QUIET_AFTER_ORDERS = 5;
const GONE_AFTER_MS = 5000;
const AGAIN_AFTER_MS = 60_000;

/** Gravest first. Each looks at what the page sees; facts when there is something to say. */
const RULES = [
  { kind: "money", level: "bad", look: ({ toSettle }) => (toSettle > 0 ? { n: toSettle } : null) },
  { kind: "sold_out", level: "bad", look: (seen) => shownAt(seen, "none") },
  { kind: "last", level: "bad", look: (seen) => shownAt(seen, "last") },
  { kind: "viewers_fall", level: "warn", look: viewersFall },
  { kind: "low", level: "warn", look: (seen) => shownAt(seen, "low") },
  { kind: "quiet", level: "warn", look: ordersStop },
];

function shownAt({ document }, level) {
  const card = document.cards[document.shown];
  if (!card || !card.open || !isOnAir(document.session.state)) return null;
  if (stockLevel(card) !== level) return null;
  return { of: document.shown, slot: card.slot, title: card.title, left: card.stock };
}

function viewersFall({ document, pulse }) {
  if (!isOnAir(document.session.state)) return null;
  const [from, to] = [pulse.recentMost, document.tally.concurrent];
  return from >= FALL_LEAST && to <= from * (1 - FALL_SHARE) ? { from, to } : null;
}

function ordersStop({ document, pulse, nowMs }) {
  const { session, tally, cards, shown } = document;
  const card = cards[shown];
  const canSell = session.state === "live" && card?.open && stockLevel(card) !== "none";
  const last = pulse.lastOrderMs();
  if (!canSell || tally.concurrent < FALL_LEAST || last === null) return null;
  const hadOrders = pulse.recentOrders(nowMs) >= QUIET_AFTER_ORDERS;
  return hadOrders && nowMs - last >= QUIET_MS ? { minutes: QUIET_MS / 60_000 } : null;
}

export class Alerts {
  #episodes = new Map();

  /**
   * @param seen `{document, pulse, nowMs, toSettle}`.
   * @returns What to show now, gravest first: `[{id, kind, level, facts}]`. An alert keeps the
   *   facts that it was raised with.
   */
  look(seen) {
    for (const [place, rule] of RULES.entries()) this.#ask(rule, place, seen);
    for (const [id, { lastMs }] of this.#episodes) {
      if (seen.nowMs - lastMs > AGAIN_AFTER_MS) this.#episodes.delete(id);
    }
    return [...this.#episodes.values()]
      .filter(({ isRead, lastMs }) => !isRead && seen.nowMs - lastMs <= GONE_AFTER_MS)
      .sort((one, other) => one.place - other.place);
  }

  #ask({ kind, level, look }, place, seen) {
    const facts = look(seen);
    if (facts === null) return;
    const id = facts.of === undefined ? kind : `${kind}:${facts.of}`;
    const known = this.#episodes.get(id);
    // More of the same is news; less of it is not.
    const isNews = known === undefined || (facts.n ?? 0) > (known.facts.n ?? 0);
    if (isNews) this.#episodes.set(id, { id, kind, level, place, facts, isRead: false, lastMs: seen.nowMs });
    else known.lastMs = seen.nowMs;
  }

  /** The crew has read it. */
  dismiss(id) {
    const episode = this.#episodes.get(id);
    if (episode !== undefined) episode.isRead = true;
  }
}
