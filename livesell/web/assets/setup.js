/** The first administrator, with the code from the link that the service printed at its start. */

import { post } from "./api.js";
import { startCrewPage } from "./crew-page.js";
import { wireEntryForm } from "./entry-form.js";
import { t } from "./i18n.js";

// As in `livesell/auth.py`.
const MIN_PASSWORD_CHARS = 10;

startCrewPage();
document.title = t("setup.title");

const code = decodeURIComponent(location.hash.slice(1));
// The code works once, but until then it should not stay in the address bar and the history.
history.replaceState(null, "", location.pathname);
document.querySelector("#no-code").hidden = code !== "";
document.querySelector("form").hidden = code === "";

function check({ password, repeated }) {
  if ([...password].length < MIN_PASSWORD_CHARS) {
    return { password: t("setup.short_password", { n: MIN_PASSWORD_CHARS }) };
  }
  return password === repeated ? {} : { repeated: t("setup.other_password") };
}

wireEntryForm(document.querySelector("form"), {
  check,
  send: async ({ name, password }) => {
    await post("/setup", { code, name: name.trim(), password });
    return "/console";
  },
});
