/**
 * <ls-invitations>: the links that still work. Property: `invitations`. Event: `withdraw` with the
 * id of one.
 */

import { arrange, said, sayButton } from "./crew-dom.js";
import { h, setText } from "./dom.js";
import { formatMoment } from "./format.js";
import { t } from "./i18n.js";

class Invitations extends HTMLElement {
  #rows = new Map();
  #list = h("ul", { class: "login-rows" });
  #empty = said("p", "links.empty", { class: "empty" });

  connectedCallback() {
    if (!this.firstChild) this.append(said("h2", "people.links"), this.#list, this.#empty);
  }

  set invitations(invitations) {
    const byId = new Map(invitations.map((one) => [one.id, one]));
    arrange(this.#list, this.#rows, [...byId.keys()], (id) => this.#row(id));
    for (const [id, one] of byId) fill(this.#rows.get(id), one);
    this.#empty.hidden = byId.size > 0;
  }

  #row(id) {
    const withdraw = () => this.dispatchEvent(new CustomEvent("withdraw", { detail: id }));
    return h(
      "li", { class: "login-row" },
      h("div", {}, h("p", { class: "login-what" }), h("p", { class: "panel-note" })),
      sayButton("links.withdraw", { onclick: withdraw }),
    );
  }
}

function fill(row, { kind, role, name = "", by, until }) {
  const [what, about] = row.firstChild.children;
  setText(what, t(`links.${kind}`, { role: t(`role.${role}`), name }));
  setText(about, t("links.about", { by, until: formatMoment(Date.parse(until)) }));
}

customElements.define("ls-invitations", Invitations);
