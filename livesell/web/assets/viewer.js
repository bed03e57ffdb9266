/**
 * The viewer's page: joins the parts. Data goes socket → state → store → elements; what a person
 * does comes back as events and goes to `likes.js` and `buying.js`.
 */

import "./ls-countdown.js";
import "./ls-counter.js";
import "./ls-cover.js";
import "./ls-hearts.js";
import "./ls-shelf.js";
import "./ls-ticker.js";
import "./ls-video.js";
import { icon } from "./dom.js";
import { embedded } from "./embedded.js";
import { needWords, onLanguage, t, useChosenLanguage } from "./i18n.js";
import { Likes } from "./likes.js";
import { openLive } from "./live.js";
import { sessionFromAddress, startPage } from "./page.js";
import { shareNow } from "./share.js";
import { ShelfDrawer } from "./shelf-drawer.js";
import { ViewerStage } from "./viewer-stage.js";
import { Visit } from "./visit.js";
import { stylesheet, whenLoaded } from "./when-loaded.js";

startPage();
for (const place of document.querySelectorAll("[data-icon]")) {
  place.replaceChildren(icon(place.dataset.icon));
}

const session = sessionFromAddress();
const visit = new Visit(session);
const { socket, store, clock } = openLive({ session, credentials: visit.credentials });
const likes = new Likes({ session, send: (message) => socket.send(message) });
const stage = new ViewerStage({ store, clock, likes });
const drawer = new ShelfDrawer();

const withSheets = whenLoaded(() => stylesheet("sheet.css"));
const withBuying = whenLoaded(async () => {
  const [{ Buying }] = await Promise.all([
    import("./buying.js"),
    stylesheet("buying.css", "my-orders.css"),
    withSheets(() => {}),
    needWords("buying"),
  ]);
  const buying = new Buying({ session, socket, store, clock, visit, stage });
  if (store.document) buying.paint(store.document);
  return buying;
});
/** What a person asks for: when it cannot be loaded now, that is said. */
const wanted = (act) => withBuying(act).catch(() => stage.toast(t("link.offline")));

const withShareSheet = whenLoaded(async () => {
  const [{ makeShareSheet }] = await Promise.all([
    import("./share-sheet.js"),
    stylesheet("share.css"),
    withSheets(() => {}),
    needWords("share"),
  ]);
  return makeShareSheet(session);
});

/** The phone's own sharing where there is one, asked for in the tap itself; else our sheet. */
function share() {
  shareNow(store.document?.session, (what) => {
    withShareSheet((sheet) => sheet.open(what)).catch(() => stage.toast(t("link.offline")));
  });
}

const withReminder = whenLoaded(async () => {
  await Promise.all([import("./ls-reminder.js"), needWords("remind")]);
  return Object.assign(document.querySelector("ls-reminder"), { clock });
});

const withAfter = whenLoaded(async () => {
  await Promise.all([import("./ls-after.js"), stylesheet("after.css"), needWords("after")]);
  return document.querySelector("ls-after");
});

const WITH_NEXT = new Set(["ended", "cancelled", "missed"]);

/** The recording and the next show, for when this one is over or did not take place. */
function showAfter(session, before) {
  const take = (after) => (after.session = session);
  if (!WITH_NEXT.has(session.state)) withAfter.ifThere(take);
  else if (session.rehearsal_of) return;
  else {
    const wasThere = Boolean(before) && before.session.state !== session.state;
    withAfter((after) => {
      after.wasThere ||= wasThere;
      take(after);
    }).catch(() => {});
  }
}

/** Loaded while there is a start to wait for; from then on it follows the session. */
function remind(session) {
  const take = (reminder) => (reminder.session = session);
  if (session.state === "scheduled" && !session.rehearsal_of) withReminder(take).catch(() => {});
  else withReminder.ifThere(take);
}

/** A rehearsal says so on the page; the words come only then. */
const withRibbon = whenLoaded(() => import("./rehearsal-ribbon.js"));

store.addEventListener("change", ({ detail: { document, before } }) => {
  if (document.session.rehearsal_of) withRibbon(({ showRibbon }) => showRibbon()).catch(() => {});
  stage.paint(document, before);
  withBuying.ifThere((buying) => buying.paint(document));
  remind(document.session);
  showAfter(document.session, before);
});
store.addEventListener("status", () => {
  stage.paintStatus();
  if (store.document) drawer.phase = document.body.dataset.phase;
});
store.addEventListener("hello", ({ detail }) => (likes.paceMs = detail.like_ms));
store.addEventListener("answer", ({ detail }) => wanted((buying) => buying.answered(detail)));
store.addEventListener("wish", ({ detail }) => wanted((buying) => buying.wished(detail)));
onLanguage(() => {
  stage.paintStatus();
  if (!store.document) return;
  stage.paint(store.document, store.document);
  withBuying.ifThere((buying) => buying.paint(store.document));
});
socket.addEventListener("open", () => {
  likes.opened(visit.key);
  withBuying((buying) => buying.opened()).catch(() => {});
});

const actions = {
  like: (event) => stage.like(event),
  shelf: () => drawer.open(store.document?.shown),
  "shelf-close": () => drawer.close(),
  share,
  "my-orders": () => wanted((buying) => buying.openList()),
};
document.addEventListener("click", (event) => {
  actions[event.target.closest("[data-do]")?.dataset.do]?.(event);
});
document.addEventListener("my-orders", actions["my-orders"]);
document.addEventListener("order", ({ detail: { card, seen } }) => {
  drawer.close();
  wanted((buying) => buying.ask(card, { seen }));
});

const { document: first, now, position } = embedded();
store.embed(first, now, position);
socket.start();
// A page in the wrong language is a page all the same.
useChosenLanguage().catch(() => {});
