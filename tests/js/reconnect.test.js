/** When to reconnect, and when not to. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { byeDelay, reconnectDelay, verdict } from "../../livesell/web/assets/reconnect.js";

test("delays are spread from zero to a limit that doubles up to twenty seconds", () => {
  const limits = [0, 1, 2, 3, 4, 5, 6, 50].map((attempt) => reconnectDelay(attempt, () => 1));
  assert.deepEqual(limits, [1000, 2000, 4000, 8000, 16_000, 20_000, 20_000, 20_000]);
  assert.equal(reconnectDelay(5, () => 0), 0);
});

test("a goodbye's range is kept, within a minute", () => {
  assert.equal(byeDelay([500, 4500], () => 0.5), 2500);
  assert.equal(byeDelay([500, 500], () => 0.9), 500);
  assert.equal(byeDelay([0, 1e9], () => 1), 60_000);
  assert.equal(byeDelay([-5, -1], () => 1), 0);
});

test("close codes say what to do", () => {
  for (const code of [1000, 1001, 1006, 1011, 1012, 4000, 4001, 4008, 4012, 4013, 4499, 5000]) {
    assert.equal(verdict(code), "reconnect", code);
  }
  assert.equal(verdict(4500), "renew");
  for (const code of [4503, 4504, 4509, 4510, 4999]) assert.equal(verdict(code), "stop", code);
});
