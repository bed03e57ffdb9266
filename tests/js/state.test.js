/** The fold, held to the same golden patches as `livesell/patch.py`. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { applyPatch, fold } from "../../livesell/web/assets/state.js";

const golden = JSON.parse(readFileSync(new URL("../golden/patches.json", import.meta.url)));

for (const { name, old, patch, new: expected } of golden) {
  test(`golden: ${name}`, () => {
    const before = JSON.stringify(old);
    assert.deepStrictEqual(applyPatch(old, patch), expected);
    assert.equal(JSON.stringify(old), before, "the old document was changed");
  });
}

const state = (v, d, e = "a") => ({ t: "state", e, v, d });
const patch = (v, d, e = "a") => ({ t: "patch", e, v, d, ts: 0 });
const at = (v, d, e = "a") => ({ e, v, d });

test("a state replaces whatever was there", () => {
  const { current, ask } = fold(at(9, { old: true }), state(3, { n: 1 }, "b"));
  assert.deepEqual(current, at(3, { n: 1 }, "b"));
  assert.equal(ask, null);
});

test("the next patch is applied", () => {
  const { current, ask } = fold(at(1, { n: 1, k: 1 }), patch(2, { n: 2, k: null }));
  assert.deepEqual(current, at(2, { n: 2 }));
  assert.equal(ask, null);
});

test("an old patch is ignored", () => {
  const now = at(5, { n: 5 });
  for (const v of [4, 5]) assert.deepEqual(fold(now, patch(v, { n: 0 })), { current: now, ask: null });
});

test("a gap asks for everything and changes nothing", () => {
  const now = at(5, { n: 5 });
  assert.deepEqual(fold(now, patch(7, { n: 7 })), { current: now, ask: "resync" });
});

test("a patch of another epoch, or before the first state, asks for everything", () => {
  const now = at(5, { n: 5 });
  assert.deepEqual(fold(now, patch(6, { n: 7 }, "b")), { current: now, ask: "resync" });
  assert.deepEqual(fold(null, patch(1, { n: 1 })), { current: null, ask: "resync" });
});

test("other kinds change nothing", () => {
  const now = at(5, { n: 5 });
  for (const t of ["hello", "order", "error", "bye", "of-tomorrow"]) {
    assert.deepEqual(fold(now, { t }), { current: now, ask: null });
  }
});

test("what a patch does not mention is shared, so that === tells what changed", () => {
  const before = { cards: { a: { n: 1 }, b: { n: 1 } }, tally: { likes: 1 } };
  const after = applyPatch(before, { cards: { a: { n: 2 } } });
  assert.notEqual(after.cards.a, before.cards.a);
  assert.equal(after.cards.b, before.cards.b);
  assert.equal(after.tally, before.tally);
});

test("no patch reaches the prototype of all objects", () => {
  applyPatch({}, JSON.parse('{"__proto__": {"polluted": true}}'));
  assert.equal({}.polluted, undefined);
});

test("document + patches = fresh document, for random documents", () => {
  const random = generator(20200627);
  for (let round = 0; round < 300; round += 1) {
    let current = at(0, randomDocument(random, 3));
    for (let v = 1; v <= 8; v += 1) {
      const next = randomDocument(random, 3);
      current = fold(current, patch(v, diff(current.d, next))).current;
      assert.deepEqual(current, at(v, next));
    }
  }
});

/** The smallest merge patch between two documents without nulls; the server's, in short. */
function diff(old, next) {
  const isMap = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
  const result = {};
  for (const key of Object.keys(old)) if (!(key in next)) result[key] = null;
  for (const [key, value] of Object.entries(next)) {
    if (isMap(value) && isMap(old[key])) result[key] = diff(old[key], value);
    else result[key] = value;
  }
  return result;
}

function randomDocument(random, depth) {
  const document = {};
  for (let i = Math.floor(random() * 5); i > 0; i -= 1) {
    document["abcdef"[Math.floor(random() * 6)]] = randomValue(random, depth);
  }
  return document;
}

function randomValue(random, depth) {
  const values = [
    () => Math.floor(random() * 100), () => "字" + random(), () => random() < 0.5, () => [1, { a: 2 }],
    () => "", () => 0, () => (depth ? randomDocument(random, depth - 1) : 1),
    () => (depth ? randomDocument(random, depth - 1) : []),
  ];
  return values[Math.floor(random() * values.length)]();
}

/** mulberry32: a small generator, so that a failure can be repeated. */
function generator(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let x = Math.imul(state ^ (state >>> 15), 1 | state);
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
    return ((x ^ (x >>> 14)) >>> 0) / 4294967296;
  };
}
