/**
 * <ls-session-parts>: sessions on air, to come and past, a page of each, with what can be done.
 *
 * Properties: `parts` (by "now", "next", "past": `{sessions, total, next}`), `campaigns` (title by
 * id), `me`. Events: `more` with a part's name; `duplicate`, `cancel`, `remove` with a row.
 */

import { arrange, say, said, sayButton, setFlag } from "./crew-dom.js";
import { mayCommand, may } from "./crew-page.js";
import { h, setText } from "./dom.js";
import { formatMoment, formatTime, ownZone, sameWallClock, zoneName } from "./format.js";
import { t } from "./i18n.js";
import { hrefOf } from "./ls-calendar.js";
import { isAhead, isClosed } from "./session-state.js";

export const PARTS = ["now", "next", "past"];

class SessionParts extends HTMLElement {
  campaigns = new Map();
  me = null;
  #places = new Map();

  connectedCallback() {
    if (this.firstChild) return;
    for (const part of PARTS) {
      const list = h("ul", { class: "session-rows" });
      const empty = said("p", `agenda.none_${part}`, { class: "empty" });
      const more = h("button", { type: "button", onclick: () => this.#tell("more", part) });
      this.#places.set(part, { list, empty, more, rows: new Map() });
      this.append(h("section", { class: "session-part", data: { part } }, said("h3", `agenda.${part}`), list, empty, more));
    }
  }

  set parts(parts) {
    for (const part of PARTS) {
      const { list, empty, more, rows } = this.#places.get(part);
      const { sessions, total } = parts[part] ?? { sessions: [], total: 0 };
      const byId = new Map(sessions.map((one) => [one.id, one]));
      arrange(list, rows, [...byId.keys()], () => this.#newRow());
      for (const [id, session] of byId) this.#fill(rows.get(id), session);
      empty.hidden = sessions.length > 0;
      more.hidden = sessions.length >= total;
      setText(more, t("agenda.more", { n: total - sessions.length }));
    }
  }

  #newRow() {
    const does = (verb, look = "quiet") => sayButton(`agenda.${verb}`, { class: `small ${look}`, data: { verb } });
    const row = h("li", { class: "session-entry" },
      h("a", { class: "session-row" },
        h("span", { class: "chip" }), h("span", { class: "session-title" }),
        h("span", { class: "session-host" }), h("span", { class: "session-time figure" })),
      h("div", { class: "row session-actions", role: "group" },
        said("a", "agenda.open", { class: "button small", data: { verb: "open" } }),
        said("a", "agenda.prepare", { class: "button small", data: { verb: "prepare" } }),
        said("a", "agenda.review", { class: "button small", data: { verb: "review" } }),
        does("duplicate"), does("cancel", "quiet danger-text"), does("remove", "quiet danger-text")));
    for (const verb of ["duplicate", "cancel", "remove"]) {
      row.querySelector(`[data-verb="${verb}"]`).addEventListener("click", () => this.#tell(verb, row.session));
    }
    return row;
  }

  #fill(row, session) {
    row.session = session;
    const [chip, title, host, time] = row.firstChild.children;
    row.firstChild.href = hrefOf(session);
    setFlag(chip, "data-state", session.state);
    say(chip, `state.${session.state}`);
    setText(title, session.title);
    setText(host, this.#about(session));
    setText(time, timeText(session));
    row.lastChild.setAttribute("aria-label", t("agenda.actions", session));
    this.#offer(row, session);
  }

  #about(session) {
    const campaign = this.campaigns.get(session.campaign);
    const parts = [session.host, campaign, t("agenda.cards", { n: session.cards })];
    if (session.archived) parts.push(t("sessions.archived"));
    return parts.filter(Boolean).join(" · ");
  }

  #offer(row, { id, state, archived, owner }) {
    const { me } = this;
    const mine = me !== null && mayCommand(me, owner);
    const shown = {
      open: !archived && !isClosed(state),
      prepare: !archived && !isClosed(state) && me !== null && may(me, "prepare"),
      review: state === "ended" || archived,
      duplicate: me !== null && may(me, "create"),
      cancel: mine && may(me, "create") && isAhead(state) && state !== "draft" && !archived,
      remove: mine && may(me, "create") && state === "draft",
    };
    for (const [verb, isShown] of Object.entries(shown)) row.querySelector(`[data-verb="${verb}"]`).hidden = !isShown;
    const to = { open: `/console/${id}`, prepare: `/prepare/${id}`, review: `/staff/${id}` };
    for (const [verb, href] of Object.entries(to)) row.querySelector(`[data-verb="${verb}"]`).href = href;
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

const at = (time) => (time === null ? null : Date.parse(time));

/** When it was or will be, on its own wall clock; the zone when that is not the reader's. */
function timeText({ started, ended, planned_start: start, planned_end: end, zone }) {
  const from = at(started) ?? at(start);
  const to = at(ended) ?? at(end);
  if (from === null) return t("sessions.no_time");
  const until = to === null ? "" : ` – ${formatTime(to, zone)}`;
  const place = sameWallClock(from, zone, ownZone()) ? "" : ` ${zoneName(from, zone)}`;
  return formatMoment(from, zone) + until + place;
}

customElements.define("ls-session-parts", SessionParts);
