/**
 * <ls-crew-nav>: where the crew can go, by right, and the way out. In a line where there is room,
 * behind one button on a phone.
 *
 * It asks who is signed in by itself. A page imports it and puts it into its `.crew-bar`, links
 * `crew-nav.css`, and calls `startCrewPage()`, which answers the switches in it.
 */

import { may, whoAmI } from "./crew-page.js";
import { iconButton, said, say, sayButton, setFlag } from "./crew-dom.js";
import { h, setText } from "./dom.js";
import { t } from "./i18n.js";

// Each place of the menu, and the right without which it is not shown.
const PLACES = [
  { href: "/console", key: "nav.sessions", right: "read" },
  { href: "/campaigns", key: "nav.campaigns", right: "read" },
  { href: "/products", key: "nav.products", right: "prepare" },
  { href: "/staff", key: "nav.reviews", right: "read" },
  { href: "/people", key: "nav.people", right: "people" },
];

class CrewNav extends HTMLElement {
  #places = PLACES.map((place) => ({ ...place, link: placeLink(place.href, place.key) }));
  #name = h("span", { class: "nav-name" });
  #role = h("span", { class: "nav-role" });
  #toggle = iconButton("menu", "nav.menu", {
    class: "icon-button quiet nav-toggle", "aria-expanded": "false", "aria-controls": "crew-menu",
    onclick: () => this.#open(!this.#isOpen),
  });
  #menu = h(
    "nav",
    { id: "crew-menu", class: "nav-menu", "aria-label": t("nav.menu"), data: { tLabel: "nav.menu" } },
    this.#places.map(({ link }) => link),
    h("div", { class: "nav-switches" },
      iconButton("moon", "crew.theme", { class: "quiet icon-button", data: { do: "theme" } }),
      h("span", { data: { slot: "language" } })),
    this.#account(),
    sayButton("crew.logout", { class: "quiet nav-out", data: { do: "logout" } }),
  );

  connectedCallback() {
    if (this.firstChild) return;
    this.append(this.#toggle, this.#menu);
    for (const { right, link } of this.#places) link.hidden = right !== "read";
    addEventListener("click", ({ target }) => {
      if (this.#isOpen && !this.contains(target)) this.#open(false);
    });
    addEventListener("keydown", ({ key }) => {
      if (this.#isOpen && key === "Escape") this.#close();
    });
    whoAmI().then((me) => this.#show(me));
  }

  #account() {
    const link = placeLink("/account", "nav.account");
    link.classList.add("nav-account");
    link.append(this.#name, this.#role);
    return link;
  }

  #show(me) {
    for (const { right, link } of this.#places) link.hidden = !may(me, right);
    setText(this.#name, me.name);
    say(this.#role, `role.${me.role}`);
  }

  get #isOpen() {
    return this.hasAttribute("data-open");
  }

  #open(isOpen) {
    setFlag(this, "data-open", isOpen);
    this.#toggle.setAttribute("aria-expanded", String(isOpen));
  }

  #close() {
    this.#open(false);
    this.#toggle.focus();
  }
}

function placeLink(href, key) {
  const isHere = location.pathname === href || location.pathname.startsWith(`${href}/`);
  return h(
    "a",
    { class: "button quiet", href, "aria-current": isHere ? "page" : null },
    said("span", key),
  );
}

customElements.define("ls-crew-nav", CrewNav);
