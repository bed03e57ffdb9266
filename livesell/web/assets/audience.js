/** The audience of one session: who is here, who is too fast, and who is muted or removed. */

import "./audience-words.js";
import "./ls-crew-nav.js";
import "./ls-link.js";
import "./ls-mark-form.js";
import { request, get, segment } from "./api.js";
import { addressOf, continued, deedOf, INVERSE, newcomers, patched } from "./audience-rows.js";
import { goToLogin, startCrewPage } from "./crew-page.js";
import { setText } from "./dom.js";
import { formatCount } from "./format.js";
import { onLanguage, t } from "./i18n.js";
import { whoIs } from "./ls-viewer-list.js";
import { sessionFromAddress } from "./page.js";
import { Polled } from "./polled.js";
import { sentenceOf } from "./sentence.js";

const AGAIN_MS = 8000;
const TICK_MS = 1000;
// While somebody types, only the last word is looked for.
const TYPED_MS = 300;
// How long a deed can be taken back from the line that tells of it; the row always can.
const TOLD_MS = 20_000;

startCrewPage({ theme: "dark" });

const find = (selector) => document.querySelector(selector);
const session = sessionFromAddress();
const filters = [...document.querySelectorAll('input[name="show"]')];
const wanted = { show: "all", sort: "recent", find: "" };
let about = null;
let rows = [];
let next = "";
let told = null;
let shownKey = "";
let toldTimer = 0;
let typedTimer = 0;

const keyOf = () => JSON.stringify(wanted);

/** The first part of what is wanted by the time that it is there. */
async function ask() {
  about ??= (await get(`/sessions/${segment(session)}?audience=crew`)).document.session;
  for (;;) {
    const key = keyOf();
    const answer = await get(addressOf(session, wanted));
    if (key === keyOf()) return { key, ...answer };
  }
}

const polled = new Polled(ask, { againMs: AGAIN_MS });

function took() {
  const { value, error } = polled;
  if (error?.status === 401) goToLogin();
  if (error === null && value !== null) {
    if (value.key !== shownKey || rows.length === 0) restart(value);
    else rows = patched(rows, value.viewers);
  }
  paint();
}

/** The list begins anew, in its newest order. */
function restart({ key, viewers, next: after = "" }) {
  shownKey = key;
  rows = viewers;
  next = after;
}

function paint() {
  const { value, error, status, ageMs } = polled;
  document.body.dataset.status = status;
  Object.assign(find("ls-link"), { status, ageMs });
  if (value === null) {
    setText(find("#loading"), error ? sentenceOf(error) : t("link.loading"));
    // Who may not see this is not kept waiting for it.
    find("ls-link").hidden = error?.status === 403;
    return;
  }
  setText(find("#title"), about.title);
  // What was lost on the way says the link; what the service says stands here.
  const isTold = error !== null && error.status !== 0;
  find("#problem").hidden = !isTold;
  setText(find("#problem"), isTold ? sentenceOf(error) : "");
  for (const place of document.querySelectorAll("[data-count]")) {
    setText(place, formatCount(value.counts[place.dataset.count] ?? 0));
  }
  paintList(value);
}

function paintList({ key, viewers, currency, as_of: asOf }) {
  find("ls-viewer-list").data = { rows, currency, zone: about.zone, asOf: Date.parse(asOf) };
  const isOurs = key === keyOf() && key === shownKey;
  find("ls-viewer-list").setAttribute("aria-busy", String(!isOurs));
  const n = isOurs ? newcomers(rows, viewers) : 0;
  setText(find("#refresh"), n > 0 ? t("audience.refresh_new", { n: formatCount(n) }) : t("audience.refresh"));
  find("#empty").hidden = rows.length > 0 || !isOurs;
  setText(find("#empty"), wanted.find ? t("audience.none_found", wanted) : t(`audience.none_${wanted.show}`));
  find("#more").hidden = next === "" || !isOurs;
  setText(find("#shown"), rows.length > 0 ? t("audience.shown", { shown: formatCount(rows.length) }) : "");
  if (told !== null) setText(find("#told-text"), told.text());
}

