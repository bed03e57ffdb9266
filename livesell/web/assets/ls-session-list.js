/**
 * <ls-session-list base="/console">: sessions by what is going on, each a link.
 *
 * Properties: `sessions` (rows of `GET /sessions`), `wanted` (a state, "open" or "all"),
 * `search` (a part of title or host), `canCreate` (whether the page has a form for a new one). The
 * order: on air, then coming (soonest first), then past
 * (latest first).
 */

import { arrange, say, said, setFlag } from "./crew-dom.js";
import { h, setText } from "./dom.js";
import { formatMoment, formatTime, ownZone, sameWallClock, zoneName } from "./format.js";
import { t } from "./i18n.js";
import { isAhead, isOnAir } from "./session-state.js";

const FAR_AWAY_MS = 8.64e15;

class SessionList extends HTMLElement {
  #rows = new Map();
  #sessions = [];
  #wanted = "all";
  #search = "";
  #canCreate = false;
  #list = h("ul", { class: "session-rows" });
  #empty = said("p", "sessions.empty", { class: "empty" });

  connectedCallback() {
    if (!this.firstChild) this.append(this.#list, this.#empty);
  }

  set sessions(sessions) {
    this.#sessions = [...sessions].sort(inOrder);
    this.#show();
  }

  set wanted(wanted) {
    this.#wanted = wanted;
    this.#show();
  }

  set search(search) {
    this.#search = search.trim().toLowerCase();
    this.#show();
  }

  set canCreate(canCreate) {
    this.#canCreate = canCreate;
    this.#show();
  }

  #show() {
    const found = this.#sessions.filter((one) => this.#isWanted(one) && this.#isFound(one));
    const byId = new Map(found.map((one) => [one.id, one]));
    const base = this.getAttribute("base");
    arrange(this.#list, this.#rows, [...byId.keys()], (id) => sessionRow(`${base}/${id}`));
    for (const [id, session] of byId) fill(this.#rows.get(id), session);
    this.#empty.hidden = found.length > 0;
    say(this.#empty, this.#emptyKey);
  }

  get #emptyKey() {
    if (this.#sessions.length > 0) return "sessions.none_found";
    return this.#canCreate ? "sessions.empty_new" : "sessions.empty";
  }

  #isWanted({ state }) {
    if (this.#wanted === "all") return true;
    if (this.#wanted === "live") return isOnAir(state);
    if (this.#wanted === "coming") return isAhead(state);
    return state === this.#wanted;
  }

  #isFound({ title, host }) {
    return `${title}\n${host}`.toLowerCase().includes(this.#search);
  }
}

const at = (time) => (time === null ? null : Date.parse(time));

function rank({ state }) {
  if (isOnAir(state)) return 0;
  return isAhead(state) ? 1 : 2;
}

function inOrder(one, other) {
  if (rank(one) !== rank(other)) return rank(one) - rank(other);
  // Drafts without a time come after everything that has one.
  const when = (session) => at(session.started) ?? at(session.planned_start) ?? FAR_AWAY_MS;
  return rank(one) === 1 ? when(one) - when(other) : when(other) - when(one);
}

function sessionRow(address) {
  return h(
    "li",
    {},
    h(
      "a",
      { class: "session-row", href: address },
      h("span", { class: "chip" }),
      h("span", { class: "session-title" }),
      h(
        "span",
        { class: "session-host" },
        said("span", "sessions.archived", { class: "session-archived" }),
        h("span"),
      ),
      h("span", { class: "session-time figure" }),
    ),
  );
}

function fill(row, session) {
  const [chip, title, { children: [archived, host] }, time] = row.firstChild.children;
  archived.hidden = !session.archived;
  setFlag(chip, "data-state", session.state);
  say(chip, `state.${session.state}`);
  setText(title, session.title);
  setText(host, t("sessions.host", { name: session.host }));
  setText(time, timeText(session));
}

/** When it was or will be, on its own wall clock; the zone when that is not the reader's. */
function timeText({ started, ended, planned_start, planned_end, zone }) {
  const from = at(started) ?? at(planned_start);
  const to = at(ended) ?? at(planned_end);
  if (from === null) return t("sessions.no_time");
  const until = to === null ? "" : ` – ${formatTime(to, zone)}`;
  const place = sameWallClock(from, zone, ownZone()) ? "" : ` ${zoneName(from, zone)}`;
  return formatMoment(from, zone) + until + place;
}

customElements.define("ls-session-list", SessionList);
