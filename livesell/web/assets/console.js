/**
 * The console: joins the live document, the commands of this page, and the elements that show
 * both. Elements get one `view`; what they ask for arrives here as events.
 *
 * view: `{document, status, nowMs, may, commands, perMinute}`.
 */

import "./onair-words.js";
import "./ls-add-card.js";
import "./ls-ask.js";
import "./ls-card-sheet.js";
import "./ls-crew-nav.js";
import "./ls-crew-ticker.js";
import "./ls-flash-form.js";
import "./ls-flashes.js";
import "./ls-key-map.js";
import "./ls-link.js";
import "./ls-nodes.js";
import "./ls-notice-form.js";
import "./ls-onair.js";
import "./ls-pad.js";
import "./ls-plan.js";
import "./ls-rundown.js";
import "./ls-state-bar.js";
import { Alertness } from "./alertness.js";
import { get, post, segment } from "./api.js";
import { commandSender } from "./command-sender.js";
import { CommandQueue } from "./commands.js";
import { Confirmations } from "./confirmations.js";
import { ConsoleKeys } from "./console-keys.js";
import { ConsoleSafety } from "./console-safety.js";
import {
  goToLogin, may as hasRight, mayCommand, startCrewPage, whoAmI, whoAmINow,
} from "./crew-page.js";
import { say } from "./crew-dom.js";
import { setText } from "./dom.js";
import { flashesOf } from "./flash-state.js";
import { FloorQuestion } from "./floor-question.js";
import { foldAway } from "./fold-away.js";
import { onLanguage, t } from "./i18n.js";
import { openLive } from "./live.js";
import { sessionFromAddress } from "./page.js";
import { askPreflight } from "./preflight-question.js";
import { showRibbon } from "./rehearsal-ribbon.js";
import { sentenceOf } from "./sentence.js";
import { cardAtSlot, isClosed, isOnAir } from "./session-state.js";
import { STATUS } from "./store.js";
import { newUuid } from "./uuid.js";

const TICK_MS = 500;
// Without a socket for this long, the page shows what the API says rather than nothing.
const SEED_AFTER_MS = 3000;

startCrewPage({ theme: "dark" });

const session = sessionFromAddress();
const path = `/sessions/${segment(session)}`;
const find = (selector) => document.querySelector(selector);
const parts = ["ls-state-bar", "ls-onair", "ls-rundown", "ls-plan", "ls-notice-form",
  "ls-crew-ticker", "ls-nodes", "ls-add-card", "ls-flash-form",
  "ls-flashes", "ls-pad", "ls-card-sheet"].map(find);
const [, , rundown, , noticeForm, , , addCard, flashForm, , pad, sheet] = parts;
const { socket, store, clock } = openLive({ session, credentials: newPass });
const commands = new CommandQueue(
  commandSender(path, { page: () => ({ document: store.document, me }), onSignedOut: goToLogin }),
  { newId: newUuid },
);
const confirmations = new Confirmations(find("ls-ask"));
const alertness = new Alertness({ path, store, clock, watch: find("ls-watch"), pulse: find("ls-pulse") });
const floors = new FloorQuestion(find("ls-ask"), commands, give);
const safety = new ConsoleSafety({ session, store, socket, commands, give, render });
let me = null;

/** Whether whoever is here may give this command; a moderator only writes notices, and takes them back. */
function mayGive(verb) {
  if (me === null) return false;
  const [last] = store.document.doings ?? [];
  const about = verb === "undo" && last !== undefined ? (last.of ?? last.do) : verb;
  if (about === "notice" && me.role === "moderator") return hasRight(me, "moderate");
  return mayCommand(me, store.document.session.owner);
}

function give(command, place, base = store.document.version) {
  if (mayGive(command.do) && !commands.has(place, command.do)) commands.add(command, { place, base });
}

function render() {
  const { status } = safety;
  document.body.dataset.status = isGone() ? STATUS.loading : status;
  find("ls-link").hidden = isGone();
  Object.assign(find("ls-link"), {
    status: store.isStale ? "stale" : status,
    ageMs: store.ageMs,
  });
  if (store.document === null) return;
  const may = mayGive();
  const nowMs = clock.now();
  const { perMinute } = alertness.look(nowMs);
  const view = { document: store.document, status, nowMs, may, commands, perMinute };
  for (const part of parts) {
    part.view = part === noticeForm ? { ...view, may: mayGive("notice") } : view;
  }
  safety.view = { ...view, mayUndo: mayGive("undo") };
  confirmations.view = view;
  floors.currency = view.document.session.currency;
  showHead(view);
}

function showHead({ document: { session: about }, may }) {
  setText(find("#title"), about.title);
  setText(find("#host"), about.host);
  document.title = `${about.title} · ${t("console.title")}`;
  find("#prepare").hidden = me === null || !hasRight(me, "prepare");
  const readOnly = find("#read-only");
  readOnly.hidden = me === null || may || isClosed(about.state);
  say(readOnly, me?.role === "moderator" ? "console.read_only_moderator" : "console.read_only");
  find("#over").hidden = !isClosed(about.state);
  if (about.rehearsal_of) showRibbon();
  find("#rehearse").hidden = isOnAir(about.state) || isClosed(about.state) || Boolean(about.rehearsal_of);
}

