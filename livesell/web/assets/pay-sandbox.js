/** The sandbox's page: pays or declines an order of a rehearsal, without any money. */

import "./pay-words.js";
import { get, post, segment } from "./api.js";
import { ServerClock } from "./clock.js";
import { setText } from "./dom.js";
import { formatDuration } from "./format.js";
import { onLanguage, t } from "./i18n.js";
import { formatMoney } from "./money.js";
import { startPage } from "./page.js";

const AGAIN_MS = 2000;

const out = (name) => document.querySelector(`[data-out="${name}"]`);
const button = (name) => document.querySelector(`[data-do="${name}"]`);
const clock = new ServerClock();
const [, , , ref = ""] = location.pathname.split("/");
const path = `/sandbox/${segment(decodeURIComponent(ref))}`;

// Only to the page after paying, and only of this service.
const wished = new URLSearchParams(location.search).get("back") ?? "";
const backOf = ({ back }) => (wished.startsWith("/pay/return?") ? wished : back);

let payment = null;
let said = "";
let isSending = false;

const leftMs = () => Date.parse(payment?.hold_until ?? "") - clock.now();
const isOpen = () => payment?.state === "held" && leftMs() > 0;

startPage();
onLanguage(paint);
button("pay").addEventListener("click", () => send("pay"));
button("decline").addEventListener("click", () => send("decline"));
setInterval(paintTime, 500);
look();
paint();

async function look() {
  try {
    payment = await get(path);
    clock.sync(Date.parse(payment.now));
    if (said === "sandbox.failed") said = "";
  } catch (error) {
    said = error.status === 404 ? "sandbox.gone" : "sandbox.failed";
  }
  paint();
  if (said !== "sandbox.gone") setTimeout(look, AGAIN_MS);
}

async function send(what) {
  isSending = true;
  said = "";
  paint();
  try {
    payment = await post(path, { do: what });
    if (what === "pay") {
      location.assign(backOf(payment));
      return;
    }
    said = "sandbox.declined";
  } catch (error) {
    said = error.code === "payment_over" ? "" : error.status === 503 ? "sandbox.busy" : "sandbox.failed";
    if (error.code === "payment_over") payment = await get(path).catch(() => payment);
  }
  isSending = false;
  paint();
}

function paint() {
  document.title = t("sandbox.title");
  document.body.dataset.status = payment === null ? "loading" : "live";
  out("order").hidden = payment === null;
  if (payment !== null) {
    const amount = formatMoney(payment.amount, payment.currency);
    setText(out("show"), payment.show);
    setText(out("number"), t("pay.order", { n: payment.n }));
    setText(out("product"), payment.title);
    setText(out("units"), t("pay.units", { n: payment.units }));
    setText(out("amount"), amount);
    setText(button("pay"), t("sandbox.pay", { amount }));
    button("back").href = `${backOf(payment)}&left=1`;
  }
  paintTime();
}

function paintTime() {
  const isHeld = payment?.state === "held";
  out("left-row").hidden = !isHeld;
  if (isHeld) setText(out("left"), formatDuration(leftMs()));
  for (const name of ["pay", "decline"]) button(name).disabled = isSending || !isOpen();
  const text = said || overText();
  out("message").hidden = text === "";
  out("message").dataset.kind = text === "sandbox.declined" ? "warn" : text === "sandbox.alreadyPaid" ? "good" : "bad";
  setText(out("message"), text && t(text));
}

function overText() {
  if (payment === null || isOpen()) return "";
  return ["paid", "fulfilled"].includes(payment.state) ? "sandbox.alreadyPaid" : "sandbox.over";
}
