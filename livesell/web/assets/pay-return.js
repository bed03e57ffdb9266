/**
 * Where a buyer comes back to from paying. It believes nothing that the address says: it asks the
 * service for the order until that has heard of the payment, whichever comes first.
 */

import "./pay-words.js";
import { get, post, segment } from "./api.js";
import { setText } from "./dom.js";
import { formatTime } from "./format.js";
import { onLanguage, t } from "./i18n.js";
import { formatMoney } from "./money.js";
import { startPage } from "./page.js";
import { homeOf, orderFrom, outcomeOf, pauseAfter } from "./pay-outcome.js";
import { sentenceOf } from "./sentence.js";
import { Visit } from "./visit.js";

const out = (name) => document.querySelector(`[data-out="${name}"]`);
const started = performance.now();
const waitedMs = () => performance.now() - started;
const named = orderFrom(location.search);
const visit = new Visit(named?.session);

let order;
let show = null;
let isOffline = false;
let problem = "";

const path = () => `/sessions/${segment(named.session)}/orders/${segment(named.order)}`;
const money = (minor) => (show === null ? "" : formatMoney(minor, show.session.currency));

startPage();
onLanguage(paint);
document.querySelector('[data-do="pay"]').addEventListener("click", payNow);
if (named === null) {
  paint();
} else {
  const home = homeOf(named);
  for (const link of document.querySelectorAll('[data-do="back"]')) link.href = home;
  get(`/sessions/${segment(named.session)}`).then(({ document: found }) => {
    show = found;
    paint();
  }, () => {});
  ask();
}

async function ask() {
  try {
    const { token } = await visit.credentials({ renew: false });
    ({ order } = await get(path(), { token }));
    isOffline = false;
  } catch (error) {
    if (error.status === 404 || error.status === 403) order = null;
    else isOffline = true;
    if (error.status === 401) await visit.credentials({ renew: true }).catch(() => {});
  }
  paint();
  const isOver = order !== undefined && !isOffline && outcomeOf(order, waitedMs(), named.hasLeft).isLast;
  if (!isOver) setTimeout(ask, pauseAfter(waitedMs()));
}

async function payNow({ currentTarget: button }) {
  button.disabled = true;
  setText(button, t("pay.paying"));
  problem = "";
  try {
    const { token } = await visit.credentials({ renew: false });
    const { url } = await post(`${path()}/payment`, { return_to: named.to }, { token });
    location.assign(url);
  } catch (error) {
    problem = sentenceOf(error);
    button.disabled = false;
    setText(button, t("pay.payNow"));
    paint();
  }
}

function paint() {
  const isKnown = order !== undefined;
  const said = named === null ? { look: "over", title: "pay.broken", text: "pay.brokenText" }
    : isKnown ? outcomeOf(order, waitedMs(), named.hasLeft)
    : { look: "waiting", title: "pay.asking", text: "" };
  document.body.dataset.look = said.look;
  document.body.dataset.status = isOffline ? "reconnecting" : isKnown ? "live" : "loading";
  document.title = t(said.title);
  setText(out("title"), t(said.title));
  setText(out("text"), said.text ? t(said.text, { amount: amountOf(said) }) : "");
  say("partly", order?.refunded && order.state !== "refunded" ? t("pay.partly", { amount: money(order.refunded) }) : "");
  say("hold", holdText());
  say("offline", isOffline ? t("pay.offline") : "");
  say("problem", problem);
  document.querySelector('[data-do="pay"]').hidden = !said.canPay;
  paintOrder();
}

function paintOrder() {
  out("order").hidden = !order || show === null;
  if (out("order").hidden) return;
  setText(out("number"), t("pay.order", { n: order.n }));
  setText(out("product"), show.cards?.[order.card]?.title ?? "");
  setText(out("units"), t("pay.units", { n: order.units }));
  setText(out("amount"), money(order.amount));
}

function say(name, text) {
  out(name).hidden = text === "";
  setText(out(name), text);
}

function holdText() {
  const until = Date.parse(order?.hold_until ?? "");
  const isHeld = order?.state === "held" && !Number.isNaN(until);
  return isHeld ? t("pay.holdUntil", { time: formatTime(until) }) : "";
}

/** What was given back of a refunded order; what it cost of any other. */
function amountOf({ title }) {
  if (!order) return "";
  return money(title === "pay.refunded" ? order.refunded || order.amount : order.amount);
}
