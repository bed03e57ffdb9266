/** Signing in, and on to where the person wanted to go. */

import { get, post } from "./api.js";
import { startCrewPage } from "./crew-page.js";
import { wireEntryForm } from "./entry-form.js";
import { t } from "./i18n.js";
import { nextAddress } from "./next-address.js";

startCrewPage();
document.title = t("login.title");

const next = nextAddress(location.search, location.origin);

wireEntryForm(document.querySelector("form"), {
  send: async ({ name, password }) => {
    const { role } = await post("/login", { name: name.trim(), password });
    return next ?? (role === "staff" ? "/staff" : "/console");
  },
});

// Who is signed in already has no need of this page.
get("/me").then(
  ({ role }) => location.replace(next ?? (role === "staff" ? "/staff" : "/console")),
  () => document.body.removeAttribute("data-asking"),
);
