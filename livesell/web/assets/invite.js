/** What a link of an administrator leads to: a new account, or a new password for one's own. */

import "./people-words.js";
import { post } from "./api.js";
import { say } from "./crew-dom.js";
import { startCrewPage } from "./crew-page.js";
import { setText } from "./dom.js";
import { wireEntryForm } from "./entry-form.js";
import { onLanguage, t } from "./i18n.js";
import { sentenceOf } from "./sentence.js";

// As in `livesell/auth.py`.
const MIN_PASSWORD_CHARS = 10;

startCrewPage();

const find = (selector) => document.querySelector(selector);
const form = find("form");
const code = codeOfAddress();
let link = null;
let failure = null;

/** The code works once, but until then it should not stay in the address bar and the history. */
function codeOfAddress() {
  const found = location.hash.slice(1);
  history.replaceState(null, "", location.pathname);
  try {
    return decodeURIComponent(found);
  } catch {
    return "";
  }
}

async function look() {
  try {
    link = await post("/links/look", { code });
    failure = null;
  } catch (error) {
    failure = error;
  }
  show();
}

function show() {
  const isReset = link?.kind === "reset";
  say(find("#title"), isReset ? "invite.reset_title" : "invite.title");
  document.title = find("#title").textContent;
  find("#no-code").hidden = code !== "";
  find("#lead").hidden = code === "" || failure !== null;
  find("#broken").hidden = failure === null;
  if (failure !== null) setText(find("#broken"), sentenceOf(failure));
  form.hidden = link === null;
  if (link === null) return;
  find("#name-field").hidden = isReset;
  if (isReset) find("#name").value = link.name;
  say(find("#send"), isReset ? "invite.send_reset" : "invite.send");
  const { name } = link;
  const lead = isReset ? t("invite.reset_lead", { name }) : t("invite.lead", { role: t(`role.${link.role}`) });
  delete find("#lead").dataset.t;
  setText(find("#lead"), lead);
}

function check({ password, repeated }) {
  if ([...password].length < MIN_PASSWORD_CHARS) {
    return { password: t("setup.short_password", { n: MIN_PASSWORD_CHARS }) };
  }
  return password === repeated ? {} : { repeated: t("setup.other_password") };
}

wireEntryForm(form, {
  check,
  send: async ({ name, password }) => {
    if (link.kind === "reset") {
      await post("/links/reset", { code, password });
      return "/login#set";
    }
    const { role } = await post("/links/join", { code, name: name.trim(), password });
    return role === "staff" ? "/staff" : "/console";
  },
  // Used meanwhile, or withdrawn: there is nothing to fill in any more.
  onFailure: (error) => {
    if (error.code !== "bad_invitation") return false;
    link = null;
    failure = error;
    show();
    return true;
  },
});
onLanguage(show);
show();
if (code !== "") look();
