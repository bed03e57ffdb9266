/**
 * The page of one order: how it stands, what can be done about it, and what happened.
 *
 * It has no socket: it asks now and then, often while a payment is on its way, and at once when a
 * hold's time has run out. It says nothing of money that the service has not said.
 */

import "./ls-left.js";
import "./order-words.js";
import { get, segment } from "./api.js";
import { ServerClock } from "./clock.js";
import { setText } from "./dom.js";
import { ForgetDetails } from "./forget-details.js";
import { ageParts } from "./format.js";
import { onLanguage, t } from "./i18n.js";
import { formatMoney } from "./money.js";
import { OrderHttp } from "./order-http.js";
import {
  hasTried, holdStage, rememberTry, stateLook, stateSentence, stateWord,
} from "./order-told.js";
import { paintFacts, paintHistory } from "./paper.js";
import { CONTACT_KEY, remember, sessionFromAddress, startPage } from "./page.js";
import { Polled } from "./polled.js";
import { Visit } from "./visit.js";

const CALM_MS = 20_000;
const HURRY_MS = 3000;
const OVER = new Set(["cancelled", "expired", "refunded"]);

const out = (name) => document.querySelector(`[data-out="${name}"]`);
const button = (name) => document.querySelector(`[data-do="${name}"]`);

const session = sessionFromAddress();
const [, , , , id = ""] = location.pathname.split("/").map(decodeURIComponent);
const visit = new Visit(session);
const http = new OrderHttp({ session, token: () => visit.token });
const clock = new ServerClock();
const left = document.querySelector("ls-left");
const forget = new ForgetDetails(http.forget, () => {
  remember("localStorage", CONTACT_KEY, null);
  loadDetails();
});

let show = null;
let isAsking = false;
let contact = null;

const polled = new Polled(() => ask(), { isOver: (order) => OVER.has(order.state) });

/** A token that is no longer good is replaced, once. */
const ask = () =>
  askAs({ renew: false }).catch((error) => {
    if (error.status !== 401) throw error;
    return askAs({ renew: true });
  });

/** The order as it stands; the first time also its show, which knows the product and the clock. */
async function askAs(wish) {
  await visit.credentials(wish);
  if (show === null) {
    const { document: found, now } = await get(`/sessions/${segment(session)}`);
    clock.sync(Date.parse(now));
    show = found;
    loadDetails();
  }
  const order = await http.order(id);
  polled.againMs = order.state === "held" && hasTried(id) ? HURRY_MS : CALM_MS;
  return order;
}

const stageOf = (order) => (order.state === "held" ? holdStage(order, clock.now()) : "");

function paint() {
  document.body.dataset.status = polled.status;
  paintMessage();
  const order = polled.value;
  out("paper").hidden = order === null && polled.error !== null;
  if (order === null) return;
  const { currency } = show.session;
  const stage = stageOf(order);
  setText(out("title"), t("paper.title", { n: order.n }));
  document.title = `${t("paper.title", { n: order.n })} · ${show.session.title}`;
  setText(out("state"), stateWord(order));
  out("paper").dataset.look = stateLook(order);
  setText(out("told"), stateSentence(order, stage));
  const mayPay = order.state === "held" && stage !== "timeUp";
  out("hold").hidden = !mayPay;
  if (mayPay) left.count(clock, order.hold_until_ms);
  out("ways").hidden = !mayPay || isAsking;
  out("ask").hidden = !mayPay || !isAsking;
  setText(button("pay"), t("orders.pay", { amount: formatMoney(order.amount, currency) }));
  paintFacts(out("facts"), order, show);
  out("history-box").hidden = false;
  paintHistory(out("history"), order, currency);
  paintDetails();
}

function paintMessage() {
  const { value, error, ageMs } = polled;
  out("message").hidden = error === null;
  if (error === null) return;
  const isMissing = error.status >= 400 && error.status < 429;
  const [key, vars] = ageParts(ageMs);
  const stale = t("paper.stale", { age: t(key, vars) });
  setText(out("message"), isMissing ? t("paper.missing") : value ? stale : t("paper.offline"));
}

async function loadDetails() {
  contact = await http.details().catch(() => null);
  paint();
}

function paintDetails() {
  out("details-box").hidden = contact === null;
  if (contact === null) return;
  const brief = [contact.name, contact.phone, contact.address].filter(Boolean).join(" ");
  setText(out("details"), brief ? t("paper.detailsKept", { brief }) : t("paper.detailsNone"));
}

function complain(sentence) {
  out("problem").hidden = !sentence;
  setText(out("problem"), sentence);
}

async function pay() {
  complain("");
  button("pay").disabled = true;
  try {
    const address = await http.pay(id, "order");
    rememberTry(id);
    location.assign(address);
    paint();
  } catch (error) {
    complain(t(error.code === "wrong_order_state" ? "orders.payTooLate" : "orders.payFailed"));
    polled.refresh();
  } finally {
    button("pay").disabled = false;
  }
}

async function cancel() {
  complain("");
  const isGone = (error) => error.code === "wrong_order_state";
  await http.cancel(id).catch((error) => {
    complain(t(isGone(error) ? "paper.cancelTooLate" : "paper.cancelFailed"));
  });
  question(false);
  await polled.refresh();
}

/** Asks whether the order is to be cancelled, or stops asking. */
function question(isOpen) {
  isAsking = isOpen;
  paint();
  button(isOpen ? "cancel-no" : "cancel").focus();
}

const actions = { pay, cancel: () => question(true), "cancel-yes": cancel, "cancel-no": () => question(false) };

startPage();
out("back").href = `/s/${segment(session)}`;
out("details-box").append(forget.element);
document.addEventListener("click", (event) => {
  actions[event.target.closest("[data-do]")?.dataset.do]?.();
});
left.addEventListener("elapsed", () => {
  paint();
  setTimeout(() => polled.refresh(), 700);
});
onLanguage(() => {
  forget.refresh();
  paint();
});
polled.addEventListener("change", paint);
polled.refresh();
