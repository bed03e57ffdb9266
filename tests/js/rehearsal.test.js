/** The words of the pre-flight check and of rehearsals. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import en from "../../livesell/web/assets/messages-rehearsal-en.js";
import zh from "../../livesell/web/assets/messages-rehearsal-zh.js";

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
