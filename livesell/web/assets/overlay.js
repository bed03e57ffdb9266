/**
 * The overlay's script, for every theme: fills the elements that the theme marks and nothing else.
 *
 * A theme's page has `<main data-shown data-state>` and elements with `data-field`: slot, number,
 * title, price, was, stock, badges (one <span> a badge), image. `?lang=` chooses the words.
 * It reconnects for ever, because nobody looks after a browser source during a show, and keeps
 * what it has until then. Stays within Chromium 103, which OBS may still carry.
 */

import "./site-words.js";
import { post } from "./api.js";
import { h, setText } from "./dom.js";
import { formatCount } from "./format.js";
import { t, useLanguage } from "./i18n.js";
import { openLive } from "./live.js";
import { formatMoney } from "./money.js";
import { sessionFromAddress } from "./page.js";
import { showPhoto } from "./photo.js";
import { stockState } from "./stock.js";

// As long as the theme's transition: the card leaves before the next one comes.
const LEAVE_MS = 340;
const RESTART_MS = 15_000;
const STATES = { plenty: "open", few: "low" };

const root = document.querySelector("main");
const isPreview = new URLSearchParams(location.search).has("preview");
let latest = null;
let pass = null;
let shownId = null;
let leaving = 0;

/** Opens the line, and a fresh one if the server once said that it would not talk to us. */
function run() {
  const { socket, store } = openLive({ session: sessionFromAddress(), credentials });
  store.addEventListener("change", () => follow(store.document));
  store.addEventListener("status", () => {
    if (isPreview) root.dataset.stale = String(store.status === "reconnecting");
  });
  socket.addEventListener("status", ({ detail }) => {
    if (detail.status === "stopped") setTimeout(run, RESTART_MS);
  });
  socket.start();
}

async function credentials({ renew }) {
  if (renew || pass === null) pass = await post("/viewers", { as: "overlay", session: sessionFromAddress() });
  return pass;
}

function follow(document_) {
  const id = document_.cards[document_.shown] ? document_.shown : null;
  if (id !== shownId) change(id);
  latest = document_;
  // While the old card leaves it keeps its words; the new one is filled in after that.
  if (id !== null && leaving === 0) fill(document_, id);
}

function change(id) {
  const wasShown = shownId !== null;
  shownId = id;
  root.dataset.shown = "false";
  clearTimeout(leaving);
  leaving = wasShown ? setTimeout(arrive, LEAVE_MS) : 0;
  if (!wasShown) root.dataset.shown = String(id !== null);
}

function arrive() {
  leaving = 0;
  if (shownId === null) return;
  fill(latest, shownId);
  root.dataset.shown = "true";
}

function fill({ cards, session }, id) {
  const card = cards[id];
  const kind = stockState(card);
  const state = STATES[kind] ?? kind;
  root.dataset.state = state;
  write("slot", t("overlay.slot", { n: card.slot }));
  write("number", String(card.slot));
  write("title", card.title);
  write("price", formatMoney(card.price, session.currency));
  write("was", card.was === undefined ? "" : formatMoney(card.was, session.currency));
  write("stock", t(`overlay.${state}`, { n: formatCount(card.stock) }));
  for (const place of fields("badges")) {
    place.hidden = card.badges.length === 0;
    place.replaceChildren(...card.badges.map((text) => h("span", { text })));
  }
  for (const image of fields("image")) paintImage(image, card.image);
}

const fields = (name) => root.querySelectorAll(`[data-field="${name}"]`);

function write(name, text) {
  for (const element of fields(name)) {
    setText(element, text);
    element.hidden = text === "";
  }
}

/** A picture appears when it is there; until then, and when it is broken, the theme's own shows. */
function paintImage(image, address) {
  if (image.dataset.address === (address ?? "")) return;
  image.dataset.address = address ?? "";
  image.hidden = true;
  image.onload = () => (image.hidden = false);
  // As wide as a card of an overlay is on a screen of 4K.
  showPhoto(image, address ?? "", "480px");
}

// A mixer's browser has no language worth following: the theme's counts unless the address says.
useLanguage(new URLSearchParams(location.search).get("lang") ?? document.documentElement.lang);
run();
