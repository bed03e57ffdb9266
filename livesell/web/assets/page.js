/** What every page does first: its words, its language switch, and where it is. */

import { h } from "./dom.js";
import { language, onLanguage, setLanguage, translate } from "./i18n.js";

/** Where the device remembers the buyer's details. */
export const CONTACT_KEY = "livesell.contact";

/** The id in an address such as /s/naqu or /console/naqu; "" when there is none. */
export function sessionFromAddress() {
  const [, , session = ""] = location.pathname.split("/");
  return decodeURIComponent(session);
}

/** Sets the page's texts and fills every `[data-slot="language"]` with the switch. */
export function startPage() {
  translate();
  for (const place of document.querySelectorAll('[data-slot="language"]')) {
    place.replaceChildren(languageSwitch());
  }
}

function languageSwitch() {
  const button = h("button", {
    class: "quiet language-switch",
    type: "button",
    onclick: () => setLanguage(language() === "zh" ? "en" : "zh"),
  });
  const name = () => {
    button.textContent = language() === "zh" ? "EN" : "中文";
    button.lang = language() === "zh" ? "en" : "zh-CN";
    button.setAttribute("aria-label", language() === "zh" ? "English" : "切换到中文");
  };
  name();
  onLanguage(name);
  return button;
}

/** A string from the device's memory, or null; a browser may refuse to keep anything. */
export function recall(storage, key) {
  try {
    return JSON.parse(globalThis[storage].getItem(key));
  } catch {
    return null;
  }
}

/** Keeps a value on the device; null forgets it. */
export function remember(storage, key, value) {
  try {
    if (value === null) globalThis[storage].removeItem(key);
    else globalThis[storage].setItem(key, JSON.stringify(value));
  } catch {
    // Private windows and full disks: the page works, it only forgets.
  }
}
