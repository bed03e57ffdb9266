/**
 * <ls-people-list>: everybody of the crew, each with what an administrator can do.
 *
 * Properties: `me` (a login name), `people` (of `GET /people`). Event: `act` with
 * `{do, name, role}`, do being role, reset, end, totp or remove.
 */

import { arrange, said, say, sayButton } from "./crew-dom.js";
import { h, setText } from "./dom.js";
import { formatDay, formatMoment } from "./format.js";
import { t } from "./i18n.js";
import { roleSelect } from "./role-select.js";

class PeopleList extends HTMLElement {
  #rows = new Map();
  #list = h("ul", { class: "people-rows" });
  me = "";

  connectedCallback() {
    if (!this.firstChild) this.append(this.#list);
  }

  set people(people) {
    const byName = new Map(people.map((one) => [one.name, one]));
    arrange(this.#list, this.#rows, [...byName.keys()], (name) => this.#row(name));
    for (const [name, person] of byName) this.#fill(this.#rows.get(name), person);
  }

  #row(name) {
    const act = (what, more = {}) =>
      this.dispatchEvent(new CustomEvent("act", { detail: { do: what, name, ...more } }));
    const select = roleSelect("staff", () => {
      save.disabled = select.value === select.dataset.now;
    });
    const save = sayButton("people.save_role", { onclick: () => act("role", { role: select.value }) });
    return h(
      "li", { class: "crew-panel person" },
      h("details", {},
        h("summary", {},
          h("span", { class: "person-name" }),
          said("span", "people.you", { class: "panel-note" }),
          h("span", { class: "chip" }),
          h("span", { class: "person-seen panel-note" })),
        h("p", { class: "person-facts panel-note" }),
        h("div", { class: "invite-fields" },
          h("label", { class: "field" }, said("span", "people.role"), select), save),
        h("div", { class: "row person-acts" },
          sayButton("people.reset", { onclick: () => act("reset") }),
          sayButton("people.end_logins", { onclick: () => act("end"), data: { act: "end" } }),
          sayButton("people.drop_totp", { onclick: () => act("totp"), data: { act: "totp" } }),
          sayButton("people.remove", { class: "danger", onclick: () => act("remove") }))),
    );
  }

  #fill(row, person) {
    const details = row.firstChild;
    const [summary, facts, { firstChild: label, lastChild: save }, acts] = details.children;
    const [name, you, role, seen] = summary.children;
    const select = label.lastChild;
    setText(name, person.name);
    you.hidden = person.name !== this.me;
    say(role, `role.${person.role}`);
    setText(seen, seenText(person));
    setText(facts, factsText(person));
    if (select.dataset.now !== person.role) {
      select.dataset.now = person.role;
      select.value = person.role;
    }
    save.disabled = select.value === person.role;
    acts.querySelector('[data-act="end"]').disabled = person.logins === 0;
    acts.querySelector('[data-act="totp"]').hidden = !person.totp;
  }
}

function seenText({ last_login: last }) {
  if (last === null) return t("people.never_in");
  return t("people.last_in", { time: formatMoment(Date.parse(last)) });
}

function factsText({ created, totp, logins }) {
  return [
    t("people.joined", { time: formatDay(Date.parse(created)) }),
    t(totp ? "people.totp_on" : "people.totp_off"),
    logins === 0 ? t("people.no_logins") : t("people.logins", { n: logins }),
  ].join(" · ");
}

customElements.define("ls-people-list", PeopleList);
