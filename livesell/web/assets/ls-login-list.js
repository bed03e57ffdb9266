/**
 * <ls-login-list>: where one is signed in, each with a way to end it.
 *
 * Property: `logins` (of `GET /account`). Event: `changed`.
 */

import { request, segment } from "./api.js";
import { arrange, said, sayButton } from "./crew-dom.js";
import { h, setText } from "./dom.js";
import { formatMoment } from "./format.js";
import { t } from "./i18n.js";
import { message, tell } from "./people-form.js";
import { sentenceOf } from "./sentence.js";

class LoginList extends HTMLElement {
  #rows = new Map();
  #list = h("ul", { class: "login-rows" });
  #message = message();
  #others = sayButton("account.end_others", {
    class: "danger", onclick: () => this.#end("", "account.ended_others"),
  });

  connectedCallback() {
    if (this.firstChild) return;
    this.append(
      h("div", { class: "list-head" }, said("h2", "account.logins"), this.#others),
      this.#list, this.#message,
    );
  }

  set logins(logins) {
    const byId = new Map(logins.map((one) => [one.id, one]));
    arrange(this.#list, this.#rows, [...byId.keys()], (id) => this.#row(id));
    for (const [id, login] of byId) fill(this.#rows.get(id), login);
    this.#others.hidden = logins.length < 2;
  }

  #row(id) {
    return h(
      "li", { class: "login-row" },
      h("div", {},
        h("p", { class: "login-what" }, h("span"), said("span", "account.this", { class: "chip" })),
        h("p", { class: "panel-note" })),
      sayButton("account.end", { onclick: () => this.#end(`/${segment(id)}`, "account.ended") }),
    );
  }

  async #end(which, done) {
    try {
      await request(`/account/logins${which}`, { method: "DELETE" });
      tell(this.#message, t(done), "good");
    } catch (error) {
      tell(this.#message, sentenceOf(error));
    }
    this.dispatchEvent(new Event("changed", { bubbles: true }));
  }
}

function fill(row, login) {
  const [{ children: [what, when] }, end] = row.children;
  setText(what.firstChild, login.browser || t("account.unknown"));
  what.lastChild.hidden = !login.is_this;
  end.hidden = login.is_this;
  const [since, seen] = [login.since, login.seen].map((at) => formatMoment(Date.parse(at)));
  const from = login.address ? ` · ${t("account.from", { address: login.address })}` : "";
  setText(when, t("account.since", { since, seen }) + from);
}

customElements.define("ls-login-list", LoginList);
