/**
 * What the crew's elements add to `dom.js`: words that follow the language, children that are
 * kept by key, and their own icons.
 */

import { h, svg } from "./dom.js";
import { t } from "./i18n.js";

/** An element that says a catalogue's sentence, and says it anew when the language changes. */
export function said(tag, key, options = {}, ...children) {
  const { data = {}, ...rest } = options;
  return h(tag, { text: t(key), data: { ...data, t: key }, ...rest }, ...children);
}

/** A button with a word on it. */
export function sayButton(key, options = {}) {
  return said("button", key, { type: "button", ...options });
}

/** A button with an icon only; its name is for those who cannot see it. */
export function iconButton(name, key, options = {}) {
  const { data = {}, ...rest } = options;
  return h(
    "button",
    {
      type: "button", class: "icon-button", "aria-label": t(key), title: t(key),
      data: { ...data, tLabel: key, tTitle: key }, ...rest,
    },
    crewIcon(name),
  );
}

/** Changes what an element says, in a way that follows the language. */
export function say(element, key) {
  if (element.dataset.t === key) return;
  element.dataset.t = key;
  element.textContent = t(key);
}

/** Sets or removes an attribute, only when it differs. */
export function setFlag(element, name, value) {
  if (value === false || value === null || value === undefined) {
    if (element.hasAttribute(name)) element.removeAttribute(name);
    return;
  }
  const text = value === true ? "" : String(value);
  if (element.getAttribute(name) !== text) element.setAttribute(name, text);
}

/**
 * Makes the children of `parent` those of `keys`, in this order, and reuses what is there.
 *
 * @param have A Map from key to child, kept up to date here.
 * @param create `(key) => element`
 */
export function arrange(parent, have, keys, create) {
  const wanted = new Set(keys);
  for (const [key, element] of have) {
    if (wanted.has(key)) continue;
    element.remove();
    have.delete(key);
  }
  keys.forEach((key, place) => {
    if (!have.has(key)) have.set(key, create(key));
    const element = have.get(key);
    if (parent.children[place] !== element) {
      parent.insertBefore(element, parent.children[place] ?? null);
    }
  });
}

/** An icon drawn on a 24 × 24 grid; decorative, so it is hidden from screen readers. */
export function crewIcon(name) {
  return svg(
    "svg",
    { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true", focusable: "false" },
    svg("path", { d: ICONS[name] }),
  );
}

const ICONS = {
  up: "M12 19V5m-6 6l6-6 6 6",
  down: "M12 5v14m-6-6l6 6 6-6",
  edit: "M4 20h4L19 9l-4-4L4 16v4zM13.500 6.500l4 4",
  close: "M6 6l12 12M18 6L6 18",
  alert: "M12 8v5m0 3.500v.01M12 3l9.500 17h-19L12 3z",
  menu: "M4 7h16M4 12h16M4 17h16",
  grip: "M8 6h.01M8 12h.01M8 18h.01M16 6h.01M16 12h.01M16 18h.01",
  moon: "M12 3a9 9 0 1 0 9 9 7 7 0 0 1-9-9z",
  check: "M5 12.500l4.500 4.500L19 7.500",
  photo: "M4 7h4l1.500-2h5L16 7h4v12H4V7zM12 16.500a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7z",
};