function choose(change) {
  Object.assign(wanted, change);
  const filter = filters.find((one) => one.value === wanted.show) ?? filters[0];
  filter.checked = true;
  wanted.show = filter.value;
  history.replaceState(null, "", wanted.show === "all" ? location.pathname : `#${wanted.show}`);
  polled.refresh();
  if (polled.value !== null) paint();
}

async function showMore() {
  const [button, key] = [find("#more"), keyOf()];
  button.disabled = true;
  try {
    const answer = await get(addressOf(session, wanted, { after: next }));
    if (key === keyOf()) {
      rows = continued(rows, answer.viewers);
      next = answer.next ?? "";
    }
  } catch (error) {
    say(() => sentenceOf(error));
  }
  button.disabled = false;
  paint();
}

/** What was done, on a line above everything; `undo` takes it back. */
function say(text, undo = null) {
  told = { text, undo };
  find("#told").hidden = false;
  setText(find("#told-text"), text());
  find("#undo").hidden = undo === null;
  clearTimeout(toldTimer);
  toldTimer = setTimeout(() => {
    find("#told").hidden = true;
    told = null;
  }, TOLD_MS);
}

/** Does it and shows what came of it. */
async function carryOut({ row, verb, cause = "" }) {
  const { path, ...options } = deedOf(session, row.viewer, verb, cause);
  const { viewer, changed } = await request(path, options);
  rows = patched(rows, [viewer]);
  const mark = verb === "unmute" ? row.muted : row.banned;
  const undo = () => carryOut({ row: viewer, verb: INVERSE[verb], cause: mark?.cause || "–" });
  const key = changed ? `audience.done_${verb}` : "audience.done_before";
  say(() => t(key, { who: whoIs(viewer) }), changed ? undo : null);
  paint();
  polled.refresh();
}

async function asked({ detail }) {
  if (!detail.verb.startsWith("un")) {
    find("ls-mark-form").open(detail);
    return;
  }
  await tried(() => carryOut(detail));
}

async function tried(deed) {
  try {
    await deed();
  } catch (error) {
    say(() => sentenceOf(error));
  }
}

async function marked({ currentTarget: form, detail }) {
  form.isBusy = true;
  try {
    await carryOut(detail);
    form.close();
  } catch (error) {
    form.error = error;
  }
  form.isBusy = false;
}

for (const filter of filters) {
  filter.addEventListener("change", () => choose({ show: filter.value }));
}
find("#sort").addEventListener("change", ({ target }) => choose({ sort: target.value }));
find("#find").addEventListener("input", ({ target }) => {
  clearTimeout(typedTimer);
  typedTimer = setTimeout(() => choose({ find: target.value.trim() }), TYPED_MS);
});
find("#wanted").addEventListener("submit", (event) => {
  event.preventDefault();
  clearTimeout(typedTimer);
  choose({ find: find("#find").value.trim() });
});
find("#refresh").addEventListener("click", () => {
  shownKey = "";
  choose({});
  scrollTo({ top: 0 });
});
find("#more").addEventListener("click", showMore);
find("#undo").addEventListener("click", () => told?.undo && tried(told.undo));
find("ls-viewer-list").addEventListener("deed", asked);
find("ls-mark-form").addEventListener("mark", marked);
find("#back").href = `/console/${segment(session)}`;
polled.addEventListener("change", took);
onLanguage(() => {
  paint();
  find("ls-mark-form").refresh();
});
setInterval(() => {
  document.body.dataset.status = polled.status;
  Object.assign(find("ls-link"), { status: polled.status, ageMs: polled.ageMs });
}, TICK_MS);
paint();
choose({ show: location.hash.slice(1) || "all" });