/** "3 号链接": shows the card with this number, or says why not. */
function showSlot(slot) {
  const card = cardAtSlot(store.document, slot);
  if (!isOnAir(store.document.session.state)) pad.slotField.answer = t("slot.not_on_air");
  else if (card === null) pad.slotField.answer = t("slot.none", { slot });
  else {
    commands.makeRoom("onair", "show");
    give({ do: "show", card: card.id }, "onair");
  }
}

async function confirm({ command, place, facts }) {
  const base = store.document.version;
  if (!(await confirmations.ask(command, facts))) return;
  const started = command.do === "start" ? await askPreflight(session) : {};
  if (started !== null) give({ ...command, ...started }, place, base);
}

function finished({ command, place }) {
  if (command.do === "add_card") addCard.done();
  if (command.do === "prepare_flash") flashForm.done();
  if (place === "sheet") sheet.done();
  const isEdit = command.do === "price" || command.do === "restock";
  if (isEdit && place.startsWith("card:")) {
    rundown.cardElement(command.card)?.toggleEditor({ isOpen: false });
  }
  if (command.do === "notice") noticeForm.done(command.text);
}

/** Starts the shown card's prepared flash sale; prepares one when there is none. */
function startFlash() {
  if (!mayGive("start_flash") || isClosed(store.document.session.state)) return;
  const flashes = flashesOf(store.document, clock.now());
  const ready = flashes.find(({ card, state }) => state === "prepared" && card === store.document.shown);
  if (ready === undefined) flashForm.open();
  else give({ do: "start_flash", flash: ready.id }, `flash:${ready.id}`);
}

/** "Do it all the same" after a conflict: a new command, made on what is there now. */
function again(event) {
  const failure = event.target.failure;
  const place = [...commands.failures].find(([, one]) => one === failure)?.[0];
  const newest = Math.max(store.document.version, failure.error.data.version ?? 0);
  give(failure.command, place, newest);
}

function forgive(event) {
  const place = [...commands.failures].find(([, one]) => one === event.target.failure)?.[0];
  commands.forgive(place);
}

/** The socket will not come back by itself: without a login, or without such a session. */
function refused() {
  if (store.refusal === 401) goToLogin();
  if (isGone()) {
    setText(find("#loading"), t(store.document === null ? "console.no_session" : "console.removed"));
  } else if (store.refusal !== null && store.document === null) {
    setText(find("#loading"), t("console.no_link"));
  }
}

/** There is no such session, or not any more: nothing that is pressed here would go anywhere. */
function isGone() {
  return store.refusal === 404 || store.refusal === 4510;
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

document.addEventListener("command", ({ detail }) => give(detail.command, detail.place));
document.addEventListener("confirm", ({ detail }) => confirm(detail));
document.addEventListener("slot", ({ detail }) => showSlot(detail));
document.addEventListener("again", again);
document.addEventListener("forgive", forgive);
document.addEventListener("sheet", ({ detail }) => sheet.open(detail.card, detail.what));
document.addEventListener("add", () => addCard.open());
document.addEventListener("prepare", () => flashForm.open());
document.addEventListener("refresh", render);
commands.addEventListener("change", render);
commands.addEventListener("done", ({ detail }) => finished(detail));
store.addEventListener("change", render);
store.addEventListener("status", () => {
  if (store.status === STATUS.live) commands.nudge();
  refused();
  render();
});
addEventListener("online", () => commands.nudge());
addEventListener("beforeunload", (event) => {
  if (commands.isAtRisk) event.preventDefault();
});
onLanguage(render);

new ConsoleKeys({
  keyMap: find("ls-key-map"), pad, sheet, rundown, noticeForm, addCard, confirm, give, showSlot,
  flash: startFlash, dismiss: () => alertness.dismiss(), may: () => mayGive("show"),
  current: () => store.document,
}).listen();
foldAway(find("#session-menu"));
find("#keys").addEventListener("click", () => find("ls-key-map").open());
find("#viewer-page").href = `/s/${segment(session)}`;
find("#rehearse").href = `/prepare/${segment(session)}#before-the-show`;
find("#prepare").href = `/prepare/${segment(session)}`;
find("#audience").href = `/audience/${segment(session)}`;
for (const id of ["#review", "#to-review"]) find(id).href = `/staff/${segment(session)}`;

setInterval(render, TICK_MS);
setTimeout(seedWithoutSocket, SEED_AFTER_MS);
socket.start();
render();
whoAmI().then((found) => {
  me = found;
  safety.signedIn(me);
  render();
});

/** A socket that was sent away for its pass may have been so because the role is another one. */
function newPass({ renew }) {
  if (renew) whoAmINow().then((found) => {
    me = found;
    render();
  });
  return post(`${path}/pass`);
}
