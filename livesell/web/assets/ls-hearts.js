/**
 * <ls-hearts>: hearts that rise and fade. Decorative; a phone that wants no motion sees none.
 *
 * `own()` for the viewer's tap; `others(n)` when n further likes came in, of which a few show.
 */

import { icon } from "./dom.js";

// More at once would cost an old phone frames and show nothing more.
const MOST = 24;
const MOST_OF_OTHERS = 3;
const COLOURS = 4;

const calm = globalThis.matchMedia?.("(prefers-reduced-motion: reduce)");

class Hearts extends HTMLElement {
  connectedCallback() {
    this.setAttribute("aria-hidden", "true");
    this.addEventListener("animationend", (event) => event.target.closest(".heart")?.remove());
  }

  /** A heart at once, from `at` ({x, y} in this element's pixels) or from the like button. */
  own(at = null) {
    this.#rise("own", 0, at);
  }

  others(n) {
    if (document.hidden) return;
    const some = Math.min(MOST_OF_OTHERS, Math.ceil(Math.log2(n + 1)));
    for (let i = 0; i < some; i += 1) this.#rise("other", Math.random() * 900, null);
  }

  #rise(kind, delayMs, at) {
    if (calm?.matches || this.childElementCount >= MOST) return;
    const heart = document.createElement("span");
    heart.className = `heart heart-${kind}`;
    heart.dataset.colour = Math.floor(Math.random() * COLOURS);
    heart.style.setProperty("--sway", `${Math.round(Math.random() * 56 - 36)}px`);
    heart.style.setProperty("--turn", `${Math.round(Math.random() * 40 - 20)}deg`);
    heart.style.setProperty("--delay", `${Math.round(delayMs)}ms`);
    heart.toggleAttribute("data-is-placed", at !== null);
    if (at) {
      heart.style.setProperty("left", `${at.x}px`);
      heart.style.setProperty("top", `${at.y}px`);
    }
    heart.append(icon("heart"));
    this.append(heart);
  }
}

customElements.define("ls-hearts", Hearts);
