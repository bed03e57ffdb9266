/** The import of products on the page: its words, its filters, its pages, what stops it. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import "../../livesell/web/assets/crew-words.js";
import { knows } from "../../livesell/web/assets/i18n.js";
import {
  FILTERS, PAGE_ROWS, differenceText, firstFilter, noteText, pageOf, placeText, problemText, stopOf,
} from "../../livesell/web/assets/import-rows.js";
import { IMPORT_WORDS } from "../../livesell/web/assets/import-words.js";

const { zh, en } = IMPORT_WORDS;
const folder = new URL("../../livesell/web/assets/", import.meta.url);
const keysOf = (messages) =>
  Object.entries(messages).flatMap(([section, words]) => Object.keys(words).map((key) => `${section}.${key}`));
const sentences = (value) => (typeof value === "string" ? [value] : Object.values(value));
const names = (value) =>
  [...new Set(sentences(value).flatMap((one) => [...one.matchAll(/\{(\w+)\}/g)].map((m) => m[1])))].sort();
const at = (messages, key) => key.split(".").reduce((inner, part) => inner[part], messages);

test("both languages have the same keys and names, and English has no Chinese in it", () => {
  assert.deepEqual(keysOf(zh).sort(), keysOf(en).sort());
  for (const key of keysOf(en)) {
    assert.deepEqual(names(at(zh, key)), names(at(en, key)), key);
    for (const one of sentences(at(en, key))) assert.doesNotMatch(one, /[\u4e00-\u9fff]/, key);
  }
});

test("every key that the elements name is there, and none is left over", () => {
  const files = ["ls-import-sheet.js", "ls-import-rows.js", "ls-import-into.js", "import-rows.js"];
  const all = files.map((file) => readFileSync(new URL(file, folder), "utf8")).join("\n");
  const used = new Set([...all.matchAll(/"importing\.(\w+)"/g)].map((match) => match[1]));
  for (const key of used) assert.ok(knows(`importing.${key}`), key);
  const made = /^(?:field_|filter_|new$|changed$|same$|wrong$)/;
  for (const key of Object.keys(en.importing)) assert.ok(used.has(key) || made.test(key), key);
});

const row = (change, ...warnings) => ({ change, problems: warnings.map((warning) => ({ warning })) });

test("a person sees first what needs one", () => {
  assert.equal(firstFilter([row("same"), row("new"), row("wrong", false)]), "wrong");
  assert.equal(firstFilter([row("same"), row("new", true)]), "warned");
  assert.equal(firstFilter([row("same"), row("changed")]), "changed");
  assert.equal(firstFilter([row("same")]), "all");
});

test("a wrong row is not counted among those to look at twice", () => {
  assert.ok(!FILTERS.warned(row("wrong", true, false)));
});

test("rows come in pages, however many there are", () => {
  const rows = Array.from({ length: 10_000 }, (_, n) => row(n % 2 ? "new" : "same"));
  const first = pageOf(rows, "changed", 0);
  assert.deepEqual([first.rows.length, first.from, first.to, first.total], [PAGE_ROWS, 1, PAGE_ROWS, 5000]);
  const last = pageOf(rows, "changed", 999);
  assert.deepEqual([last.page, last.to], [last.pages - 1, 5000]);
  assert.deepEqual(pageOf([], "all", 3).rows, []);
});

const preview = (counts, ...notes) => ({
  counts: { new: 0, changed: 0, same: 0, wrong: 0, ...counts }, notes: notes.map((code) => ({ code })),
});

test("what stops an import", () => {
  assert.equal(stopOf(preview({ new: 1, wrong: 1 }), "whole"), "wrong");
  assert.equal(stopOf(preview({ new: 1, wrong: 1 }), "right"), null);
  assert.equal(stopOf(preview({ same: 5 }), "whole"), "nothing");
  assert.equal(stopOf(preview({ new: 9000 }, "catalogue_full"), "right"), "full");
});

test("a problem is told with its cell, and one that a newer service knows in its own words", () => {
  const problem = { code: "comma", cell: "C4", column: "Price", value: "12,5", data: {}, message: "m" };
  assert.equal(placeText(problem), "C4 Price");
  assert.match(problemText(problem), /^It says “12,5”\. It is not certain/);
  assert.equal(problemText({ ...problem, code: "brand_new", value: "" }), "m");
  assert.equal(placeText({ ...problem, cell: "" }), "");
  const ambiguous = { ...problem, code: "ambiguous", value: "", data: { field: "sku" } };
  assert.match(problemText(ambiguous), /this SKU/);
  assert.match(noteText({ code: "unknown_columns", data: { columns: "a, b" } }), /a, b/);
});

test("a change is told in money of its currency, and in words where nothing was", () => {
  const yen = { currency: "JPY" };
  assert.equal(differenceText({ field: "price", before: 500, after: 1200 }, yen), "Price: ¥500 → ¥1,200");
  assert.equal(differenceText({ field: "was", before: null, after: 0 }, yen), "Was: nothing → ¥0");
  assert.equal(differenceText({ field: "badges", before: [], after: ["a", "b"] }, yen), "Badges: nothing → a · b");
  assert.equal(differenceText({ field: "stock", before: 0, after: 5 }, yen), "Stock: 0 → 5");
});
