/** The pages around paying: their words, and what the page after paying says. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { addMessages, knows } from "../../livesell/web/assets/i18n.js";
import en from "../../livesell/web/assets/messages-pay-en.js";
import zh from "../../livesell/web/assets/messages-pay-zh.js";
import { homeOf, orderFrom, outcomeOf, pauseAfter } from "../../livesell/web/assets/pay-outcome.js";

addMessages({ en, zh });

const folder = new URL("../../livesell/web/assets/", import.meta.url);
const ORDER = "0b57a7b4-46cb-4f73-9a3e-3b3c26b4f1a0";
const keysOf = (messages) =>
  Object.entries(messages).flatMap(([section, words]) => Object.keys(words).map((key) => [section, key]));
const names = (text) => [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1]).sort();

test("both languages have the same keys, use the same names, and are what they say", () => {
  assert.deepEqual(keysOf(zh).map(String).sort(), keysOf(en).map(String).sort());
  for (const [section, key] of keysOf(en)) {
    assert.deepEqual(names(zh[section][key]), names(en[section][key]), `${section}.${key}`);
    assert.match(zh[section][key], /[\u4e00-\u9fff]/, key);
    assert.doesNotMatch(en[section][key], /[\u4e00-\u9fff]/, key);
  }
});

test("every key that the pages name is there", () => {
  for (const file of ["pay-return.html", "pay-sandbox.html", "pay-return.js", "pay-sandbox.js"]) {
    const text = readFileSync(new URL(file, folder), "utf8");
    const used = [...text.matchAll(/data-t(?:-\w+)?="([\w.]+)"/g), ...text.matchAll(/"((?:pay|sandbox)\.\w+)"/g)];
    assert.ok(used.length > 0, file);
    for (const [, key] of used) assert.ok(knows(key), `${file}: ${key}`);
  }
});

test("the sandbox says in both languages that no money moves, whatever the page's language", () => {
  const html = readFileSync(new URL("pay-sandbox.html", folder), "utf8");
  assert.match(html, /演练环境 · 不会扣款/);
  assert.match(html, /Sandbox · no real money/);
});

test("every state of an order has its words", () => {
  for (const state of ["held", "placed", "paid", "fulfilled", "expired", "cancelled", "refunded", "of_tomorrow"]) {
    const { title, text } = outcomeOf({ state }, 0);
    assert.ok(knows(title) && knows(text), state);
  }
  assert.equal(outcomeOf(null, 0).title, "pay.unknown");
});

test("nothing is called paid that is not", () => {
  for (const state of ["held", "expired", "cancelled", "of_tomorrow"]) {
    for (const waited of [0, 10_000, 100_000]) {
      const { title, look } = outcomeOf({ state }, waited);
      assert.notEqual(title, "pay.paid");
      assert.notEqual(look, "good");
    }
  }
  assert.equal(outcomeOf({ state: "paid" }, 0).look, "good");
});

test("paying again is offered only when nothing was confirmed for a while", () => {
  assert.equal(outcomeOf({ state: "held" }, 14_999).canPay, false);
  assert.equal(outcomeOf({ state: "held" }, 15_000).canPay, true);
  assert.equal(outcomeOf({ state: "held" }, 0, true).canPay, true);
  assert.equal(outcomeOf({ state: "expired" }, 60_000).canPay, false);
});

test("asking goes on while something may still change", () => {
  assert.equal(outcomeOf({ state: "held" }, 0).isLast, false);
  assert.equal(outcomeOf({ state: "expired" }, 0).isLast, false);
  assert.equal(outcomeOf({ state: "paid" }, 0).isLast, true);
  assert.deepEqual([0, 30_000, 180_000].map(pauseAfter), [1000, 3000, 10_000]);
});

test("the address names an order or it does not", () => {
  assert.deepEqual(orderFrom(`?session=naqu-1&order=${ORDER}`), {
    session: "naqu-1", order: ORDER, to: "viewer", hasLeft: false,
  });
  assert.equal(orderFrom(`?session=naqu-1&order=${ORDER}&left=1`).hasLeft, true);
  assert.equal(homeOf(orderFrom(`?session=naqu&order=${ORDER}`)), "/s/naqu");
  assert.equal(homeOf(orderFrom(`?session=naqu&order=${ORDER}&to=order`)), `/s/naqu/orders/${ORDER}`);
  for (const broken of ["", "?session=naqu", `?order=${ORDER}`, `?session=../x&order=${ORDER}`, "?session=naqu&order=1"]) {
    assert.equal(orderFrom(broken), null);
  }
});
