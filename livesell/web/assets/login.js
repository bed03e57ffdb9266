/** Signing in, with the code as a second step where it is asked for, and on to where one wanted to go. */

import "./people-words.js";
import { get, post } from "./api.js";
import { say } from "./crew-dom.js";
import { startCrewPage } from "./crew-page.js";
import { wireEntryForm } from "./entry-form.js";
import { t } from "./i18n.js";
import { nextAddress } from "./next-address.js";

startCrewPage();
document.title = t("login.title");

const find = (selector) => document.querySelector(selector);
const next = nextAddress(location.search, location.origin);
const goal = (role) => next ?? (role === "staff" ? "/staff" : "/console");
let isSecondStep = false;

// Why somebody is here, where a page of ours says so; it is said once.
const WHY = { "#ended": "login.ended", "#set": "login.password_set" };
if (location.hash in WHY) {
  say(find("#lead"), WHY[location.hash]);
  history.replaceState(null, "", location.pathname + location.search);
}

/** The password stays in its field while the code is asked for; both are sent together. */
function askForCode(isWanted) {
  isSecondStep = isWanted;
  find("#password-step").hidden = isWanted;
  for (const id of ["#code-step", "#back"]) find(id).hidden = !isWanted;
  say(find("#title"), isWanted ? "code.title" : "login.title");
  say(find("#lead"), isWanted ? "code.lead" : "login.lead");
  say(find("#send"), isWanted ? "code.send" : "login.send");
  find("#code").value = "";
  find(isWanted ? "#code" : "#name").focus();
}

wireEntryForm(find("form"), {
  check: ({ code }) => (isSecondStep && !code.trim() ? { code: t("code.missing") } : {}),
  send: async ({ name, password, code }) => {
    const { role } = await post("/login", { name: name.trim(), password, code: code.trim() });
    return goal(role);
  },
  // After a slow moment the password may be wrong by now: then it begins again.
  onFailure: ({ code }) => {
    if (code === "bad_login" && isSecondStep) askForCode(false);
    if (code !== "code_needed") return false;
    askForCode(true);
    return true;
  },
});
find("#back").addEventListener("click", () => {
  find("#password").value = "";
  askForCode(false);
});

// Who is signed in already has no need of this page.
get("/me").then(
  ({ role }) => location.replace(goal(role)),
  () => document.body.removeAttribute("data-asking"),
);
