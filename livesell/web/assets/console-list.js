/** The sessions to prepare and to run: a list, a calendar, and the form for a new one. */

import "./ls-ask.js";
import "./ls-calendar.js";
import "./ls-create-form.js";
import "./ls-crew-nav.js";
import "./ls-link.js";
import "./ls-session-parts.js";
import "./prepare-words.js";
import { get, post, request, segment } from "./api.js";
import { goToLogin, may, startCrewPage, whoAmI } from "./crew-page.js";
import { said } from "./crew-dom.js";
import { h, setText } from "./dom.js";
import { onLanguage, t } from "./i18n.js";
import { Polled } from "./polled.js";
import { sentenceOf } from "./sentence.js";
import { SessionsSource } from "./sessions-source.js";
import { newUuid } from "./uuid.js";

const TICK_MS = 1000;
const TYPING_MS = 300;

startCrewPage({ theme: "dark" });

const find = (selector) => document.querySelector(selector);
const [form, list, calendar, ask] = ["ls-create-form", "ls-session-parts", "ls-calendar", "ls-ask"].map(find);
const source = new SessionsSource();
// Anybody may ask for public sessions, so who is here is asked as well: a page whose login has ended
// must not look as if it went on.
const polled = new Polled(async () => {
  await get("/me");
  await source.refresh();
  return source.parts;
});
// One address for all attempts of this form: when an answer is lost, sending again finds the
// session that is there instead of making a second one.
const address = `${new Date().toISOString().slice(0, 10)}-${newUuid().slice(0, 6)}`;
let wasLost = false;
let range = calendar.range;

async function create({ detail: body }) {
  form.isBusy = true;
  try {
    await createOrAsk({ id: address, ...body });
    location.assign(`/prepare/${address}`);
  } catch (error) {
    if (wasLost && error.code === "session_exists") {
      location.assign(`/prepare/${address}`);
      return;
    }
    wasLost = wasLost || error.status === 0 || error.status >= 500;
    form.error = error;
    form.isBusy = false;
  }
}

/** The same host at the same time is asked about once more. */
async function createOrAsk(body) {
  try {
    return await post("/sessions", body);
  } catch (error) {
    if (error.code !== "overlaps" || !(await asked("prepare.ask_overlaps", error.data))) throw error;
    return post("/sessions", { ...body, confirm: true });
  }
}

function asked(key, facts, isDanger = false) {
  return ask.about({ title: t(key), text: t(`${key}_text`, facts), yes: t(`${key}_yes`), isDanger });
}

function toggleForm(isOpen) {
  find("#new-session").hidden = !isOpen;
  find("#new").setAttribute("aria-expanded", String(isOpen));
  if (isOpen) form.querySelector("input").focus();
}

async function duplicate({ detail: { id, title } }) {
  await attempt(async () => {
    const body = { title: t("agenda.copy_of", { title }).slice(0, 80) };
    const copy = await post(`/sessions/${segment(id)}/duplicate`, body);
    location.assign(`/prepare/${copy.id}`);
  });
}

async function cancel({ detail: { id, title } }) {
  if (!(await asked("agenda.ask_cancel", { title }, true))) return;
  await attempt(() => post(`/sessions/${segment(id)}/commands`, { id: newUuid(), command: { do: "cancel" } }));
}

async function remove({ detail: { id, title } }) {
  if (!(await asked("agenda.ask_remove", { title }, true))) return;
  await attempt(() => request(`/sessions/${segment(id)}`, { method: "DELETE" }));
}

/** Does it, says what went wrong, and shows what is there now. */
async function attempt(work) {
  const problem = find("#problem");
  problem.hidden = true;
  try {
    await work();
  } catch (error) {
    setText(problem, sentenceOf(error));
    problem.hidden = false;
  }
  await polled.refresh();
}

function show() {
  if (polled.error?.status === 401) goToLogin();
  if (polled.error && polled.value === null) setText(find("#loading"), sentenceOf(polled.error));
  if (polled.value !== null) {
    list.parts = source.parts;
    options(find("#host"), source.hosts.map((host) => [host, host]));
  }
  showState();
}

function showState() {
  const { status, ageMs } = polled;
  document.body.dataset.status = status;
  Object.assign(find("ls-link"), { status, ageMs });
}

/** Offers what there is, and keeps what was chosen. */
function options(select, pairs) {
  const known = [...select.options].slice(1).map(({ value, text }) => `${value}\n${text}`).join("\n");
  if (known === pairs.map((pair) => pair.join("\n")).join("\n")) return;
  const chosen = select.value;
  const made = pairs.map(([value, text]) => h("option", { value, text }));
  select.replaceChildren(select.options[0], ...made);
  select.value = pairs.some(([value]) => value === chosen) ? chosen : "";
}

async function loadCampaigns() {
  try {
    const { campaigns } = await get("/campaigns");
    list.campaigns = new Map(campaigns.map(({ id, title }) => [id, title]));
    options(find("#campaign"), campaigns.map(({ id, title }) => [id, title]));
    show();
  } catch {
    // The list stands without their names; the next visit asks again.
  }
}

async function showRange() {
  if (find("#calendar").hidden) return;
  const wanted = range;
  try {
    const sessions = await source.between(range.sinceMs, range.untilMs);
    if (wanted === range) calendar.sessions = sessions;
  } catch (error) {
    setText(find("#problem"), sentenceOf(error));
    find("#problem").hidden = false;
  }
}

function choose(view) {
  const isCalendar = view === "calendar";
  find("#calendar").hidden = !isCalendar;
  list.hidden = isCalendar;
  for (const radio of document.querySelectorAll('input[name="view"]')) radio.checked = radio.value === view;
  history.replaceState(null, "", isCalendar ? "#calendar" : location.pathname);
  if (isCalendar) showRange();
}

let typing = 0;
function filtered(changes) {
  clearTimeout(typing);
  typing = setTimeout(async () => {
    source.filters = { ...source.filters, ...changes };
    await attempt(() => source.filter({}));
    show();
    showRange();
  }, TYPING_MS);
}

polled.addEventListener("change", () => {
  show();
  showRange();
});
list.addEventListener("more", ({ detail }) => attempt(() => source.more(detail)).then(show));
list.addEventListener("duplicate", duplicate);
list.addEventListener("cancel", cancel);
list.addEventListener("remove", remove);
calendar.addEventListener("range", ({ detail }) => {
  range = detail;
  showRange();
});
calendar.addEventListener("free", ({ detail: { startMs } }) => {
  form.startMs = startMs;
  toggleForm(true);
  find("#new-session").scrollIntoView({ block: "nearest" });
});
find("#search").addEventListener("input", ({ target }) => filtered({ q: target.value.trim() }));
for (const name of ["host", "campaign"]) {
  const select = find(`#${name}`);
  select.prepend(said("option", `agenda.any_${name}`, { value: "" }));
  select.addEventListener("change", () => filtered({ [name]: select.value }));
}
for (const radio of document.querySelectorAll('input[name="view"]')) {
  radio.addEventListener("change", () => choose(radio.value));
}
form.addEventListener("create", create);
find("#new").addEventListener("click", () => toggleForm(find("#new-session").hidden));
onLanguage(show);
setInterval(showState, TICK_MS);
const wish = location.hash;
choose(wish === "#calendar" ? "calendar" : "list");
polled.refresh();
loadCampaigns();
whoAmI().then((me) => {
  find("#new").hidden = !may(me, "create");
  list.me = me;
  calendar.canCreate = may(me, "create");
  form.host = me.name;
  show();
  if (wish === "#new" && may(me, "create")) toggleForm(true);
});
