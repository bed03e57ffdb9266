/** The list of sessions to run, and the form for a new one. */

import "./ls-create-form.js";
import "./ls-crew-nav.js";
import { post } from "./api.js";
import { may, startCrewPage, whoAmI } from "./crew-page.js";
import { startSessions } from "./sessions-page.js";
import { newUuid } from "./uuid.js";

startCrewPage({ theme: "dark" });

const find = (selector) => document.querySelector(selector);
const form = find("ls-create-form");
// One address for all attempts of this form: when an answer is lost, sending again finds the
// session that is there instead of making a second one.
const address = `${new Date().toISOString().slice(0, 10)}-${newUuid().slice(0, 6)}`;
let wasLost = false;

async function create({ detail: body }) {
  form.isBusy = true;
  try {
    const { id } = await post("/sessions", { id: address, ...body });
    location.assign(`/console/${id}`);
  } catch (error) {
    if (wasLost && error.code === "session_exists") {
      location.assign(`/console/${address}`);
      return;
    }
    wasLost = wasLost || error.status === 0 || error.status >= 500;
    form.error = error;
    form.isBusy = false;
  }
}

function toggleForm(isOpen) {
  find("#new-session").hidden = !isOpen;
  find("#new").setAttribute("aria-expanded", String(isOpen));
  if (isOpen) form.querySelector("input").focus();
}

startSessions();
form.addEventListener("create", create);
find("#new").addEventListener("click", () => toggleForm(find("#new-session").hidden));
whoAmI().then((me) => {
  find("#new").hidden = !may(me, "create");
  find("ls-session-list").canCreate = may(me, "create");
  form.host = me.name;
  if (location.hash === "#new" && may(me, "create")) toggleForm(true);
});
