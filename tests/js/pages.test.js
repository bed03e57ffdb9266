/** The pages' files hold to their rules: no markup in strings, nothing inline, nothing foreign. */

import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

const folder = new URL("../../livesell/web/assets/", import.meta.url);
const files = readdirSync(folder);
const read = (name) => readFileSync(new URL(name, folder), "utf8");
const of = (suffix) => files.filter((name) => name.endsWith(suffix));
const imports = (source) =>
  [...source.matchAll(/^(?:import|export)\b(?:[^;"]*\bfrom)?\s*"([^"]+)";/gm)].map((m) => m[1]);

test("no module writes markup or runs text", () => {
  const forbidden = /\b(?:innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function)/;
  for (const name of of(".js")) {
    const code = read(name).replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
    assert.doesNotMatch(code, forbidden, name);
  }
});

test("modules import relative files that are there", () => {
  for (const name of of(".js")) {
    for (const address of imports(read(name))) {
      assert.match(address, /^\.\//, `${name}: ${address}`);
      assert.ok(existsSync(new URL(address, folder)), `${name}: ${address}`);
    }
  }
});

test("a module has the constants that it uses", () => {
  // Nothing is built, so a name that was moved away fails in the browser alone.
  for (const name of of(".js")) {
    const code = read(name).replace(/\/\*[\s\S]*?\*\/|(?:^|\s)\/\/.*$|"(?:[^"\\\n]|\\.)*"/gm, '""');
    const used = code.matchAll(/(?<![.#\w$-])[A-Z][A-Z0-9_]{2,}\b(?!:)/g);
    for (const constant of new Set([...used].map(([word]) => word))) {
      const isMade = new RegExp(`(?:const|class)\\s[^=;]*\\b${constant}\\b|import\\s*\\{[^}]*\\b${constant}\\b`);
      assert.ok(constant in globalThis || isMade.test(code), `${name}: ${constant}`);
    }
  }
});

test("pages have nothing inline, and load only what is there", () => {
  for (const name of of(".html")) {
    const html = read(name);
    assert.doesNotMatch(html, /\sstyle=|<style|\son\w+=/i, name);
    for (const [tag] of html.matchAll(/<script[^>]*>/g)) {
      assert.match(tag, /src="\{\{assets\}\}\/|^<script type="application\/json"/, name);
    }
    for (const [, file] of html.matchAll(/\{\{assets\}\}\/([^"]+)"/g)) {
      assert.ok(files.includes(file), `${name}: ${file}`);
    }
    assert.match(html, /<meta name="viewport"/, name);
  }
});

test("the dark values stand twice and are the same", () => {
  const css = read("tokens.css");
  const block = (start) => {
    const at = css.indexOf(start);
    return css.slice(css.indexOf("{", at) + 1, css.indexOf("}", at)).replace(/\s+/g, " ").trim();
  };
  assert.equal(block(':root:not([data-theme="light"])'), block('\n[data-theme="dark"]'));
});

test("text has a contrast of 4.5 to 1 on its grounds, light and dark", () => {
  const pairs = [
    ["ink-1", "paper-0"], ["ink-1", "paper-1"], ["ink-1", "paper-2"], ["ink-2", "paper-0"],
    ["ink-2", "paper-1"], ["ink-2", "paper-2"], ["ink-3", "paper-0"], ["ink-3", "paper-1"],
    ["vermilion", "paper-0"], ["vermilion", "vermilion-tint"], ["lake", "paper-1"],
    ["lake", "lake-tint"], ["meadow", "meadow-tint"], ["saffron", "saffron-tint"],
  ];
  for (const start of [":root,", '\n[data-theme="dark"]']) {
    const colours = coloursOf(start);
    for (const [text, ground] of pairs) {
      const ratio = contrast(colours[text], colours[ground]);
      assert.ok(ratio >= 4.5, `${start.trim()} ${text} on ${ground}: ${ratio.toFixed(2)}`);
    }
  }
  assert.ok(contrast("#cc3325", "#ffffff") >= 4.5);
});

function coloursOf(start) {
  const css = read("tokens.css");
  const from = css.indexOf(start);
  const block = css.slice(from, css.indexOf("}", from));
  return Object.fromEntries([...block.matchAll(/--([\w-]+): (#[0-9a-f]{6})/g)].map((m) => [m[1], m[2]]));
}

/** Source: WCAG 2.2, relative luminance and contrast ratio. */
function contrast(one, other) {
  const luminance = (hex) => {
    const channels = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255);
    const [r, g, b] = channels.map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

/** Everything that a page's module reaches. */
function graph(entry, found = new Set()) {
  if (found.has(entry)) return found;
  found.add(entry);
  for (const address of imports(read(entry))) graph(address.slice(2), found);
  return found;
}

// Came to Chromium, Safari or Firefox after 2021. Source: MDN's compatibility tables.
const TOO_NEW_JS = /\b(?:toSorted|toReversed|toSpliced|findLast|findLastIndex|groupBy|withResolvers|fromAsync|isWellFormed|structuredClone|requestIdleCallback|showPopover|startViewTransition)\(|\bObject\.hasOwn\b|\.at\(|\bAbortSignal\.(?:any|timeout)|\bstatic \{|\bwith \{ type:|\(\?<[=!]|\/v[.;,)]|^await /m;
const TOO_NEW_CSS = /:has\(|@container|@layer|@scope|color-mix\(|oklch\(|\bcontainer-type|\bsubgrid\b|\bview-transition|^\s*&/m;

/** Everything that the viewer's page can load: its modules, those loaded later, its styles. */
function viewerFiles() {
  const found = graph("viewer.js");
  for (const name of found) {
    for (const [, later] of read(name).matchAll(/\bimport\("\.\/([\w.-]+)"\)/g)) graph(later, found);
    for (const [, sheet] of read(name).matchAll(/[(\s]"([\w-]+\.css)"/g)) found.add(sheet);
  }
  for (const [, sheet] of read("viewer.html").matchAll(/\/([\w-]+\.css)"/g)) found.add(sheet);
  return [...found];
}

test("the viewer's page keeps to what browsers of 2021 understand", () => {
  const files = viewerFiles();
  assert.ok(files.includes("buying.js") && files.includes("my-orders.css"), files.join(" "));
  for (const name of files) {
    const source = read(name).replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
    assert.doesNotMatch(source, name.endsWith(".css") ? TOO_NEW_CSS : TOO_NEW_JS, name);
    // A unit that is too new needs a line before it that is not.
    for (const [, before, property] of source.matchAll(/([^\n]*)\n\s*([\w-]+): [^;\n]*\d[dls]vh;/g)) {
      assert.ok(before.trim().startsWith(`${property}:`), `${name}: ${property}`);
    }
  }
});

test("the overlay keeps to what Chromium 103 has, because OBS lags behind browsers", () => {
  // Source: MDN's compatibility tables; each of these came with Chromium 105 or later.
  const newer = /\b(?:toSorted|toReversed|toSpliced|findLastIndex|groupBy|withResolvers|fromAsync|isWellFormed|setHTML)\(|\.with\(|\bAbortSignal\.(?:any|timeout)|new Set\([^)]*\)\.(?:union|difference)/;
  for (const name of graph("overlay.js")) assert.doesNotMatch(read(name), newer, name);
});
