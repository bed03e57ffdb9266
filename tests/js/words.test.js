/** The words of a page that was rendered in one language: one catalogue a part, others when asked. */

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

import { Memory } from "./device.js";

const assets = new URL("../../livesell/web/assets/", import.meta.url);

const page = { lang: "", words: { state: { live: "直播中" }, page: { own: "只在页面里" } } };
globalThis.localStorage = new Memory();
globalThis.document = {
  documentElement: page,
  querySelector: () => ({ textContent: JSON.stringify({ language: "zh", words: page.words }) }),
  querySelectorAll: () => [],
};

const { knows, language, locale, needWords, nextLanguage, setLanguage, t, useChosenLanguage,
  useLanguage } = await import(new URL("i18n.js", assets));
const { default: languages } = await import(new URL("languages.js", assets));

test("the words in the page are there at once, and in its language", () => {
  assert.equal(language(), "zh");
  assert.equal(locale(), "zh-CN");
  assert.equal(t("state.live"), "直播中");
  assert.equal(nextLanguage().key, "en");
});

test("a part that is loaded later comes in the page's language alone", async () => {
  assert.equal(knows("order.title"), false);
  await Promise.all([needWords("buying"), needWords("buying")]);
  assert.match(t("order.units"), /[\u4e00-\u9fff]/);
});

test("the switch loads what it needs, says it everywhere, and is remembered", async () => {
  await setLanguage("en");
  assert.equal(language(), "en");
  assert.equal(page.lang, "en");
  assert.equal(t("state.live"), "Live");
  assert.doesNotMatch(t("order.units"), /[\u4e00-\u9fff]/);
  assert.equal(localStorage.getItem("livesell.lang"), "en");
  // What only another language has is said in that.
  assert.equal(t("page.own"), "只在页面里");
});

test("once the words are there, a switch is immediate", () => {
  useLanguage("zh");
  assert.equal(t("state.live"), "直播中");
});

test("the last of two quick switches holds", async () => {
  delete page.lang;
  await Promise.all([useLanguage("en"), useLanguage("zh")]);
  assert.equal(language(), "zh");
});

test("what a person chose before holds over the language of the page", async () => {
  await useChosenLanguage();
  assert.equal(language(), "en");
});

test("words that cannot be loaded leave the page as it is", async () => {
  await assert.rejects(needWords("nothing-of-ours"));
  languages.xx = { tag: "xx", locale: "en", name: "X", short: "X", instead: ["zh"] };
  await assert.rejects(useLanguage("xx"));
  assert.equal(language(), "en");
  await useLanguage("zh");
  assert.equal(language(), "zh");
});

test("a page that carries all languages says what one lacks in the next of its list", async () => {
  languages.bo = { tag: "bo-CN", locale: "bo-CN", name: "B", short: "B", instead: ["zh", "en"] };
  globalThis.document.querySelector = () => null;
  localStorage.setItem("livesell.lang", "bo-CN");
  const other = await import(new URL("i18n.js?carries-all", assets));
  other.addMessages({ bo: { a: { one: "bo" } }, zh: { a: { one: "zh", two: "zh" } } });
  other.addMessages({ en: { a: { two: "en", three: "en" } } });
  assert.equal(other.language(), "bo");
  const told = ["a.one", "a.two", "a.three", "a.four"].map((key) => other.t(key));
  assert.deepEqual(told, ["bo", "zh", "en", "a.four"]);
});

test("every page but the viewer's carries the shared words with it", () => {
  const read = (name) => readFileSync(new URL(name, assets), "utf8");
  const graph = (name, found = new Set()) => {
    if (found.has(name)) return found;
    found.add(name);
    const next = read(name).matchAll(/^(?:import|export)\b(?:[^;"]*\bfrom)?\s*"\.\/([^"]+)";/gm);
    for (const [, one] of next) graph(one, found);
    return found;
  };
  for (const html of readdirSync(assets).filter((name) => name.endsWith(".html"))) {
    for (const [, entry] of read(html).matchAll(/<script type="module" src="\{\{assets\}\}\/([^"]+)"/g)) {
      assert.equal(graph(entry).has("shared-words.js"), html !== "viewer.html", html);
      assert.equal([...graph(entry)].some((name) => name.startsWith("messages-")), html !== "viewer.html", html);
    }
  }
});
