/**
 * <ls-session-form>: what a session is called, who hosts it, what is seen of it; each saved by
 * itself. Its times are `<ls-session-times>`.
 *
 * Property `view`: `{document, may, saver, newest, ask}`; `campaigns`, rows of `GET /campaigns`.
 * Events: `new-campaign` with a title.
 */

import "./ls-live-field.js";
import "./ls-photo-field.js";
import { said, sayButton } from "./crew-dom.js";
import { h, setText } from "./dom.js";
import { t } from "./i18n.js";
import { LiveField } from "./live-field.js";
import { videoKind } from "./video-kind.js";
import { localZone } from "./zoned-time.js";

const line = (maxlength, options = {}) => () => h("input", { autocomplete: "off", maxlength, ...options });

const needed = (key) => (text) => (text.trim() === "" ? { wrong: t(key) } : {});

const FIELDS = {
  title: { input: line("80"), read: needed("create.wrong_title") },
  host: { input: line("40"), read: needed("create.wrong_host") },
  campaign: { input: () => h("select", {}, said("option", "prepare.no_campaign", { value: "" })) },
  zone: { input: () => h("select", {}, ...zones().map((zone) => h("option", { value: zone, text: zone }))) },
  cover: { input: () => h("ls-photo-field") },
  video: { input: line("500", { inputmode: "url" }) },
  replay: { input: line("500", { inputmode: "url" }) },
  fund: { input: line("40") },
};

// What can still be set when the show is over.
const AFTER = new Set(["replay"]);

const zones = () => {
  const known = Intl.supportedValuesOf?.("timeZone") ?? ["Asia/Shanghai", "Asia/Urumqi", "Europe/Berlin"];
  return [...new Set(["Asia/Shanghai", localZone(), ...known, "UTC"])];
};

class SessionForm extends HTMLElement {
  #view = null;
  #fields = new Map();
  #videoKind = h("span", { class: "panel-note", role: "status" });
  #replayHint = h("span", { class: "panel-note" });
  #payment = h("p", { class: "panel-note" });
  #newTitle = h("input", { maxlength: "80", autocomplete: "off", data: { tLabel: "prepare.campaign_title", tPlaceholder: "prepare.campaign_title" } });
  #newForm = h(
    "form", { class: "new-campaign row", hidden: true, novalidate: true, onsubmit: (event) => this.#makeCampaign(event) },
    this.#newTitle, sayButton("prepare.campaign_make", { type: "submit" }),
  );

  connectedCallback() {
    if (this.firstChild) return;
    for (const [name, rules] of Object.entries(FIELDS)) this.append(this.#field(name, rules));
    this.#newTitle.setAttribute("aria-label", t("prepare.campaign_title"));
    this.#newTitle.setAttribute("placeholder", t("prepare.campaign_title"));
    const open = sayButton("prepare.campaign_new", { class: "small quiet", data: { do: "new-campaign" }, onclick: () => this.#openNew() });
    this.#fields.get("campaign").element.append(open, this.#newForm);
    this.#fields.get("video").element.addEventListener("shown", () => this.#tellVideo());
    this.#fields.get("video").element.input.addEventListener("input", () => this.#tellVideo());
    this.append(this.#payment);
  }

  set campaigns(campaigns) {
    const select = this.#fields.get("campaign").element.input;
    const chosen = select.value;
    select.replaceChildren(select.firstChild, ...campaigns.map(({ id, title }) => h("option", { value: id, text: title })));
    select.value = chosen;
    if (this.#view !== null) this.view = this.#view;
  }

  set view(view) {
    this.#view = view;
    const { document: { session, version }, may, mayAfter = false } = view;
    for (const [name, { field, element }] of this.#fields) {
      const text = session[name] ?? "";
      this.#offer(element.input, text);
      field.follow(text, version);
      if (element.input.localName === "select" && field.state === "clean") element.input.value = text;
      element.inert = !may && !(mayAfter && AFTER.has(name));
    }
    setText(this.#replayHint, t("prepare.replay_hint"));
    const key = session.payment === "prepaid" ? "prepare.pay_prepaid" : "prepare.pay_delivery";
    setText(this.#payment, t(key, { n: session.hold_minutes ?? 0 }));
  }

  retry() {
    for (const { field } of this.#fields.values()) if (field.state === "offline") field.save();
  }

  /** A campaign that was just made is chosen. */
  choose(campaign) {
    const { element, field } = this.#fields.get("campaign");
    this.#newForm.hidden = true;
    this.#newTitle.value = "";
    element.input.value = campaign;
    field.type(campaign);
    field.save();
  }

  #field(name, { input, read }) {
    const field = new LiveField({
      send: (text) => this.#view.saver.save({ do: "edit", [name]: text }),
      newest: (version) => this.#view.newest(version),
    });
    const element = h("ls-live-field", { class: `live-${name}` });
    const made = input();
    made.name = name;
    element.setUp({ key: `prepare.session_${name}`, input: made, field, read, hint: this.#hint(name) });
    this.#fields.set(name, { field, element });
    return element;
  }

  #hint = (name) => ({ video: this.#videoKind, replay: this.#replayHint })[name] ?? null;

  /** A value that the list does not have is still shown as it is. */
  #offer(input, text) {
    if (input.localName !== "select" || [...input.options].some(({ value }) => value === text)) return;
    input.append(h("option", { value: text, text }));
  }

  #openNew() {
    this.#newForm.hidden = !this.#newForm.hidden;
    if (!this.#newForm.hidden) this.#newTitle.focus();
  }

  #makeCampaign(event) {
    event.preventDefault();
    const title = this.#newTitle.value.trim();
    if (title === "") this.#newTitle.focus();
    else this.dispatchEvent(new CustomEvent("new-campaign", { detail: title, bubbles: true }));
  }

  #tellVideo() {
    const address = this.#fields.get("video").element.input.value.trim();
    const canPlay = document.createElement("video").canPlayType("application/vnd.apple.mpegurl") !== "";
    const { kind } = videoKind(address, location.href, canPlay);
    setText(this.#videoKind, address === "" ? t("prepare.video_empty") : t(`prepare.video_${kind}`));
  }
}

customElements.define("ls-session-form", SessionForm);
