/**
 * <ls-second-step>: switches the second step of signing in on and off.
 *
 * Property: `account` (of `GET /account`). Event: `changed`. On the way on there are three steps:
 * the password, the app with its first code, and the recovery codes, which are shown once.
 */

import { post } from "./api.js";
import { say, said, sayButton } from "./crew-dom.js";
import { h, setText } from "./dom.js";
import { t } from "./i18n.js";
import { codeField, copied, message, passwordField, showError, showProblems, tell } from "./people-form.js";

class SecondStep extends HTMLElement {
  #account = null;
  #step = "rest";
  #lead = h("p", { class: "panel-note" });
  #left = h("p", { class: "panel-note" });
  #password = passwordField("account.current", "password", "current-password");
  #code = codeField("account.code");
  #offCode = codeField("account.code_or_recovery");
  #message = message();
  #picture = h("img", {
    class: "totp-picture", alt: "", data: { tLabel: "account.picture" }, width: 240, height: 240,
  });
  #secret = h("output", { class: "totp-secret" });
  #codes = h("ol", { class: "totp-codes" });
  #copy = sayButton("account.copy", { onclick: () => this.#copyCodes() });
  #send = said("button", "account.start", { type: "submit", class: "primary" });
  #cancel = sayButton("account.cancel", { class: "quiet", onclick: () => this.#go("rest") });
  #scan = h(
    "div", { class: "totp-scan" },
    said("p", "account.scan"), this.#picture,
    said("p", "account.by_hand", { class: "panel-note" }), this.#secret,
    said("p", "account.confirm_lead"), this.#code.element,
  );
  #form = h(
    "form", { novalidate: true, class: "people-form", onsubmit: (event) => this.#submit(event) },
    this.#password.element, this.#offCode.element, this.#scan,
    h("div", { class: "row" }, this.#send, this.#cancel),
  );
  #shown = h(
    "div", { class: "totp-shown", hidden: true },
    said("h3", "account.codes"), said("p", "account.codes_lead"), this.#codes,
    h("div", { class: "row" }, this.#copy,
      sayButton("account.noted", { class: "primary", onclick: () => this.#noted() })),
  );

  connectedCallback() {
    if (this.firstChild) return;
    this.append(
      said("h2", "account.totp"), this.#lead, this.#left, this.#form, this.#shown, this.#message,
    );
    this.#go("rest");
  }

  set account(account) {
    this.#account = account;
    this.#show();
  }

  #go(step) {
    this.#step = step;
    this.#form.reset();
    showProblems([this.#password, this.#code, this.#offCode], this.#message, {});
    if (step !== "scan") {
      this.#picture.removeAttribute("src");
      setText(this.#secret, "");
    }
    this.#show();
    if (step === "scan") this.#code.input.focus();
  }

  #show() {
    // The recovery codes are shown before the account was asked for again.
    const isNew = this.#step === "codes";
    const isOn = isNew || this.#account?.totp === true;
    const left = this.#account?.recovery_left ?? 0;
    say(this.#lead, isOn ? "account.totp_on" : "account.totp_off");
    setText(this.#left, isOn ? t("account.recovery_left", { n: left }) : "");
    this.#left.hidden = !isOn || isNew;
    this.#form.hidden = isNew;
    this.#shown.hidden = !isNew;
    this.#scan.hidden = this.#step !== "scan";
    this.#cancel.hidden = this.#step !== "scan";
    this.#password.element.hidden = this.#step === "scan";
    this.#offCode.element.hidden = this.#step === "scan" || !isOn;
    const word = isOn ? "stop" : "start";
    say(this.#send, `account.${this.#step === "scan" ? "confirm" : word}`);
    this.#send.className = isOn ? "danger" : "primary";
  }

  async #submit(event) {
    event.preventDefault();
    const shown = [this.#password, this.#code, this.#offCode].filter(
      ({ element }) => element.checkVisibility(),
    );
    const missing = shown.filter(({ input }) => !input.value.trim());
    const problems = Object.fromEntries(missing.map(({ input }) => [input.name, t("account.missing")]));
    showProblems(shown, this.#message, problems);
    if (missing.length > 0) return;
    this.#send.disabled = true;
    try {
      await this.#act();
    } catch (error) {
      showError(shown, this.#message, error);
      // The key on offer has been thrown away by now.
      if (error.code === "no_second_step") this.#go("rest");
    }
    this.#send.disabled = false;
  }

  async #act() {
    const password = this.#password.input.value;
    if (this.#step === "scan") await this.#confirm();
    else if (this.#account.totp) await this.#stop(password, this.#offCode.input.value);
    else await this.#start(password);
  }

  async #start(password) {
    const { secret } = await post("/account/totp", { password });
    this.#go("scan");
    // Grouped in fours, because it is typed by hand. The picture comes by the login alone.
    setText(this.#secret, secret.replace(/(.{4})(?=.)/g, "$1 "));
    this.#picture.setAttribute("alt", t("account.picture"));
    this.#picture.src = `/api/v1/account/totp/picture?${Date.now()}`;
  }

  async #confirm() {
    const { recovery } = await post("/account/totp/confirm", { code: this.#code.input.value });
    this.#go("codes");
    this.#codes.replaceChildren(...recovery.map((code) => h("li", { text: code })));
    this.#codes.focus();
  }

  async #stop(password, code) {
    await post("/account/totp/off", { password, code });
    this.#go("rest");
    tell(this.#message, t("account.stopped"), "good");
    this.dispatchEvent(new Event("changed", { bubbles: true }));
  }

  async #copyCodes() {
    const text = [...this.#codes.children].map((one) => one.textContent).join("\n");
    if (await copied(text)) say(this.#copy, "account.copied");
  }

  #noted() {
    this.#codes.replaceChildren();
    say(this.#copy, "account.copy");
    this.#go("rest");
    this.dispatchEvent(new Event("changed", { bubbles: true }));
  }
}

customElements.define("ls-second-step", SecondStep);
