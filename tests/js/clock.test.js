/** The server's clock on a page whose own clock is wrong. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { ServerClock } from "../../livesell/web/assets/clock.js";

test("it runs with the page's monotonic clock from the server's reading", () => {
  let local = 5000;
  const clock = new ServerClock(() => local);
  assert.equal(clock.isSynced, false);
  clock.sync(1_000_000);
  local += 250;
  assert.equal(clock.now(), 1_000_250);
});

test("the reading that was least late counts", () => {
  let local = 0;
  const clock = new ServerClock(() => local);
  for (const late of [300, 40, 180]) {
    local += 1000;
    clock.sync(1_000_000 + local - late);
  }
  assert.equal(clock.now(), 1_000_000 + local - 40);
});

test("old readings are forgotten, so that a drifting clock is followed", () => {
  let local = 0;
  const clock = new ServerClock(() => local);
  clock.sync(2_000_000);
  for (let i = 0; i < 8; i += 1) {
    local += 1000;
    clock.sync(1_000_000 + local);
  }
  assert.equal(clock.now(), 1_000_000 + local);
});

test("nonsense is not taken", () => {
  const clock = new ServerClock(() => 0);
  clock.sync(undefined);
  clock.sync(Number.NaN);
  assert.equal(clock.isSynced, false);
});
