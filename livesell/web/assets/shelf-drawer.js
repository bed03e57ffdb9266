/**
 * The shelf as a drawer: on a phone it covers the lower part of a running show; on a desktop, and
 * before and after the show, it simply stands there.
 */

const narrow = matchMedia("(max-width: 899px)");

export class ShelfDrawer {
  #panel = document.querySelector(".shelf");
  #list = document.querySelector("ls-shelf");
  #button = document.querySelector('[data-do="shelf"]');
  #phase = "loading";

  constructor() {
    narrow.addEventListener("change", () => this.#settle());
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.#isOpen && !document.querySelector("dialog[open]")) {
        this.close();
      }
    });
    this.#settle();
  }

  set phase(phase) {
    this.#phase = phase;
    this.#settle();
  }

  get #isDrawer() {
    return narrow.matches && (this.#phase === "during" || this.#phase === "loading");
  }

  get #isOpen() {
    return document.body.hasAttribute("data-shelf-open");
  }

  /** @param shown The card that is being explained; it is brought into view. */
  open(shown) {
    if (!this.#isDrawer) {
      this.#panel.scrollIntoView();
      return;
    }
    document.body.toggleAttribute("data-shelf-open", true);
    this.#settle();
    if (shown) this.#list.reveal(shown);
    this.#panel.querySelector(".shelf-close").focus();
  }

  close() {
    if (!this.#isOpen) return;
    document.body.removeAttribute("data-shelf-open");
    this.#settle();
    this.#button.focus();
  }

  /** A closed drawer is out of reach for keyboards and screen readers too. */
  #settle() {
    if (!this.#isDrawer) document.body.removeAttribute("data-shelf-open");
    this.#panel.inert = this.#isDrawer && !this.#isOpen;
    this.#button.setAttribute("aria-expanded", String(!this.#isDrawer || this.#isOpen));
  }
}
