/** Money in minor units; the same examples as in tests/domain/test_money.py's spirit. */

import assert from "node:assert/strict";
import { test } from "node:test";

import {
  formatMoney, formatPrice, majorText, moneyParts, parseMajor,
} from "../../livesell/web/assets/money.js";

test("amounts for people", () => {
  assert.equal(formatMoney(107_000_000, "CNY"), "¥1,070,000.00");
  assert.equal(formatMoney(5, "CNY"), "¥0.05");
  assert.equal(formatMoney(0, "USD"), "$0.00");
  assert.equal(formatMoney(-12345, "EUR"), "-€123.45");
  assert.equal(formatMoney(1500, "JPY"), "¥1,500");
  assert.equal(formatMoney(12345, "NPR"), "NPR 123.45");
  assert.equal(formatMoney(9_007_199_254_740_991, "CNY"), "¥90,071,992,547,409.91");
});

test("price tags leave out decimals that say nothing", () => {
  assert.equal(formatPrice(500, "CNY"), "¥5");
  assert.equal(formatPrice(550, "CNY"), "¥5.50");
  assert.equal(formatPrice(1500, "KRW"), "₩1,500");
});

test("what a person types, never through a float", () => {
  assert.equal(parseMajor("12.5", "CNY"), 1250);
  assert.equal(parseMajor(" 0.29 ", "CNY"), 29);
  assert.equal(parseMajor("1,070,000", "CNY"), 107_000_000);
  assert.equal(parseMajor("1500", "JPY"), 1500);
  assert.equal(parseMajor("12.50", "JPY"), null);
  assert.equal(parseMajor("12.00", "JPY"), 12);
  for (const text of ["", "-1", "1e3", "1.005", "0x10", "NaN", "12.", ".5", "999999999999"]) {
    assert.equal(parseMajor(text, "CNY"), null, text);
  }
});

test("typed and shown are the same amount", () => {
  for (const minor of [0, 1, 99, 100, 16_800, 107_000_000]) {
    assert.equal(parseMajor(majorText(minor, "CNY"), "CNY"), minor);
  }
});

test("parts add up to the whole", () => {
  assert.deepEqual(moneyParts(128_850, "CNY"), {
    minus: "", sign: "¥", whole: "1,288", decimals: ".50",
  });
});
