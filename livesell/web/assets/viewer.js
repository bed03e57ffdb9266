/**
 * The viewer's page: joins the parts. Data goes socket → state → store → elements; what a person
 * does comes back as events and goes to `likes.js` and `order-desk.js`.
 */

import "./ls-countdown.js";
import "./ls-counter.js";
import "./ls-cover.js";
import "./ls-hearts.js";
import "./ls-my-orders.js";
import "./ls-order-sheet.js";
import "./ls-shelf.js";
import "./ls-ticker.js";
import "./ls-video.js";
import { get, segment } from "./api.js";
import { icon } from "./dom.js";
import { onLanguage } from "./i18n.js";
import { Likes } from "./likes.js";
import { openLive } from "./live.js";
import { OrderDesk } from "./order-desk.js";
import { OrderHttp } from "./order-http.js";
import { sessionFromAddress, startPage } from "./page.js";
import { ShelfDrawer } from "./shelf-drawer.js";
import { ViewerOrders } from "./viewer-orders.js";
import { ViewerStage } from "./viewer-stage.js";
import { Visit } from "./visit.js";

startPage();
for (const place of document.querySelectorAll("[data-icon]")) {
  place.replaceChildren(icon(place.dataset.icon));
}

const session = sessionFromAddress();
const visit = new Visit();
const { socket, store, clock } = openLive({ session, credentials: visit.credentials });
const http = new OrderHttp({ session, token: () => visit.token });
const send = (message) => socket.send(message);
const desk = new OrderDesk({ session, send, post: http.post, ask: http.ask });
const likes = new Likes({ session, send });
const stage = new ViewerStage({ store, clock, likes });
const orders = new ViewerOrders({ store, desk, toast: stage.toast });
const drawer = new ShelfDrawer();

store.addEventListener("change", ({ detail: { document, before } }) => {
  stage.paint(document, before);
  orders.paint(document);
});
store.addEventListener("status", () => {
  stage.paintStatus();
  if (store.document) drawer.phase = document.body.dataset.phase;
});
store.addEventListener("hello", ({ detail }) => (likes.paceMs = detail.like_ms));
store.addEventListener("answer", ({ detail }) => desk.take(detail));
onLanguage(() => {
  stage.paintStatus();
  if (!store.document) return;
  stage.paint(store.document, store.document);
  orders.paint(store.document);
});

let isListed = false;
socket.addEventListener("open", async () => {
  likes.opened(visit.key);
  desk.opened();
  if (isListed) return;
  isListed = true;
  // The list is a comfort: what is placed from here on arrives over the socket anyway.
  await http.list().then((list) => desk.load(list), () => (isListed = false));
});

const actions = {
  like: (event) => stage.like(event),
  shelf: () => drawer.open(store.document?.shown),
  "shelf-close": () => drawer.close(),
  "my-orders": () => orders.openList(),
};
document.addEventListener("click", (event) => {
  actions[event.target.closest("[data-do]")?.dataset.do]?.(event);
});
document.addEventListener("my-orders", () => orders.openList());
document.addEventListener("order", ({ detail: card }) => {
  drawer.close();
  orders.ask(card);
});

socket.start();
get(`/sessions/${segment(session)}`).then(
  ({ document, now }) => store.seed(document, Date.parse(now)),
  (error) => error.status === 404 && store.linkLost(404),
);
