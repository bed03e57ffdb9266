/** The rules of the console on air: stock, plan, pulse, alerts, prices, and the sparkline. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { Alerts } from "../../livesell/web/assets/alerts.js";
import { planPosition } from "../../livesell/web/assets/plan-position.js";
import { priceSteps } from "../../livesell/web/assets/price-steps.js";
import { Pulse } from "../../livesell/web/assets/pulse.js";
import { nextCards } from "../../livesell/web/assets/session-state.js";
import { shortcutOf } from "../../livesell/web/assets/shortcuts.js";
import { sparkBars, sparkPaths } from "../../livesell/web/assets/spark-scale.js";
import { stockLevel } from "../../livesell/web/assets/stock.js";

const NOW = 1_800_000_000_000;
const MINUTE = 60_000;

const card = (more = {}) => ({ slot: 3, title: "凉茶", open: true, stock: 500, allocated: 1000, ...more });

function live({ cards = { tea: card() }, shown = "tea", concurrent = 100, orders = 50, ...more } = {}) {
  return {
    session: { state: "live", started: NOW - 10 * MINUTE, shown_since: NOW - MINUTE, ...more },
    cards, shown, rundown: Object.keys(cards), tally: { concurrent, orders },
  };
}

test("a stock is amber at a fifth and red at a twentieth, and small stocks count in pieces", () => {
  const levels = [[201, "good"], [200, "low"], [51, "low"], [50, "last"], [1, "last"], [0, "none"]];
  for (const [stock, level] of levels) assert.equal(stockLevel(card({ stock })), level, stock);
  assert.equal(stockLevel({ stock: 10, allocated: 20 }), "low");
  assert.equal(stockLevel({ stock: 3, allocated: 20 }), "last");
  assert.equal(stockLevel(card({ sold_out: true })), "none");
});

test("the place against the plan counts what was explained, whatever the order", () => {
  const cards = {
    tea: card({ plan_s: 300, windows: 1, window_ms: 0 }),
    yak: card({ plan_s: 240, windows: 1, window_ms: 100_000 }),
    pig: card({ plan_s: 600, windows: 0 }),
  };
  const { aheadMs, restMs, endMs } = planPosition(live({ cards }), NOW);
  // Yak was left, so its whole plan is done; of tea's five minutes one is.
  assert.equal(aheadMs, (240 + 60) * 1000 - 10 * MINUTE);
  assert.equal(restMs, (240 + 600) * 1000);
  assert.equal(endMs, NOW + restMs);
});

test("a card that takes longer than planned puts the show behind, and counts no more than its plan", () => {
  const cards = { tea: card({ plan_s: 30, windows: 1, window_ms: 0 }) };
  assert.equal(planPosition(live({ cards }), NOW).restMs, 0);
});

test("without planned times, or off air, there is no place against the plan", () => {
  assert.equal(planPosition(live(), NOW), null);
  assert.equal(planPosition(live({ cards: { tea: card({ plan_s: 60 }) }, state: "scheduled" }), NOW), null);
});

test("the pulse goes on from the service's timeline and counts each order once", () => {
  const pulse = new Pulse();
  assert.ok(pulse.hasHole(NOW));
  pulse.seed([{ at: NOW - 20_000, concurrent: 40, orders: 3 }, { at: NOW, concurrent: 50, orders: 2 }], 5, NOW + 1);
  pulse.note(live({ concurrent: 60, orders: 7 }), NOW + 2000);
  pulse.note(live({ concurrent: 55, orders: 6 }), NOW + 3000);
  const bins = pulse.bins(NOW + 3000);
  assert.equal(bins.length, 60);
  assert.deepEqual([bins.at(-1).concurrent, bins.at(-1).orders], [60, 4]);
  assert.equal(bins.at(-2).concurrent, 40, "ten seconds without a sample had as many viewers as before");
  assert.equal(pulse.perMinute(NOW + 3000), 7);
  assert.ok(!pulse.hasHole(NOW + 3000));
  assert.ok(pulse.hasHole(NOW + 30_000));
});

test("an order between the total and the rows of the service is counted once", () => {
  const pulse = new Pulse();
  pulse.seed([{ at: NOW, concurrent: 40, orders: 6 }], 5, NOW + 1);
  pulse.note(live({ orders: 6 }), NOW + 1000);
  assert.equal(pulse.perMinute(NOW + 1000), 6);
  pulse.note(live({ orders: 8 }), NOW + 2000);
  assert.equal(pulse.perMinute(NOW + 2000), 8);
});

function watcher() {
  const [alerts, pulse] = [new Alerts(), new Pulse()];
  const look = (document, at, more = {}) => {
    pulse.note(document, NOW + at);
    const seen = { document, pulse, nowMs: NOW + at, toSettle: 0, ...more };
    return alerts.look(seen).map(({ kind }) => kind);
  };
  return { alerts, look };
}

test("viewers who leave by the third are told once, with the numbers of that moment", () => {
  const { alerts, look } = watcher();
  assert.deepEqual(look(live({ concurrent: 100 }), 0), []);
  assert.deepEqual(look(live({ concurrent: 71 }), 5000), []);
  assert.deepEqual(look(live({ concurrent: 70 }), 10_000), ["viewers_fall"]);
  alerts.dismiss("viewers_fall");
  assert.deepEqual(look(live({ concurrent: 60 }), 11_000), []);
  assert.deepEqual(look(live({ concurrent: 100 }), 130_000), []);
  assert.deepEqual(look(live({ concurrent: 50 }), 140_000), ["viewers_fall"], "a new fall is news");
});

test("a small audience may shrink, and one that is not there cannot be missed", () => {
  const { look } = watcher();
  look(live({ concurrent: 19 }), 0);
  assert.deepEqual(look(live({ concurrent: 2 }), 1000), []);
});

test("a number that trembles around its limit does not nag", () => {
  const { alerts, look } = watcher();
  const at = (stock, ms) => look(live({ cards: { tea: card({ stock }) } }), ms);
  assert.deepEqual(at(200, 0), ["low"]);
  alerts.dismiss("low:tea");
  assert.deepEqual(at(201, 1000), []);
  assert.deepEqual(at(200, 2000), []);
  assert.deepEqual(at(50, 3000), ["last"], "what is worse is news");
  assert.deepEqual(at(0, 9000), ["sold_out"]);
});

test("money comes before everything else, and what is over goes away", () => {
  const { look } = watcher();
  const poor = live({ cards: { tea: card({ stock: 100 }) } });
  assert.deepEqual(look(poor, 0, { toSettle: 2 }), ["money", "low"]);
  assert.deepEqual(look(poor, 1000), ["money", "low"], "said for a moment");
  assert.deepEqual(look(poor, 7000), ["low"]);
});

test("one more alarm is told although the others were put away", () => {
  const { alerts, look } = watcher();
  look(live(), 0, { toSettle: 1 });
  alerts.dismiss("money");
  assert.deepEqual(look(live(), 1000, { toSettle: 1 }), []);
  assert.deepEqual(look(live(), 2000, { toSettle: 2 }), ["money"]);
});

test("orders that stop are told only where there were some and the card can be had", () => {
  const { look } = watcher();
  for (let at = 0; at <= 6; at += 1) look(live({ orders: 50 + at }), at * 1000);
  assert.deepEqual(look(live({ orders: 56 }), 3 * MINUTE), []);
  assert.deepEqual(look(live({ orders: 56 }), 3 * MINUTE + 10_000), ["quiet"]);
  const closed = watcher();
  for (let at = 0; at <= 6; at += 1) closed.look(live({ orders: 50 + at }), at * 1000);
  const shut = live({ orders: 56, cards: { tea: card({ open: false }) } });
  assert.deepEqual(closed.look(shut, 4 * MINUTE), []);
});

test("quick prices are round, lower, and never nothing", () => {
  assert.deepEqual(priceSteps(29_800, 2), [{ percent: 5, price: 28_300 }, { percent: 10, price: 26_800 }, { percent: 20, price: 23_800 }]);
  assert.deepEqual(priceSteps(500, 2).map(({ price }) => price), [470, 450, 400]);
  assert.deepEqual(priceSteps(10, 2), []);
  assert.deepEqual(priceSteps(1000, 0).map(({ price }) => price), [950, 900, 800]);
  assert.deepEqual(priceSteps(0, 2), []);
});

test("the next cards are those after the shown one, else those that were not shown", () => {
  const cards = { a: { windows: 1 }, b: {}, c: {}, d: {} };
  const ids = (shown) => nextCards({ cards, rundown: ["a", "b", "c", "d"], shown }, 3).map(({ id }) => id);
  assert.deepEqual(ids("a"), ["b", "c", "d"]);
  assert.deepEqual(ids("d"), []);
  assert.deepEqual(ids(undefined), ["b", "c", "d"]);
});

test("a sparkline fills its box and never leaves it", () => {
  const { line, area } = sparkPaths([0, 5, 10], { width: 100, height: 50, top: 10 });
  assert.equal(line, "M0 50L50 25L100 0");
  assert.equal(area, `${line}L100 50L0 50Z`);
  assert.equal(sparkPaths([7], { width: 100, height: 50 }).line, "");
  assert.equal(sparkPaths([99, 99], { width: 10, height: 10, top: 10 }).line, "M0 0L10 0");
  assert.equal(sparkBars([0, 0], { width: 10, height: 10 }), "");
  assert.equal(sparkBars([0, 4], { width: 20, height: 10, top: 4 }), "M11.5 10v-10h7v10z");
});

test("no key acts while Chinese is being composed, while typing, or with the browser's own keys", () => {
  const press = (more) => shortcutOf({ key: "n", target: null, ...more }, true);
  assert.equal(press({}), "next");
  assert.equal(press({ key: "x" }), "sell");
  for (const held of ["isComposing", "ctrlKey", "metaKey", "repeat"]) assert.equal(press({ [held]: true }), null, held);
  assert.equal(press({ target: { matches: () => true } }), null);
  assert.equal(shortcutOf({ key: "n", target: null }, false), null);
  assert.equal(shortcutOf({ key: "？", target: null }, false), "help");
});
