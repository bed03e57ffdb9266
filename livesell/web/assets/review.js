/**
 * The review of one session: asks the API for the session and its figures, again and again while
 * it is on air, and hands them to the elements. Orders are asked for page by page, newest first.
 */

import "./ls-alarms.js";
import "./ls-ask.js";
import "./ls-card-table.js";
import "./ls-crew-nav.js";
import "./ls-figures.js";
import "./ls-link.js";
import "./ls-marker-log.js";
import "./ls-offline-form.js";
import "./ls-order-panel.js";
import "./ls-order-table.js";
import "./ls-problem.js";
import "./ls-recount.js";
import "./ls-refunds.js";
import "./timeline-chart.js";
import { get, segment } from "./api.js";
import { goToLogin, may, maySettle, startCrewPage, whoAmI } from "./crew-page.js";
import { say, setFlag } from "./crew-dom.js";
import { setText } from "./dom.js";
import { formatMoment, formatTime, zoneName } from "./format.js";
import { language, onLanguage, t } from "./i18n.js";
import { formatMoney } from "./money.js";
import { OrderPages } from "./order-pages.js";
import { isUnderWay } from "./order-state.js";
import { sessionFromAddress } from "./page.js";
import { Polled } from "./polled.js";
import { sentenceOf } from "./sentence.js";
import { isClosed, isOnAir } from "./session-state.js";
import { Till } from "./till.js";

const TICK_MS = 1000;
const AGAIN_MS = 8000;

startCrewPage();

const session = sessionFromAddress();
const path = `/sessions/${segment(session)}`;
const find = (selector) => document.querySelector(selector);
const orders = new OrderPages((after, limit) =>
  get(`${path}/orders?after=${after}&limit=${limit}`),
);
const till = new Till(path);
const panel = find("ls-order-panel");
const whoIsHere = whoAmI();
let mayTellReplay = false;
const polled = new Polled(askAll, { isOver, againMs: AGAIN_MS });

async function askAll() {
  const [me, { document: found, now }, stats] = await Promise.all([
    whoIsHere, get(`${path}?audience=crew`), get(`${path}/stats`),
  ]);
  const settles = maySettle(me, found.session.owner);
  const [refunds, alarms] = settles ? await Promise.all([till.refunds(), till.alarms()]) : [[], []];
  if (settles) await orders.upTo(knownOrders(stats.figures));
  return { document: found, now: Date.parse(now), refunds, alarms, settles, ...stats };
}

/** There are these at the least; a few, such as cancelled offline ones, are in no figure. */
const knownOrders = (figures) =>
  figures.orders + figures.cancelled_orders + figures.expired_orders + figures.offline_orders;

/** A payment or a refund may still arrive after the show. */
function isOver({ document: { session: about }, figures, refunds }) {
  return isClosed(about.state) && figures.held_orders === 0 && !refunds.some(isUnderWay);
}

function show() {
  const { value, error, status } = polled;
  document.body.dataset.status = status;
  if (error?.status === 401) goToLogin();
  if (value === null) {
    if (error) setText(find("#loading"), sentenceOf(error));
    return;
  }
  const { session: about } = value.document;
  const { currency, zone, fund } = about;
  const markers = value.markers.map((marker) => ({ ...marker, at: Date.parse(marker.at) }));
  showHead(about, value.figures);
  find("ls-figures").data = { figures: value.figures, isOnAir: isOnAir(about.state), fund };
  showChart(value, about, markers);
  find("ls-card-table").data = value.figures;
  find("ls-marker-log").data = { markers, named, currency, zone };
  find("ls-alarms").data = { alarms: value.alarms, zone };
  find("ls-refunds").data = { refunds: value.refunds, numberOf, currency, zone };
  Object.assign(find("ls-offline-form"), { nowMs: value.now, show: value.document });
  find("#orders").hidden = !value.settles;
  find("#offline").hidden = about.state !== "live";
  showOrders();
}

const numberOf = (id) => orders.newestFirst.find((order) => order.id === id)?.n;

/** "3 · 虫草"; a card that is not in the session any more goes by its id. */
function named(card) {
  const found = polled.value.document.cards[card];
  return found ? t("card.named", found) : card;
}

function showHead(about, figures) {
  document.title = `${about.title} · ${t("review.title")}`;
  setText(find("#title"), about.title);
  setText(find("#host"), t("sessions.host", { name: about.host }));
  say(find("#state"), `state.${about.state}`);
  setFlag(find("#state"), "data-state", about.state);
  setText(find("#when"), whenText(about));
  const time = formatTime(Date.parse(figures.as_of), about.zone, { seconds: true });
  setText(find("#as-of"), t("review.as_of", { time }));
  const isEnded = about.state === "ended";
  find("#replay").hidden = !isEnded || !mayTellReplay;
  find("#poster").hidden = !isEnded;
  find("#poster").href = `/poster/${segment(session)}.png?lang=${language()}`;
}

