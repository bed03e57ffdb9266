/** Every text of the pages can be read on every ground: WCAG AA, in both schemes. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

const CSS = readFileSync(
  new URL("../../livesell/web/assets/tokens.css", import.meta.url), "utf8",
);
const LEAST = 4.5;

function valuesAfter(selector) {
  const start = CSS.indexOf(selector);
  assert.notEqual(start, -1, selector);
  const rules = CSS.slice(start, CSS.indexOf("}", start));
  return Object.fromEntries(
    [...rules.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name, value]) => [name, value]),
  );
}

const LIGHT = valuesAfter(':root,\n[data-theme="light"] {');
const DARK = valuesAfter('\n[data-theme="dark"] {');
const INKS = ["ink-1", "ink-2", "ink-3", "vermilion", "lake", "meadow", "saffron"];
const GROUNDS = ["paper-0", "paper-1", "paper-2"];
const TINTED = ["vermilion", "lake", "meadow", "saffron"];

function luminance(colour) {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one, other) {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

for (const [scheme, values] of Object.entries({ LIGHT, DARK })) {
  test(`text on its ground, ${scheme.toLowerCase()}`, () => {
    const onPaper = INKS.flatMap((ink) => GROUNDS.map((ground) => [ink, ground]));
    const onTint = TINTED.map((ink) => [ink, `${ink}-tint`]);
    for (const [ink, ground] of [...onPaper, ...onTint]) {
      const found = contrast(values[ink], values[ground]);
      assert.ok(found >= LEAST, `${ink} on ${ground}: ${found.toFixed(2)}`);
    }
  });
}

test("dark by the system and dark by choice are the same", () => {
  assert.deepEqual(valuesAfter(':root:not([data-theme="light"]) {'), DARK);
});

test("white on what sells and on what is live", () => {
  const fixed = valuesAfter(":root {\n  /* One button sells");
  for (const name of ["sell", "sell-pressed", "live"]) {
    assert.ok(contrast("#ffffff", fixed[name]) >= LEAST, name);
  }
});
