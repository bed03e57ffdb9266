/**
 * The words of the pages. One catalogue a language, one section a page; the languages are in
 * `languages.js`.
 *
 * A page that the service renders in one language has its words in it (`#words`) and gets what it
 * loads later by `needWords`, in that language alone. The others carry all languages with them
 * (`addMessages`) and choose: `?lang=`, else what was chosen before, else the browser's.
 *
 * A catalogue's value is a sentence with {names} in it, or `{one, other}` when it counts by `n`. A
 * missing key shows itself, so that a test finds it.
 */

import languages from "./languages.js";

const STORAGE_KEY = "livesell.lang";
// What somebody reads whose language is none of ours.
const ELSE = "en";
const catalogues = {};
const listeners = new Set();
/** The catalogues that this page loads by its language, by name; "" is the one in the page. */
const parts = new Map();
let switching = 0;
let current = wordsOfPage() ?? chosen();

function wordsOfPage() {
  const place = globalThis.document?.querySelector("#words");
  if (!place) return null;
  const { language: lang, words } = JSON.parse(place.textContent);
  addMessages({ [lang]: words });
  parts.set("", new Set([lang]));
  return lang;
}

function chosen() {
  const own = globalThis.navigator?.languages ?? [];
  return ours(wished() ?? own.find(isOurs) ?? ELSE);
}

/** What this person has asked for, in the address or by the switch, or null. */
function wished() {
  return [fromAddress(), fromStorage()].find((wish) => wish && isOurs(wish)) ?? null;
}

function ours(tag) {
  return isOurs(tag) ? primary(tag) : ELSE;
}

function isOurs(tag) {
  return Boolean(tag) && Object.keys(languages).includes(primary(tag));
}

function primary(tag) {
  return tag.toLowerCase().split("-")[0];
}

function fromAddress() {
  return new URLSearchParams(globalThis.location?.search ?? "").get("lang");
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
  for (const [lang, messages] of Object.entries(further)) {
    catalogues[lang] = [messages, ...(catalogues[lang] ?? [])];
  }
}

/**
 * Loads the catalogue of a part of the page, in the page's language: `await needWords("buying")` for
 * `messages-buying-<language>.js`. Switching the language loads its other languages.
 */
export async function needWords(part) {
  if (!parts.has(part)) parts.set(part, new Set());
  await load(part, current);
}

async function load(part, lang) {
  if (parts.get(part).has(lang)) return;
  const file = ["messages", part, lang].filter(Boolean).join("-");
  const { default: messages } = await import(`./${file}.js`);
  if (parts.get(part).has(lang)) return;
  parts.get(part).add(lang);
  addMessages({ [lang]: messages });
}

/** "zh", "en" or another key of `languages.js`. */
export const language = () => current;

/** What dates, numbers and plurals of the page's language are written by, such as "zh-CN". */
export const locale = () => languages[current].locale;

/** The language that the switch leads to: `{key, tag, name, short}`. */
export function nextLanguage() {
  const all = Object.keys(languages);
  const key = all[(all.indexOf(current) + 1) % all.length];
  return { key, ...languages[key] };
}

/** Switches the language, remembers it, sets the page's texts again and tells everyone. */
export function setLanguage(lang) {
  try {
    globalThis.localStorage?.setItem(STORAGE_KEY, lang);
  } catch {
    // A browser that keeps nothing still switches for this page.
  }
  return useLanguage(lang);
}

/**
 * Switches the language of this page alone; `tag` is any language tag. At once when the words are
 * here, else when they have come.
 *
 * @throws When they cannot be loaded; the page stays as it is.
 */
export function useLanguage(tag) {
  const lang = ours(tag);
  const round = (switching += 1);
  const missing = [...parts].filter(([, here]) => here.size > 0 && !here.has(lang));
  if (missing.length === 0) return switchTo(lang);
  return Promise.all(missing.map(([part]) => load(part, lang))).then(() => {
    if (round === switching) switchTo(lang);
  });
}

/** Switches to what this person has chosen, when the page was rendered in another language. */
export async function useChosenLanguage() {
  const wish = wished();
  if (wish && ours(wish) !== current) await useLanguage(wish);
}

function switchTo(lang) {
  current = lang;
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
  for (const lang of [current, ...languages[current].instead]) {
    for (const catalogue of catalogues[lang] ?? []) {
      const found = catalogue[section]?.[name];
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

const pluralForm = (n) => new Intl.PluralRules(locale()).select(Number(n));

/**
 * Sets every text below `root` that names its key: `data-t` (text), `data-t-label`
 * (aria-label), `data-t-placeholder`, `data-t-title` (title); and the page's own language.
 */
export function translate(root = document) {
  if (root === document) document.documentElement.lang = languages[current].tag;
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
