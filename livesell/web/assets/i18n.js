/**
 * The words of the pages, in 中文 and English. One catalogue a language, one section a page.
 *
 * The language is `?lang=`, else what was chosen before, else the browser's; zh when that starts
 * with zh, en otherwise. A catalogue's value is a sentence with {names} in it, or
 * `{one, other}` when it counts by `n`. A missing key shows itself, so that a test finds it.
 */

import en from "./messages-en.js";
import zh from "./messages-zh.js";

const STORAGE_KEY = "livesell.lang";
const TAGS = { zh: "zh-CN", en: "en" };
const catalogues = { zh: [zh], en: [en] };
const listeners = new Set();
let current = chosen();

function chosen() {
  const wishes = [fromAddress(), fromStorage(), globalThis.navigator?.language];
  for (const wish of wishes) {
    if (wish) return wish.toLowerCase().startsWith("zh") ? "zh" : "en";
  }
  return "en";
}

function fromAddress() {
  const wish = new URLSearchParams(globalThis.location?.search ?? "").get("lang");
  return wish && /^(?:zh|en)\b/i.test(wish) ? wish : null;
}

function fromStorage() {
  try {
    return globalThis.localStorage?.getItem(STORAGE_KEY) ?? null;
  } catch {
    return null;
  }
}

/** Adds the catalogues of further pages: `addMessages({zh, en})`. Same keys in both. */
export function addMessages(further) {
  for (const [lang, messages] of Object.entries(further)) catalogues[lang].unshift(messages);
}

/** "zh" or "en". */
export const language = () => current;

/** Switches the language, remembers it, sets the page's texts again and tells everyone. */
export function setLanguage(lang) {
  useLanguage(lang);
  try {
    globalThis.localStorage?.setItem(STORAGE_KEY, lang);
  } catch {
    // A browser that keeps nothing still switches for this page.
  }
}

/** Switches the language of this page alone; `tag` is any language tag. */
export function useLanguage(tag) {
  current = tag.toLowerCase().startsWith("zh") ? "zh" : "en";
  translate();
  for (const listener of listeners) listener(current);
}

export function onLanguage(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The sentence for a key such as "viewer.like". */
export function t(key, vars = {}) {
  const found = lookUp(key);
  if (found === undefined) return key;
  const sentence = typeof found === "string" ? found : found[pluralForm(vars.n)] ?? found.other;
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => String(vars[name] ?? whole));
}

/** Whether there is a sentence for a key, for codes that a newer service may send. */
export const knows = (key) => lookUp(key) !== undefined;

function lookUp(key) {
  const [section, ...rest] = key.split(".");
  const name = rest.join(".");
  for (const catalogue of catalogues[current]) {
    const found = catalogue[section]?.[name];
    if (found !== undefined) return found;
  }
  return undefined;
}

const pluralForm = (n) => new Intl.PluralRules(current).select(Number(n));

/**
 * Sets every text below `root` that names its key: `data-t` (text), `data-t-label`
 * (aria-label), `data-t-placeholder`, `data-t-title` (title); and the page's own language.
 */
export function translate(root = document) {
  if (root === document) document.documentElement.lang = TAGS[current];
  for (const element of root.querySelectorAll("[data-t]")) {
    element.textContent = t(element.dataset.t);
  }
  const attributes = { tLabel: "aria-label", tPlaceholder: "placeholder", tTitle: "title" };
  for (const [name, attribute] of Object.entries(attributes)) {
    const selector = `[data-t-${name.slice(1).toLowerCase()}]`;
    for (const element of root.querySelectorAll(selector)) {
      element.setAttribute(attribute, t(element.dataset[name]));
    }
  }
}
