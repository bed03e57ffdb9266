/** The catalogues: the same keys and the same names in both languages, and all that is used. */

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

import "../../livesell/web/assets/order-words.js";
import "../../livesell/web/assets/site-words.js";
import { addMessages, knows, language, t } from "../../livesell/web/assets/i18n.js";
import buyingEn from "../../livesell/web/assets/messages-buying-en.js";
import buyingZh from "../../livesell/web/assets/messages-buying-zh.js";
import orderEn from "../../livesell/web/assets/messages-order-en.js";
import orderZh from "../../livesell/web/assets/messages-order-zh.js";
import ownEn from "../../livesell/web/assets/messages-en.js";
import afterEn from "../../livesell/web/assets/messages-after-en.js";
import afterZh from "../../livesell/web/assets/messages-after-zh.js";
import remindEn from "../../livesell/web/assets/messages-remind-en.js";
import remindZh from "../../livesell/web/assets/messages-remind-zh.js";
import shareEn from "../../livesell/web/assets/messages-share-en.js";
import shareZh from "../../livesell/web/assets/messages-share-zh.js";
import siteEn from "../../livesell/web/assets/messages-site-en.js";
import siteZh from "../../livesell/web/assets/messages-site-zh.js";
import ownZh from "../../livesell/web/assets/messages-zh.js";

addMessages({ en: shareEn, zh: shareZh });
addMessages({ en: afterEn, zh: afterZh });
addMessages({ en: remindEn, zh: remindZh });

const merged = (...all) => {
  const one = {};
  for (const messages of all) {
    for (const [section, words] of Object.entries(messages)) one[section] = { ...one[section], ...words };
  }
  return one;
};
const en = merged(ownEn, buyingEn, orderEn, siteEn, shareEn, remindEn, afterEn);
const zh = merged(ownZh, buyingZh, orderZh, siteZh, shareZh, remindZh, afterZh);

const folder = new URL("../../livesell/web/assets/", import.meta.url);
const keysOf = (messages) =>
  Object.entries(messages).flatMap(([section, words]) =>
    Object.keys(words).map((key) => `${section}.${key}`),
  );
const sentences = (value) => (typeof value === "string" ? [value] : Object.values(value));
const names = (value) =>
  [...new Set(sentences(value).flatMap((one) => [...one.matchAll(/\{(\w+)\}/g)].map((m) => m[1])))].sort();

test("both languages have the same keys", () => {
  assert.deepEqual(keysOf(zh).sort(), keysOf(en).sort());
});

test("both languages use the same names", () => {
  for (const key of keysOf(zh)) {
    const [section, name] = key.split(".");
    assert.deepEqual(names(zh[section][name]), names(en[section][name]), key);
  }
});

test("nothing is empty, and Chinese is Chinese", () => {
  for (const key of keysOf(zh)) {
    const [section, name] = key.split(".");
    for (const one of sentences(zh[section][name])) assert.match(one, /[\u4e00-\u9fff]/, key);
    for (const one of sentences(en[section][name])) assert.doesNotMatch(one, /[\u4e00-\u9fff]/, key);
  }
});

test("every key that the shared pages name is there", () => {
  const own = ["viewer.html", "index.html", "not-found.html", "order.html", ...modules()];
  for (const file of own) {
    const text = readFileSync(new URL(file, folder), "utf8");
    const used = [
      ...text.matchAll(/data-t(?:-\w+)?="([\w.]+)"/g),
      ...text.matchAll(/\bt\("([a-z]+\.\w+)"/g),
    ];
    for (const [, key] of used) assert.ok(knows(key), `${file}: ${key}`);
  }
});

/** Modules that use only these catalogues: those that never add further ones. */
function modules() {
  const own = ["ls-card", "ls-contact", "ls-countdown", "ls-my-orders", "ls-order-sheet", "ls-shelf",
    "ls-stepper", "ls-ticker", "ls-video", "order-form", "overlay", "refusal", "sheet", "viewer-orders",
    "viewer-stage", "stage-figures", "link-line", "index", "extras", "forget-details", "ls-queue-sheet",
    "ls-turn", "order", "order-told", "paper", "share", "share-sheet", "ls-reminder", "ls-after", "viewer", "viewer-queue"];
  const there = new Set(readdirSync(folder));
  for (const name of own) assert.ok(there.has(`${name}.js`), name);
  return own.map((name) => `${name}.js`);
}

test("sentences are filled in and counted", () => {
  assert.equal(language(), "en");
  assert.equal(t("card.few", { n: 1 }), "Last one");
  assert.equal(t("card.few", { n: 3 }), "Only 3 left");
  assert.equal(t("no.such"), "no.such");
  assert.equal(t("card.sold", {}), "{n} sold");
});
