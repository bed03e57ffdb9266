/**
 * Preparing a session: what it is, when it is, what it sells in which order, and what the host says.
 * Everything is saved as it is typed; what colleagues change arrives over the socket.
 */

import "./ls-add-card.js";
import "./ls-ask.js";
import "./ls-crew-nav.js";
import "./ls-link.js";
import "./ls-plan-list.js";
import "./ls-session-form.js";
import "./ls-session-times.js";
import "./prepare-words.js";
import { get, post, segment } from "./api.js";
import { placeBeforeTheShow } from "./before-the-show.js";
import { goToLogin, may, mayCommand, startCrewPage, whoAmI } from "./crew-page.js";
import { say, setFlag } from "./crew-dom.js";
import { setText } from "./dom.js";
import { onLanguage, t } from "./i18n.js";
import { openLive } from "./live.js";
import { sessionFromAddress } from "./page.js";
import { printRundown } from "./print-rundown.js";
import { Saver } from "./saver.js";
import { sentenceOf } from "./sentence.js";
import { isClosed, isOnAir } from "./session-state.js";
import { STATUS } from "./store.js";

const TICK_MS = 1000;
const SEED_AFTER_MS = 3000;
const PATIENCE_MS = 10_000;

startCrewPage({ theme: "dark" });

const session = sessionFromAddress();
const path = `/sessions/${segment(session)}`;
const find = (selector) => document.querySelector(selector);
const [form, times, list, addCard, ask] =
  ["ls-session-form", "ls-session-times", "ls-plan-list", "ls-add-card", "ls-ask"].map(find);
const { socket, store, clock } = openLive({ session, credentials: () => post(`${path}/pass`) });
const saver = new Saver(session, () => store.document?.version ?? 0);
// What `<ls-add-card>` wants to know of the console's queue: whether cards are on their way.
const adding = { failures: new Map(), pending: [], has: () => adding.pending.length > 0 };
const beforeTheShow = find("#before-the-show");
const panels = placeBeforeTheShow(beforeTheShow, session);
let me = null;
let isSeen = false;

/** Resolves when the page has seen this version, or when it has waited long enough. */
function newest(version) {
  return new Promise((resolve) => {
    const look = () => {
      if ((store.document?.version ?? 0) < version) return;
      store.removeEventListener("change", look);
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(() => {
      store.removeEventListener("change", look);
      resolve();
    }, PATIENCE_MS);
    store.addEventListener("change", look);
    look();
  });
}

function asked(what, facts) {
  return ask.about({
    title: t(`prepare.ask_${what}`),
    text: t(`prepare.ask_${what}_text`, facts),
    yes: t(`prepare.ask_${what}_yes`),
    isDanger: what === "remove",
  });
}

const isMine = (about) => me !== null && may(me, "prepare") && mayCommand(me, about.owner);
const mayPrepare = (about) => isMine(about) && !isClosed(about.state);

function render() {
  document.body.dataset.status = store.status;
  Object.assign(find("ls-link"), { status: store.isStale ? "stale" : store.status, ageMs: store.ageMs });
  if (store.document === null) return;
  const { session: about } = store.document;
  const view = {
    document: store.document, may: mayPrepare(about), saver,
    mayAfter: isMine(about) && about.state === "ended",
    newest, ask: asked, nowMs: clock.now(),
  };
  for (const part of [form, times, list]) part.view = view;
  addCard.view = { document: store.document, commands: adding };
  find("#add-card").disabled = !view.may;
  setText(find("#title"), about.title);
  document.title = `${about.title} · ${t("prepare.page")}`;
  const state = find("#state");
  setFlag(state, "data-state", about.state);
  say(state, `state.${about.state}`);
  panels.may = view.may;
  panels.version = store.document.version;
  beforeTheShow.hidden = isOnAir(about.state) || isClosed(about.state) || Boolean(about.rehearsal_of);
  goToWhatIsNamed();
  say(find("#closed"), about.state === "ended" ? "prepare.over" : "prepare.closed");
  find("#closed").hidden = !isClosed(about.state);
  find("#read-only").hidden = me === null || view.may || isClosed(about.state);
}

/** The address may name a part of the page, which is only there now. */
function goToWhatIsNamed() {
  if (isSeen) return;
  isSeen = true;
  if (location.hash === "#before-the-show") beforeTheShow.scrollIntoView();
}

/** Goes to where a point of the check is mended: to its card, or to what the session is. */
function mend(event) {
  const { area, cards } = event.detail;
  if (area === "overlay") return;
  event.preventDefault();
  if (cards.length > 0) list.openCard(cards[0]);
  const card = cards.length > 0 && list.querySelector(`[data-card="${cards[0]}"]`);
  const about = { video: form, photos: form, plan: times };
  (card || about[area] || list).scrollIntoView({ block: "start" });
}

async function add({ detail: { command } }) {
  if (command.do !== "add_card") return;
  const pending = { command };
  adding.pending.push(pending);
  adding.failures.clear();
  render();
  try {
    await newest(await saver.save(command));
  } catch (error) {
    adding.failures.set("add_card", { command, error });
  }
  adding.pending = adding.pending.filter((one) => one !== pending);
  render();
  if (adding.has() || adding.failures.size > 0) return;
  addCard.done();
  list.openCard(command.card.id);
}

async function remove({ detail: id }) {
  const { title } = store.document.cards[id];
  if (!(await asked("remove", { title }))) return;
  try {
    await saver.save({ do: "remove_card", card: id });
    tell("");
  } catch (error) {
    tell(sentenceOf(error));
  }
}

function tell(sentence) {
  const place = find("#problem");
  setText(place, sentence);
  place.hidden = sentence === "";
}

async function loadCampaigns() {
  try {
    form.campaigns = (await get("/campaigns")).campaigns;
  } catch (error) {
    tell(sentenceOf(error));
  }
}

async function makeCampaign({ detail: title }) {
  try {
    const { campaign } = await post("/campaigns", { title });
    await loadCampaigns();
    form.choose(campaign.id);
  } catch (error) {
    tell(sentenceOf(error));
  }
}

async function seedWithoutSocket() {
  if (store.position !== null) return;
  try {
    const { document: seed, now } = await get(`${path}?audience=crew`);
    store.seed(seed, Date.parse(now));
  } catch (error) {
    setText(find("#loading"), sentenceOf(error));
  }
}

store.addEventListener("change", render);
store.addEventListener("status", () => {
  if (store.refusal === 401) goToLogin();
  if (store.refusal !== null && store.document === null) setText(find("#loading"), t("console.no_session"));
  if (store.status === STATUS.live) for (const part of [form, list]) part.retry();
  render();
});
document.addEventListener("command", add);
document.addEventListener("remove", remove);
document.addEventListener("mend", mend);
document.addEventListener("new-campaign", makeCampaign);
find("#add-card").addEventListener("click", () => addCard.open());
find("#print").addEventListener("click", () => {
  printRundown(find("#paper"), store.document);
  print();
});
addEventListener("beforeprint", () => store.document && printRundown(find("#paper"), store.document));
addEventListener("beforeunload", (event) => {
  if (find('[data-live="dirty"], [data-live="saving"], [data-live="offline"]')) event.preventDefault();
});
find("#console").href = `/console/${segment(session)}`;
find("#viewer-page").href = `/s/${segment(session)}`;
onLanguage(render);
setInterval(render, TICK_MS);
setTimeout(seedWithoutSocket, SEED_AFTER_MS);
socket.start();
render();
loadCampaigns();
whoAmI().then((found) => {
  me = found;
  render();
});
