/** What every page does first: its words, its language switch, and where it is. */

import { h } from "./dom.js";
import { nextLanguage, onLanguage, setLanguage, translate } from "./i18n.js";

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
    // Where its words cannot be loaded, the page stays as it is.
    onclick: () => setLanguage(nextLanguage().key)?.catch(() => {}),
  });
  const name = () => {
    const next = nextLanguage();
    button.textContent = next.short;
    button.lang = next.tag;
    button.setAttribute("aria-label", next.name);
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
