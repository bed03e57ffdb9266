/**
 * <ls-audit>: who did what, newest first, looked for by person, by deed and by session.
 *
 * Property: `names` (login names to choose from). `load()` asks for the newest.
 */

import { get } from "./api.js";
import { said, sayButton } from "./crew-dom.js";
import { h, setText } from "./dom.js";
import { formatMoment } from "./format.js";
import { knows, onLanguage, t } from "./i18n.js";
import en from "./messages-people-en.js";
import { message, tell } from "./people-form.js";
import { sentenceOf } from "./sentence.js";

class Audit extends HTMLElement {
  #deeds = [];
  #next = "";
  #asked = 0;
  #by = h("select", { name: "by" }, said("option", "audit.anyone", { value: "" }));
  #did = h(
    "select", { name: "did" }, said("option", "audit.anything", { value: "" }),
    Object.keys(en.did).map((did) => said("option", `did.${did}`, { value: did })),
  );
  #session = h("input", {
    type: "search", name: "session", autocomplete: "off", autocapitalize: "none",
    spellcheck: "false", maxlength: 64, data: { tPlaceholder: "audit.session_hint" },
  });
  #csv = said("a", "audit.csv", { class: "button", download: true });
  #list = h("ol", { class: "audit-rows" });
  #empty = said("p", "audit.empty", { class: "empty", hidden: true });
  #message = message();
  #more = sayButton("audit.more", { class: "wide", hidden: true, onclick: () => this.#load(this.#next) });

  connectedCallback() {
    if (this.firstChild) return;
    this.append(
      h("div", { class: "list-head" }, said("h2", "people.audit"), this.#csv),
      h("form", { class: "audit-filters", onsubmit: (event) => this.#submit(event) },
        h("label", { class: "field" }, said("span", "audit.by"), this.#by),
        h("label", { class: "field" }, said("span", "audit.did"), this.#did),
        h("label", { class: "field" }, said("span", "audit.session"), this.#session),
        said("button", "audit.find", { type: "submit" })),
      this.#message, this.#list, this.#empty, this.#more,
    );
    for (const select of [this.#by, this.#did]) select.addEventListener("change", () => this.load());
    this.#session.placeholder = t("audit.session_hint");
    onLanguage(() => this.#show());
  }

  set names(names) {
    const known = new Set([...this.#by.options].map((option) => option.value));
    for (const name of names) {
      if (!known.has(name)) this.#by.append(h("option", { value: name, text: name }));
    }
  }

  load() {
    return this.#load("");
  }

  #submit(event) {
    event.preventDefault();
    this.load();
  }

  get #query() {
    const wanted = { by: this.#by.value, did: this.#did.value, session: this.#session.value.trim() };
    return new URLSearchParams(Object.entries(wanted).filter(([, value]) => value));
  }

  /** Only the newest question counts: a slow answer to an older one is thrown away. */
  async #load(before) {
    this.#asked += 1;
    const asked = this.#asked;
    const query = this.#query;
    this.#csv.href = `/api/v1/audit.csv?${query}`;
    if (before) query.set("before", before);
    try {
      const { deeds, next } = await get(`/audit?${query}`);
      if (asked !== this.#asked) return;
      this.#deeds = before ? [...this.#deeds, ...deeds] : deeds;
      this.#next = next;
      tell(this.#message, "");
    } catch (error) {
      if (asked !== this.#asked) return;
      if (!before) [this.#deeds, this.#next] = [[], ""];
      tell(this.#message, sentenceOf(error));
    }
    this.#show();
  }

  #show() {
    this.#list.replaceChildren(...this.#deeds.map(row));
    this.#empty.hidden = this.#deeds.length > 0 || !this.#message.hidden;
    this.#more.hidden = this.#next === "";
  }
}

function row({ at, by, did, about, data }) {
  const when = h("time", { datetime: at, class: "audit-when" });
  setText(when, formatMoment(Date.parse(at)));
  const facts = factsOf(by, about, data);
  return h(
    "li", { class: "audit-row" },
    when,
    h("p", {},
      h("strong", { text: by || t("audit.nobody") }), " ",
      h("span", { text: knows(`did.${did}`) ? t(`did.${did}`) : did.replaceAll("_", " ") })),
    facts ? h("p", { class: "panel-note", text: facts }) : null,
  );
}

/** What stands with a deed, in words where there are some, else as it is on record. */
function factsOf(by, about, { address, role, before, ...rest }) {
  const named = (one) => (knows(`role.${one}`) ? t(`role.${one}`) : one);
  const facts = [about && about !== by ? t("audit.about", { about }) : ""];
  if (typeof role === "string") {
    facts.push(before ? t("audit.role_change", { before: named(before), role: named(role) }) : named(role));
  }
  if (address) facts.push(t("audit.address", { address }));
  facts.push(...Object.entries(rest).map(factText));
  return facts.filter(Boolean).join(" · ");
}

/** "with a recovery code" for {second: "recovery"}, "invited by miao" for {invited_by: "miao"}. */
function factText([name, value]) {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  if (knows(`audit.${name}_${text}`)) return t(`audit.${name}_${text}`);
  return knows(`audit.${name}`) ? t(`audit.${name}`, { value: text }) : `${name}: ${text}`;
}

customElements.define("ls-audit", Audit);
