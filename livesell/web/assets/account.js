/** One's own account: where one is signed in, the second step, the password. */

import "./people-words.js";
import "./ls-crew-nav.js";
import "./ls-link.js";
import "./ls-login-list.js";
import "./ls-password-form.js";
import "./ls-second-step.js";
import { get } from "./api.js";
import { say } from "./crew-dom.js";
import { goToLogin, startCrewPage } from "./crew-page.js";
import { setText } from "./dom.js";
import { onLanguage, t } from "./i18n.js";
import { Polled } from "./polled.js";
import { sentenceOf } from "./sentence.js";

const TICK_MS = 1000;

startCrewPage({ theme: "dark" });

const find = (selector) => document.querySelector(selector);
const polled = new Polled(() => get("/account"));

function show() {
  const { value, error, status, ageMs } = polled;
  document.body.dataset.status = status;
  document.title = t("account.title");
  Object.assign(find("ls-link"), { status, ageMs });
  if (error?.status === 401) goToLogin();
  if (value === null) {
    if (error) setText(find("#loading"), sentenceOf(error));
    return;
  }
  setText(find("#name"), value.name);
  say(find("#role"), `role.${value.role}`);
  say(find("#role-about"), `role_about.${value.role}`);
  find("ls-login-list").logins = value.logins;
  find("ls-second-step").account = value;
}

polled.addEventListener("change", show);
onLanguage(show);
addEventListener("changed", () => polled.refresh());
setInterval(() => {
  Object.assign(find("ls-link"), { status: polled.status, ageMs: polled.ageMs });
}, TICK_MS);
polled.refresh();
