/** The words of the pre-flight check and of rehearsals. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import en from "../../livesell/web/assets/messages-rehearsal-en.js";
import zh from "../../livesell/web/assets/messages-rehearsal-zh.js";

import { judge, measure, ROUNDS } from "../../livesell/web/assets/link-quality.js";

const folder = new URL("../../livesell/web/assets/", import.meta.url);
const keysOf = (words) =>
  Object.entries(words).flatMap(([section, all]) => Object.keys(all).map((key) => `${section}.${key}`)).sort();
const sentences = (value) => (typeof value === "string" ? [value] : Object.values(value));
const names = (value) =>
  [...new Set(sentences(value).flatMap((one) => [...one.matchAll(/\{(\w+)\}/g)].map((m) => m[1])))];

test("both languages have the same keys and use the same names", () => {
  assert.deepEqual(keysOf(zh), keysOf(en));
  for (const [section, words] of Object.entries(en)) {
    for (const [key, value] of Object.entries(words)) {
      const [mine, theirs] = [names(value), names(zh[section][key])].map((one) => one.filter((n) => n !== "n").sort());
      assert.deepEqual(mine, theirs, `${section}.${key}`);
      for (const one of sentences(value)) assert.doesNotMatch(one, /[\u4e00-\u9fff]/, key);
    }
  }
});

test("every point of the check and what to do about it has its words", () => {
  const source = readFileSync(new URL("../../domain/preflight.py", folder), "utf8");
  const table = source.slice(source.indexOf("SENTENCES:"), source.indexOf("def _check("));
  const codes = [...table.matchAll(/^ {4}"(\w+)": \(/gm)].map(([, code]) => code);
  assert.ok(codes.length > 40);
  for (const code of codes) {
    assert.ok(en.preflight[code], code);
    assert.equal(code.endsWith("_ok"), en.preflight[`${code}_do`] === undefined, code);
  }
});

test("a quick and steady link is good", () => {
  assert.deepEqual(judge([20, 22, 21, 20, 24, 20, 21, 20, 22, 20]), { code: "link_ok", ms: 21, jitter: 2, lost: 0, of: 10 });
});

test("a slow, shaky or lossy link is weak, and one that loses much is none", () => {
  assert.equal(judge(Array(10).fill(401)).code, "link_weak");
  assert.equal(judge(Array(10).fill(400)).code, "link_ok");
  assert.equal(judge([10, 310, 10, 310, 10, 310]).code, "link_weak");
  assert.equal(judge([20, 20, null, 20]).code, "link_weak");
  assert.equal(judge([20, null, null, null, 20]).code, "link_lost");
  assert.deepEqual(judge([null, null]), { code: "link_lost", ms: 0, jitter: 0, lost: 2, of: 2 });
});

test("round trips are made one after the other, and what fails is lost", async () => {
  let [now, asked, told] = [0, 0, []];
  const ask = async () => {
    now += 30;
    if ((asked += 1) === 4) throw new Error("lost");
  };
  const found = await measure(ask, (n) => told.push(n), () => now);
  assert.deepEqual(found, { code: "link_weak", ms: 30, jitter: 0, lost: 1, of: ROUNDS });
  assert.deepEqual(told, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});
