/** The crew's catalogues: the same in both languages, and every key that is used is there. */

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";

import { CAMPAIGN_WORDS } from "../../livesell/web/assets/campaigns-words.js";
import { CREW_WORDS } from "../../livesell/web/assets/crew-words.js";
import { ONAIR_WORDS } from "../../livesell/web/assets/onair-words.js";
import { knows } from "../../livesell/web/assets/i18n.js";
import { PEOPLE_WORDS } from "../../livesell/web/assets/people-words.js";

/** All files of one language as one catalogue, its sections joined. */
function joined(language) {
  const all = {};
  for (const { [language]: words } of [...CREW_WORDS, ...ONAIR_WORDS, ...PEOPLE_WORDS, ...CAMPAIGN_WORDS]) {
    for (const [section, own] of Object.entries(words)) all[section] = { ...all[section], ...own };
  }
  return all;
}

const [en, zh] = [joined("en"), joined("zh")];

const folder = new URL("../../livesell/web/assets/", import.meta.url);
const keysOf = (messages) =>
  Object.entries(messages).flatMap(([section, words]) => Object.keys(words).map((key) => [section, key]));
const sentences = (value) => (typeof value === "string" ? [value] : Object.values(value));
const names = (value) =>
  [...new Set(sentences(value).flatMap((one) => [...one.matchAll(/\{(\w+)\}/g)].map((m) => m[1])))].sort();

test("both languages have the same keys and use the same names", () => {
  assert.deepEqual(keysOf(zh).map(String).sort(), keysOf(en).map(String).sort());
  for (const [section, key] of keysOf(zh)) {
    assert.deepEqual(names(zh[section][key]), names(en[section][key]), `${section}.${key}`);
  }
});

test("nothing is empty, and English has no Chinese in it", () => {
  for (const [section, key] of keysOf(en)) {
    for (const one of [...sentences(en[section][key]), ...sentences(zh[section][key])]) {
      assert.ok(one.length > 0, `${section}.${key}`);
    }
    for (const one of sentences(en[section][key])) assert.doesNotMatch(one, /[\u4e00-\u9fff]/, key);
  }
});

/** What a page of the crew reaches: its modules and itself. */
function reached(page) {
  const html = readFileSync(new URL(page, folder), "utf8");
  const found = new Set([page]);
  const add = (name) => {
    if (found.has(name)) return;
    found.add(name);
    const source = readFileSync(new URL(name, folder), "utf8");
    for (const [, next] of source.matchAll(/^(?:import|export)\b(?:[^;"]*\bfrom)?\s*"\.\/([^"]+)";/gm)) add(next);
  };
  for (const [, name] of html.matchAll(/<script type="module" src="\{\{assets\}\}\/([^"]+)"/g)) add(name);
  return found;
}

const PAGES = [
  "console.html", "console-list.html", "prepare.html", "staff.html", "review.html", "login.html",
  "audience.html", "products.html", "setup.html", "people.html", "account.html",
  "invite.html", "campaigns.html",
];

test("every key that a page of the crew names is there", () => {
  const sections = new Set([...keysOf(en)].map(([section]) => section));
  for (const file of new Set(PAGES.flatMap((page) => [...reached(page)]))) {
    if (file.startsWith("messages-")) continue;
    const text = readFileSync(new URL(file, folder), "utf8");
    const used = [...text.matchAll(/data-t(?:-\w+)?="([\w.]+)"/g), ...text.matchAll(/"([a-z_]+\.\w+)"/g)];
    for (const [, key] of used) {
      if (sections.has(key.split(".")[0])) assert.ok(knows(key), `${file}: ${key}`);
    }
  }
});

// Sections whose keys the service sends; tests/web/test_sentences.py holds each to what is sent.
const SENT = new Set(["error", "alarm", "import_problem", "import_note"]);

test("no word of a catalogue is left over", async () => {
  const catalogues = readdirSync(folder).filter((name) => /^messages-.*en\.js$/.test(name));
  const isSource = (name) => /\.(js|html)$/.test(name) && !name.startsWith("messages-");
  const text = readdirSync(folder).filter(isSource).map((name) => readFileSync(new URL(name, folder), "utf8")).join("\n");
  const made = [...text.matchAll(/["`]([a-z_]+)\.([\w.]*)\$\{/g)].map(([, section, start]) => `${section}.${start}`);
  const forms = [...text.matchAll(/new FormFields\("(\w+)"/g)].map(([, section]) => `${section}.`);
  const isNamed = (key) => new RegExp(`\\b${key.replaceAll(".", "\\.")}(?!\\w)`).test(text);
  for (const name of catalogues) {
    const { default: words } = await import(new URL(name, folder));
    for (const key of keysOf(words).map((pair) => pair.join("."))) {
      if (SENT.has(key.split(".")[0]) || [...made, ...forms].some((start) => key.startsWith(start))) continue;
      // A question is asked by its stem.
      assert.ok(isNamed(key) || isNamed(key.replace(/_(text|yes)$/, "")), `${name}: ${key}`);
    }
  }
});

test("every command and every ledger entry has its words", () => {
  const domain = new URL("../../domain/", folder);
  const rules = (pattern) => readdirSync(domain).filter((name) => pattern.test(name))
    .map((name) => readFileSync(new URL(name, domain), "utf8")).join("\n");
  const found = (text, pattern) => [...text.matchAll(pattern)].map((match) => match[1]);
  const verbs = found(rules(/^command\.py$/), /tag="(\w+)"/g);
  const kinds = found(rules(/^(decision|effects).*\.py$/), /\bkind="(\w+)"/g);
  assert.ok(verbs.includes("price") && kinds.includes("flash_ended"), "the rules are read where they are");
  for (const verb of verbs) if (verb !== "miss") assert.ok(knows(`command.${verb}`), verb);
  for (const kind of kinds) assert.ok(knows(`entry.${kind}`), kind);
});

test("every figure of the service has its words", () => {
  const source = readFileSync(new URL("../../domain/figures.py", folder), "utf8");
  const shown = readFileSync(new URL("ls-figures.js", folder), "utf8");
  const body = source.slice(source.indexOf("class Figures("), source.indexOf("def figures("));
  const left = new Set(["as_of", "currency", "gross_kind", "cards"]);
  for (const [, name] of body.matchAll(/^ {4}(\w+): /gm)) {
    if (left.has(name)) continue;
    assert.ok(knows(`figures.${name}`), name);
    assert.match(shown, new RegExp(`"${name}"`), name);
  }
});

test("no element of the crew is left over", () => {
  const all = new Set(PAGES.flatMap((page) => [...reached(page)]));
  for (const name of readdirSync(folder)) {
    const isOurs = name.endsWith(".js") && readFileSync(new URL(name, folder), "utf8").includes('"./crew-dom.js"');
    if (isOurs) assert.ok(all.has(name), name);
  }
});