function whenText({ started, ended, planned_start: start, planned_end: end, zone }) {
  const [from, to] = [started ?? start, ended ?? (started === undefined ? end : undefined)];
  if (from === undefined) return t("sessions.no_time");
  const until = to === undefined ? "" : ` – ${formatTime(to, zone)}`;
  return `${formatMoment(from, zone)}${until} (${zoneName(from, zone)})`;
}

function showChart({ timeline, figures, document: { cards } }, about, markers) {
  const rows = timeline.map((row) => ({ ...row, at: Date.parse(row.at) }));
  const from = about.started;
  find("timeline-chart").hidden = from === undefined;
  find("#no-chart").hidden = from !== undefined;
  if (from === undefined) return;
  const to = about.ended ?? Date.parse(figures.as_of);
  const slotOf = (card) => cards[card]?.slot ?? "?";
  const { zone, currency } = about;
  find("timeline-chart").data = { rows, markers, from, to, zone, currency, slotOf };
}

function showOrders() {
  const { currency, zone } = polled.value.document.session;
  const { newestFirst, total } = orders;
  find("ls-order-table").data = { orders: newestFirst, total, currency, zone, named };
  for (const id of ["#csv", "#xlsx"]) find(id).hidden = total === 0;
  panel.about = { currency, zone, named };
  const open = newestFirst.find((order) => order.id === panel.orderId);
  if (open) panel.order = open;
}

/** Opens an order of the list at once, another as soon as it is here. */
async function openOrder(id) {
  try {
    if (numberOf(id) === undefined) orders.put(await till.order(id));
    panel.open(orders.newestFirst.find((order) => order.id === id));
  } catch (error) {
    find("#till-problem").failure = { command: null, error };
  }
}

/** After anything that was done: this order first, then everything that it changes. */
async function changed({ detail: id }) {
  if (id) {
    const order = await till.order(id).catch(() => null);
    if (order !== null) orders.put(order);
  }
  polled.refresh();
}

async function onRefund(act) {
  try {
    await act();
    find("#till-problem").failure = null;
  } catch (error) {
    find("#till-problem").failure = { command: null, error };
  }
  polled.refresh();
}

async function givenByHand(refund) {
  const { currency } = polled.value.document.session;
  const isSure = await find("ls-ask").about({
    title: t("refunds.sure_title"),
    text: t("refunds.sure", { amount: formatMoney(refund.amount, currency) }),
    yes: t("refunds.sure_yes"),
  });
  if (isSure) onRefund(() => till.refundDone(refund));
}

async function earlier() {
  try {
    await orders.earlier();
  } catch (error) {
    setText(find("#orders-problem"), sentenceOf(error));
    return;
  }
  setText(find("#orders-problem"), "");
  showOrders();
}

async function recount() {
  const element = find("ls-recount");
  element.isBusy = true;
  element.error = null;
  try {
    const result = await get(`${path}/recount?verify=true`);
    element.isBusy = false;
    element.result = result;
  } catch (error) {
    element.isBusy = false;
    element.error = error;
  }
}

function tick() {
  Object.assign(find("ls-link"), { status: polled.status, ageMs: polled.ageMs });
}

polled.addEventListener("change", show);
polled.addEventListener("change", tick);
onLanguage(() => {
  show();
  tick();
});
find("ls-order-table").addEventListener("earlier", earlier);
for (const list of ["ls-order-table", "ls-refunds", "ls-alarms"]) {
  find(list).addEventListener("order", ({ detail: id }) => openOrder(id));
}
for (const element of [panel, find("ls-offline-form")]) {
  element.till = till;
  element.addEventListener("changed", changed);
}
find("ls-refunds").addEventListener("again", ({ detail }) => onRefund(() => till.refundAgain(detail)));
find("ls-refunds").addEventListener("done", ({ detail }) => givenByHand(detail));
find("ls-alarms").addEventListener("seen", ({ detail }) => onRefund(() => till.alarmSeen(detail)));
find("#till-problem").addEventListener("forgive", ({ target }) => {
  target.failure = null;
});
find("#offline").addEventListener("click", () => find("ls-offline-form").open());
find("ls-recount").addEventListener("recount", recount);
find("#csv").href = `/api/v1${path}/orders.csv`;
find("#xlsx").href = `/api/v1${path}/orders.xlsx`;
find("#console").href = `/console/${segment(session)}`;
find("#replay").href = `/prepare/${segment(session)}`;
setInterval(tick, TICK_MS);
tick();
polled.refresh();
whoIsHere.then((me) => {
  find("#console").hidden = !may(me, "moderate");
  mayTellReplay = may(me, "prepare");
  if (polled.value) show();
});
