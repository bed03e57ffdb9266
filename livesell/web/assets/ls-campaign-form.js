/**
 * <ls-campaign-form>: a campaign's name and the crew's note, in a dialog.
 *
 * `open(campaign)` (null for a new one), `close()`; properties `isBusy`, `error` (an `ApiError`).
 * Event: `save` with `{campaign, body}`. When a colleague was faster, what they wrote is shown and
 * what is typed here stays, so that a person decides.
 */

import "./ls-problem.js";
import { said, say, sayButton } from "./crew-dom.js";
import { h, setText } from "./dom.js";
import { FormFields } from "./form-fields.js";
import { t } from "./i18n.js";
import { fieldSentence } from "./sentence.js";

class CampaignForm extends HTMLElement {
  #campaign = null;
  #fields = new FormFields("campaign");
  #problem = h("ls-problem");
  #theirs = h("p", { class: "panel-note campaign-note", role: "status", hidden: true });
  #heading = said("h2", "campaigns.heading_new", { id: "campaign-heading" });
  #save = sayButton("campaigns.save", { type: "submit", class: "primary" });
  #form = h(
    "form", { novalidate: true, onsubmit: (event) => this.#submitted(event) },
    this.#fields.text("title", { maxlength: "80", required: true }),
    this.#fields.labelled("note", h("textarea", { rows: "4", maxlength: "1000" })),
    this.#theirs, this.#problem,
    h("div", { class: "row ask-answers" }, sayButton("campaigns.cancel", { onclick: () => this.close() }), this.#save),
  );
  #dialog = h("dialog", { class: "campaign-dialog", "aria-labelledby": "campaign-heading" }, this.#heading, this.#form);

  connectedCallback() {
    if (this.firstChild) return;
    this.#problem.canForgive = false;
    this.append(this.#dialog);
  }

  open(campaign) {
    this.#campaign = campaign;
    say(this.#heading, campaign === null ? "campaigns.heading_new" : "campaigns.heading_edit");
    this.#fields.set("title", campaign?.title ?? "");
    this.#fields.set("note", campaign?.note ?? "");
    for (const name of this.#fields.names) this.#fields.wrong(name, "");
    this.#theirs.hidden = true;
    this.#problem.failure = null;
    this.isBusy = false;
    if (!this.#dialog.open) this.#dialog.showModal();
    this.#fields.focus("title");
  }

  close() {
    if (this.#dialog.open) this.#dialog.close();
  }

  set isBusy(isBusy) {
    this.#save.disabled = isBusy;
  }

  set error(error) {
    for (const name of this.#fields.names) this.#fields.wrong(name, fieldSentence(error, name) ?? "");
    this.#problem.failure = Object.keys(error.fields ?? {}).length > 0 ? null : { command: null, error };
    if (error.code === "campaign_changed") this.#showTheirs(error.data);
  }

  /** What a colleague wrote; saving again puts what is typed here in its place. */
  #showTheirs({ version, title, note }) {
    this.#campaign = { ...this.#campaign, version };
    setText(this.#theirs, t("campaigns.theirs", { title, note: note || "–" }));
    this.#theirs.hidden = false;
  }

  #submitted(event) {
    event.preventDefault();
    const body = { title: this.#fields.value("title"), note: this.#fields.value("note") };
    if (body.title === "") {
      this.#fields.wrong("title", t("campaigns.no_title"));
      this.#fields.focus("title");
      return;
    }
    const detail = { campaign: this.#campaign, body };
    this.dispatchEvent(new CustomEvent("save", { detail }));
  }
}

customElements.define("ls-campaign-form", CampaignForm);
