/** <ls-password-form>: changes one's own password. Event: `changed`. */

import { post } from "./api.js";
import { said } from "./crew-dom.js";
import { h } from "./dom.js";
import { t } from "./i18n.js";
import { message, passwordField, showError, showProblems, tell } from "./people-form.js";

// As in `livesell/auth.py`.
const MIN_PASSWORD_CHARS = 10;

class PasswordForm extends HTMLElement {
  #current = passwordField("account.current", "password", "current-password");
  #fresh = passwordField("account.fresh", "new_password", "new-password");
  #repeated = passwordField("account.repeated", "repeated", "new-password");
  #message = message();
  #send = said("button", "account.save_password", { type: "submit", class: "primary" });
  #form = h(
    "form", { novalidate: true, class: "people-form", onsubmit: (event) => this.#submit(event) },
    this.#current.element, this.#fresh.element, this.#repeated.element, this.#message,
    h("div", { class: "row" }, this.#send),
  );

  connectedCallback() {
    if (this.firstChild) return;
    this.append(
      said("h2", "account.password"), said("p", "account.password_lead", { class: "panel-note" }),
      this.#form,
    );
  }

  get #fields() {
    return [this.#current, this.#fresh, this.#repeated];
  }

  async #submit(event) {
    event.preventDefault();
    const [password, fresh, repeated] = this.#fields.map(({ input }) => input.value);
    const problems = checked(password, fresh, repeated);
    showProblems(this.#fields, this.#message, problems);
    if (Object.keys(problems).length > 0) return;
    this.#send.disabled = true;
    try {
      await post("/account/password", { password, new_password: fresh });
      this.#form.reset();
      tell(this.#message, t("account.saved_password"), "good");
      this.dispatchEvent(new Event("changed", { bubbles: true }));
    } catch (error) {
      // The service calls a password that is too short by its own name.
      if (error.code === "bad_password") error.fields = { new_password: error.message };
      showError(this.#fields, this.#message, error);
    }
    this.#send.disabled = false;
  }
}

function checked(password, fresh, repeated) {
  if (!password) return { password: t("account.missing") };
  if ([...fresh].length < MIN_PASSWORD_CHARS) {
    return { new_password: t("setup.short_password", { n: MIN_PASSWORD_CHARS }) };
  }
  return fresh === repeated ? {} : { repeated: t("setup.other_password") };
}

customElements.define("ls-password-form", PasswordForm);
