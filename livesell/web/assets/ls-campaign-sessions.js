/**
 * <ls-campaign-sessions>: the sessions of a campaign, taken out and put in here.
 *
 * Properties: `me` (who is signed in, or null); `view`: `{campaign, rows}` as of
 * `GET /campaigns/{id}`. Event: `moved` when a session has come or gone.
 */

import { get, post, segment } from "./api.js";
import { arrange, said, say, sayButton, setFlag } from "./crew-dom.js";
import { may, mayCommand } from "./crew-page.js";
import { h, setText } from "./dom.js";
import { formatMoment } from "./format.js";
import { t } from "./i18n.js";
import { hrefOf } from "./ls-calendar.js";
import { sentenceOf } from "./sentence.js";
import { isClosed } from "./session-state.js";
import { newUuid } from "./uuid.js";

class CampaignSessions extends HTMLElement {
  me = null;
  #view = null;
  #rows = new Map();
  #offered = [];
  #list = h("ul", { class: "session-rows" });
  #empty = said("p", "campaigns.no_sessions", { class: "empty", hidden: true });
  #problem = h("p", { class: "message", role: "alert", hidden: true, data: { kind: "bad" } });
  #done = h("p", { class: "panel-note", role: "status" });
  #which = h("select", { "aria-label": t("campaigns.which"), data: { tLabel: "campaigns.which" } });
  #put = sayButton("campaigns.put", { type: "submit" });
  #form = h("form", { class: "row campaign-put", hidden: true, novalidate: true, onsubmit: (event) => this.#submitted(event) },
    this.#which, this.#put);

  connectedCallback() {
    if (!this.firstChild) this.append(this.#list, this.#empty, this.#problem, this.#done, this.#form);
  }

  set view(view) {
    this.#view = view;
    const byId = new Map(view.rows.map((one) => [one.id, one]));
    arrange(this.#list, this.#rows, [...byId.keys()], (id) => this.#newRow(id));
    for (const [id, session] of byId) this.#fill(this.#rows.get(id), session);
    this.#empty.hidden = view.rows.length > 0;
    this.#offer();
  }

  /** The sessions on air and to come that whoever is here may put in. */
  async load() {
    if (this.me === null || !may(this.me, "prepare")) return;
    try {
      const parts = await Promise.all(["now", "next"].map((part) => get(`/sessions?part=${part}`)));
      this.#offered = parts.flatMap(({ sessions }) => sessions);
      this.#offer();
    } catch (error) {
      this.#tell(error);
    }
  }

  #offer() {
    if (this.#view === null) return;
    const others = this.#offered.filter((one) => one.campaign !== this.#view.campaign.id && this.#mayMove(one));
    const chosen = this.#which.value;
    this.#which.replaceChildren(...others.map((one) => h("option", { value: one.id, text: `${one.title} · ${when(one)}` })));
    if (others.some(({ id }) => id === chosen)) this.#which.value = chosen;
    this.#form.hidden = others.length === 0;
  }

  /** The service decides; this hides what it would refuse. */
  #mayMove({ state, archived, owner }) {
    const { me } = this;
    return me !== null && may(me, "prepare") && mayCommand(me, owner) && !archived && !isClosed(state);
  }

  #newRow(id) {
    const out = sayButton("campaigns.take_out", { class: "small quiet", onclick: () => this.#move(id, "") });
    return h("li", { class: "campaign-session" },
      h("a", { class: "session-row" },
        h("span", { class: "chip" }), h("span", { class: "session-title" }),
        h("span", { class: "session-host" }), h("span", { class: "session-time figure" })),
      out);
  }

  #fill({ firstChild: link, lastChild: out }, session) {
    const [chip, title, host, time] = link.children;
    link.href = hrefOf(session);
    setFlag(chip, "data-state", session.state);
    say(chip, `state.${session.state}`);
    setText(title, session.title);
    setText(host, session.host);
    setText(time, when(session));
    out.hidden = !this.#mayMove(session);
    out.setAttribute("aria-label", t("campaigns.take_out_what", session));
  }

  #submitted(event) {
    event.preventDefault();
    if (this.#which.value !== "") this.#move(this.#which.value, this.#view.campaign.id);
  }

  async #move(session, campaign) {
    this.#put.disabled = true;
    this.#tell(null);
    try {
      const command = { do: "edit", campaign };
      await post(`/sessions/${segment(session)}/commands`, { id: newUuid(), command });
      setText(this.#done, t(campaign === "" ? "campaigns.is_out" : "campaigns.is_in"));
    } catch (error) {
      this.#tell(error);
    } finally {
      this.#put.disabled = false;
    }
    await this.load();
    this.dispatchEvent(new CustomEvent("moved", { bubbles: true }));
  }

  #tell(error) {
    setText(this.#problem, error === null ? "" : sentenceOf(error));
    this.#problem.hidden = error === null;
    setText(this.#done, "");
  }
}

function when({ started, planned_start: planned, zone }) {
  const start = started ?? planned;
  return start === null ? t("sessions.no_time") : formatMoment(Date.parse(start), zone);
}

customElements.define("ls-campaign-sessions", CampaignSessions);
