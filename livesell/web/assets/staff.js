/** The staff's list of sessions: found by state and by words, each with its review behind it. */

import "./ls-crew-nav.js";
import { startCrewPage } from "./crew-page.js";
import { startSessions } from "./sessions-page.js";

startCrewPage();

const find = (selector) => document.querySelector(selector);
const list = find("ls-session-list");
const filters = [...document.querySelectorAll('input[name="state"]')];

/** The filter stands in the address, so that it survives going back and can be shared. */
function choose(wanted) {
  const filter = filters.find((one) => one.value === wanted) ?? filters[0];
  filter.checked = true;
  list.wanted = filter.value;
  history.replaceState(null, "", filter.value === "all" ? location.pathname : `#${filter.value}`);
}

for (const filter of filters) filter.addEventListener("change", () => choose(filter.value));
find("#search").addEventListener("input", ({ target }) => {
  list.search = target.value;
});
startSessions();
choose(location.hash.slice(1));
