/** What people type: prices, numbers, slot numbers, wall-clock times, addresses. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { nextAddress } from "../../livesell/web/assets/next-address.js";
import { shortcutOf } from "../../livesell/web/assets/shortcuts.js";
import { SlotEntry } from "../../livesell/web/assets/slot-entry.js";
import { priceText, typedPrice, typedWhole } from "../../livesell/web/assets/typed-number.js";
import { fromInputTime, toInputTime } from "../../livesell/web/assets/zoned-time.js";

test("prices are read digit by digit", () => {
  const read = {
    "12.50": 1250, "12.5": 1250, 12: 1200, "１２。５": 1250, "¥1,070,000.00": 107_000_000,
    "CNY 5": 500, "0.2": 20, " 7 ": 700,
  };
  for (const [text, minor] of Object.entries(read)) assert.equal(typedPrice(text, "CNY"), minor, text);
});

test("what is no certain price is refused", () => {
  for (const text of ["", "12.505", "-1", "1e3", "12,50", "1,2,3", "abc", "999999999999", "5."]) {
    assert.equal(typedPrice(text, "CNY"), null, text);
  }
  assert.equal(typedPrice("500", "JPY"), 500);
  assert.equal(typedPrice("5.5", "JPY"), null);
});

test("a price goes into a field as it would be typed", () => {
  assert.equal(priceText(1250, "CNY"), "12.50");
  assert.equal(priceText(1200, "CNY"), "12");
  assert.equal(priceText(120_000, "CNY"), "1200");
  assert.equal(typedPrice(priceText(5, "CNY"), "CNY"), 5);
});

test("whole numbers", () => {
  assert.equal(typedWhole("１０"), 10);
  for (const text of ["", "-1", "1.5", "ten"]) assert.equal(typedWhole(text), null, text);
});

test("wall-clock times of a zone come back as they went", () => {
  for (const zone of ["Asia/Shanghai", "America/New_York", "Europe/Berlin", "Asia/Kathmandu"]) {
    for (const ms of [Date.UTC(2026, 2, 29, 1, 30), Date.UTC(2026, 6, 1, 12), Date.UTC(2026, 11, 31, 23, 59)]) {
      assert.equal(fromInputTime(toInputTime(ms, zone), zone), ms, `${zone} ${ms}`);
    }
  }
  assert.equal(toInputTime(Date.UTC(2020, 5, 27, 12), "Asia/Shanghai"), "2020-06-27T20:00");
  // Summer time begins: 02:30 is missing. It ends: 02:30 comes twice, the first is meant.
  assert.equal(fromInputTime("2026-03-29T02:30", "Europe/Berlin"), Date.UTC(2026, 2, 29, 1, 30));
  assert.equal(fromInputTime("2026-10-25T02:30", "Europe/Berlin"), Date.UTC(2026, 9, 25, 0, 30));
  assert.equal(fromInputTime("", "Asia/Shanghai"), null);
});

function entry() {
  const timers = new Map();
  let made = 0;
  const slots = new SlotEntry((go) => (timers.set(++made, go), made), (id) => timers.delete(id));
  const meant = [];
  slots.addEventListener("slot", ({ detail }) => meant.push(detail));
  return { slots, meant, wait: () => [...timers.values()].forEach((go) => go()) };
}

test("digits gather, and are meant after a moment or at Enter", () => {
  const { slots, meant, wait } = entry();
  assert.equal(slots.press("1"), true);
  assert.equal(slots.press("2"), true);
  assert.deepEqual(meant, []);
  wait();
  assert.deepEqual(meant, [12]);
  slots.press("3");
  slots.press("Enter");
  assert.deepEqual(meant, [12, 3]);
});

test("Escape takes typed digits back, and other keys are not for here", () => {
  const { slots, meant, wait } = entry();
  slots.press("7");
  slots.press("Escape");
  wait();
  assert.deepEqual(meant, []);
  for (const key of ["Enter", "Escape", "0", "x"]) assert.equal(slots.press(key), false, key);
});

const pressed = (key, more = {}) => ({ key, target: null, ...more });

test("single keys can be switched off; help cannot", () => {
  assert.equal(shortcutOf(pressed("n"), true), "next");
  assert.equal(shortcutOf(pressed("n"), false), null);
  assert.equal(shortcutOf(pressed("?", { shiftKey: true }), false), "help");
  assert.equal(shortcutOf(pressed("E", { shiftKey: true }), true), "end");
  assert.equal(shortcutOf(pressed("e"), true), null);
  assert.equal(shortcutOf(pressed("n", { ctrlKey: true }), true), null);
  const field = { matches: () => true };
  assert.equal(shortcutOf(pressed("n", { target: field }), true), null);
});

test("next= leads to a page of this service only", () => {
  const origin = "http://localhost:8080";
  const to = (wish) => nextAddress(`?next=${encodeURIComponent(wish)}`, origin);
  assert.equal(to("/console/naqu"), "/console/naqu");
  for (const wish of ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:1", "/login", "x"]) {
    assert.equal(to(wish), null, wish);
  }
  assert.equal(nextAddress("", origin), null);
});
