/** The timeline chart's arithmetic: nothing is lost between the rows and the bins. */

import assert from "node:assert/strict";
import { test } from "node:test";

import {
  binMs, binned, niceTop, pausesOf, timeTicks, windowsOf,
} from "../../livesell/web/assets/timeline-scale.js";

const row = (at, more = {}) => ({ at, concurrent: 0, joins: 0, likes: 0, orders: 0, units: 0, gross: 0, ...more });

test("bins sum what is counted and keep the maximum of who was there", () => {
  const rows = [row(0, { likes: 3, concurrent: 5 }), row(10_000, { likes: 4, concurrent: 9 }), row(50_000, { likes: 1, gross: 700 })];
  const bins = binned(rows, 3000, 60_000, 20_000);
  assert.deepEqual(bins.map((bin) => bin.likes), [7, 0, 1]);
  assert.deepEqual(bins.map((bin) => bin.concurrent), [9, 9, 9]);
  assert.equal(bins[2].gross, 700);
});

test("a day fits into as many bins as there is room for", () => {
  assert.equal(binMs(0, 3_600_000, 400), 10_000);
  assert.equal(binMs(0, 86_400_000, 300), 300_000);
  const rows = Array.from({ length: 8640 }, (_, place) => row(place * 10_000, { orders: 1 }));
  const bins = binned(rows, 0, 86_400_000, binMs(0, 86_400_000, 300));
  assert.equal(bins.reduce((sum, bin) => sum + bin.orders, 0), 8640);
});

test("an axis ends on a round number above what it shows", () => {
  assert.deepEqual([0, 3, 5, 9, 11, 480, 10_592, 87_000].map(niceTop), [4, 4, 6, 10, 12, 500, 12_000, 100_000]);
});

test("ticks stand on round times", () => {
  const { stepMs, at } = timeTicks(1000, 3_600_000, 8);
  assert.equal(stepMs, 600_000);
  assert.deepEqual(at, [600_000, 1_200_000, 1_800_000, 2_400_000, 3_000_000, 3_600_000]);
});

const mark = (at, kind, data = {}) => ({ at, kind, by: "host", data });

test("windows run from show to the next show, hide or end", () => {
  const markers = [
    mark(1, "shown", { card: "tea" }), mark(5, "hidden", { card: "tea" }), mark(5, "shown", { card: "yak" }),
    mark(7, "priced", { card: "yak" }), mark(9, "shown", { card: "pig" }),
  ];
  assert.deepEqual(windowsOf(markers, 20), [
    { card: "tea", from: 1, to: 5 }, { card: "yak", from: 5, to: 9 }, { card: "pig", from: 9, to: 20 },
  ]);
  assert.deepEqual(pausesOf([mark(2, "paused"), mark(4, "resumed"), mark(8, "paused"), mark(9, "ended")], 9), [
    { from: 2, to: 4 }, { from: 8, to: 9 },
  ]);
});
