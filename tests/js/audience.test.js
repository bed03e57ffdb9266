/** The audience page's rules: rows stay where they are, and its words are there in both languages. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import "../../livesell/web/assets/audience-words.js";
import { addressOf, continued, deedOf, INVERSE, newcomers, patched } from "../../livesell/web/assets/audience-rows.js";
import { knows } from "../../livesell/web/assets/i18n.js";
import en from "../../livesell/web/assets/messages-audience-en.js";
import zh from "../../livesell/web/assets/messages-audience-zh.js";

const folder = new URL("../../livesell/web/assets/", import.meta.url);
const row = (viewer, likes = 0) => ({ viewer, likes });

test("an answer changes rows where they are and moves none", () => {
  const rows = [row("a", 1), row("b", 2), row("c", 3)];
  const fresh = [row("c", 9), row("new", 5), row("a", 1)];
  assert.deepEqual(patched(rows, fresh), [row("a", 1), row("b", 2), row("c", 9)]);
  assert.equal(newcomers(rows, fresh), 1);
  assert.equal(newcomers([], fresh), 3);
});

test("the next part follows, and nobody twice", () => {
  assert.deepEqual(continued([row("a"), row("b")], [row("b", 7), row("c")]), [row("a"), row("b"), row("c")]);
});

test("what is looked for is spelled for an address", () => {
  const address = addressOf("naqu", { show: "all", sort: "likes", find: "#12 &x=1" }, { after: "9~v:1" });
  const query = new URL(address, "http://x").searchParams;
  assert.deepEqual(Object.fromEntries(query), { show: "all", sort: "likes", limit: "50", find: "#12 &x=1", after: "9~v:1" });
});

test("a deed and what takes it back", () => {
  assert.deepEqual(deedOf("naqu", "a/b?c", "ban", "刷屏"), {
    path: "/sessions/naqu/viewers/a%2Fb%3Fc/ban", method: "PUT", body: { cause: "刷屏" },
  });
  assert.deepEqual(deedOf("naqu", "v", "unmute"), {
    path: "/sessions/naqu/viewers/v/mute", method: "DELETE", body: undefined,
  });
  for (const [verb, inverse] of Object.entries(INVERSE)) assert.equal(INVERSE[inverse], verb);
});

const names = (text) => [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1]).sort();

test("both languages say the same, and everything that the page names is there", () => {
  assert.deepEqual(Object.keys(zh.audience), Object.keys(en.audience));
  for (const [key, text] of Object.entries(zh.audience)) {
    assert.deepEqual(names(text), names(en.audience[key]), key);
    assert.doesNotMatch(en.audience[key], /[\u4e00-\u9fff]/, key);
  }
  for (const file of ["audience.html", "audience.js", "ls-viewer-list.js", "ls-mark-form.js"]) {
    const text = readFileSync(new URL(file, folder), "utf8");
    for (const [, key] of text.matchAll(/"(audience\.\w+)"/g)) assert.ok(knows(key), `${file}: ${key}`);
  }
  for (const verb of ["mute", "unmute", "ban", "unban"]) {
    assert.ok(knows(`audience.${verb}`) && knows(`audience.done_${verb}`), verb);
  }
  for (const show of ["all", "here", "muted", "banned", "held_back"]) assert.ok(knows(`audience.none_${show}`), show);
});
