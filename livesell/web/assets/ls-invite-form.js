/**
 * <ls-invite-form>: makes a link to join the crew, and shows a new link with the ways to pass it on.
 *
 * `show({invitation, link})` shows a link that was made elsewhere. Event: `changed`.
 */

import { post } from "./api.js";
import { said, say, sayButton } from "./crew-dom.js";
import { h, setText } from "./dom.js";
import { formatMoment } from "./format.js";
import { onLanguage, t } from "./i18n.js";
import { copied, message, tell } from "./people-form.js";
import { roleSelect } from "./role-select.js";
import { sentenceOf } from "./sentence.js";

class InviteForm extends HTMLElement {
  #offer = null;
  #role = roleSelect("host", () => this.#explain());
  #about = h("p", { class: "panel-note" });
  #message = message();
  #make = said("button", "links.make", { type: "submit", class: "primary" });
  #form = h(
    "form", { class: "invite-fields", onsubmit: (event) => this.#submit(event) },
    h("label", { class: "field" }, said("span", "links.role"), this.#role), this.#make,
  );
  #what = h("p", { class: "invite-what" });
  #once = h("p", { class: "panel-note" });
  #address = h("input", {
    type: "text", readonly: true, class: "invite-address", data: { tLabel: "links.address" },
    onfocus: ({ target }) => target.select(),
  });
  #copy = sayButton("links.copy", { class: "primary", onclick: () => this.#copyLink() });
  #send = sayButton("links.send", { onclick: () => this.#pass() });
  #made = h(
    "div", { class: "invite-made", role: "status", hidden: true },
    this.#what, this.#address, this.#once,
    h("div", { class: "row" }, this.#copy, this.#send,
      sayButton("links.close", { class: "quiet", onclick: () => this.#forget() })),
  );

  connectedCallback() {
    if (this.firstChild) return;
    this.append(
      said("h2", "links.invite"), said("p", "links.invite_lead", { class: "panel-note" }),
      this.#form, this.#about, this.#message, this.#made,
    );
    this.#send.hidden = !navigator.share;
    this.#address.setAttribute("aria-label", t("links.address"));
    this.#explain();
    onLanguage(() => this.#showOffer());
  }

  show(offer) {
    this.#offer = offer;
    say(this.#copy, "links.copy");
    this.#showOffer();
    this.#made.scrollIntoView({ block: "nearest" });
    this.#copy.focus();
  }

  #explain() {
    say(this.#about, `role_about.${this.#role.value}`);
  }

  #showOffer() {
    this.#made.hidden = this.#offer === null;
    if (this.#offer === null) {
      this.#address.value = "";
      return;
    }
    const { invitation: { kind, role, name = "", until }, link } = this.#offer;
    setText(this.#what, t(`links.made_${kind}`, { role: t(`role.${role}`), name }));
    setText(this.#once, t("links.once", { until: formatMoment(Date.parse(until)) }));
    this.#address.value = link;
  }

  async #submit(event) {
    event.preventDefault();
    this.#make.disabled = true;
    try {
      this.show(await post("/invitations", { role: this.#role.value }));
      tell(this.#message, "");
    } catch (error) {
      tell(this.#message, sentenceOf(error));
    }
    this.#make.disabled = false;
    this.dispatchEvent(new Event("changed", { bubbles: true }));
  }

  async #copyLink() {
    if (await copied(this.#offer.link)) say(this.#copy, "links.copied");
    else this.#address.select();
  }

  async #pass() {
    try {
      await navigator.share({ url: this.#offer.link });
    } catch {
      // Whoever closes the phone's sheet has changed their mind; the link is still there.
    }
  }

  #forget() {
    this.#offer = null;
    this.#showOffer();
  }
}

customElements.define("ls-invite-form", InviteForm);
