/** The small pure rules of the viewer's pages. */

import assert from "node:assert/strict";
import { test } from "node:test";

import "../../livesell/web/assets/buying-words.js";
import { centreOf, isOver, phaseOf } from "../../livesell/web/assets/phase.js";
import { refusalText } from "../../livesell/web/assets/refusal.js";
import { groupShows } from "../../livesell/web/assets/show-groups.js";
import { canOrder, stockState } from "../../livesell/web/assets/stock.js";
import { newUuid } from "../../livesell/web/assets/uuid.js";
import { videoKind } from "../../livesell/web/assets/video-kind.js";

test("stock states, by weight", () => {
  assert.equal(stockState({ stock: 0, open: false }), "sold_out");
  assert.equal(stockState({ stock: 5, open: false }), "closed");
  assert.equal(stockState({ stock: 10, open: true }), "few");
  assert.equal(stockState({ stock: 11, open: true }), "plenty");
});

test("orders go while the show is live, the card open and units left", () => {
  const card = { stock: 1, open: true };
  assert.equal(canOrder(card, "live"), true);
  assert.equal(canOrder(card, "paused"), false);
  assert.equal(canOrder({ ...card, open: false }, "live"), false);
  assert.equal(canOrder({ ...card, stock: 0 }, "live"), false);
});

test("only what has ended or was called off is over", () => {
  assert.equal(isOver("ended"), true);
  assert.equal(isOver("cancelled"), true);
  for (const state of ["draft", "scheduled", "missed", "live", "paused", "tomorrow"]) {
    assert.equal(isOver(state), false);
  }
});

test("phases", () => {
  assert.equal(phaseOf({ state: "scheduled" }), "before");
  assert.equal(phaseOf({ state: "paused" }), "during");
  assert.equal(phaseOf({ state: "cancelled" }), "after");
  assert.equal(phaseOf({ state: "of-tomorrow" }), "before");
});

test("a countdown runs until the planned start and not beyond", () => {
  const session = { state: "scheduled", planned_start: 1000 };
  assert.equal(centreOf(session, 999).hasCountdown, true);
  assert.equal(centreOf(session, 1000).hasCountdown, false);
  assert.equal(centreOf({ state: "live" }, 0), null);
});

test("what to do with a video address", () => {
  const page = "https://shop.example/s/naqu";
  const kind = (address, hls = false) => videoKind(address, page, hls).kind;
  assert.equal(kind(""), "none");
  assert.equal(kind("/media/show.mp4"), "video");
  assert.equal(kind("https://cdn.example/a.webm?x=1"), "video");
  assert.equal(kind("https://cdn.example/live.m3u8"), "link");
  assert.equal(kind("https://cdn.example/live.m3u8", true), "video");
  assert.equal(kind("https://player.example/embed/1"), "frame");
  assert.equal(kind("http://player.example/embed/1"), "link");
  assert.equal(kind("https://shop.example/console"), "link");
  assert.equal(kind("javascript:alert(1)"), "none");
  assert.equal(kind("http://["), "none");
});

test("refusals have a sentence each, with what is left when something is", () => {
  assert.equal(refusalText({ code: "sold_out", left: 3 }), "Only 3 left.");
  assert.match(refusalText({ code: "sold_out", left: 0 }), /^Sold out/);
  assert.match(refusalText({ code: "limit", left: 2 }), /2 more/);
  assert.match(refusalText({ code: "markup" }), /delivery details/);
  assert.equal(
    refusalText({ code: "of_tomorrow", message: "Closed for lunch." }),
    "Your order was not placed: Closed for lunch.",
  );
});

test("UUIDs of version 4, with and without randomUUID", () => {
  const shape = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
  const plain = { getRandomValues: (bytes) => crypto.getRandomValues(bytes) };
  assert.match(newUuid(), shape);
  assert.match(newUuid(plain), shape);
  assert.notEqual(newUuid(plain), newUuid(plain));
});

test("shows in the order in which a visitor wants them", () => {
  const at = (minutes) => new Date(Date.UTC(2020, 5, 27, 12, minutes)).toISOString();
  const shows = [
    { id: "later", state: "scheduled", planned_start: at(90) },
    { id: "soon", state: "scheduled", planned_start: at(30) },
    { id: "live", state: "live", started: at(0) },
    { id: "older", state: "ended", ended: at(-600) },
    { id: "newer", state: "ended", ended: at(-60) },
    { id: "gone", state: "missed", planned_start: at(-3000) },
    { id: "draft", state: "draft" },
  ];
  const groups = groupShows(shows, Date.UTC(2020, 5, 27, 12, 1));
  const ids = (list) => list.map(({ id }) => id);
  assert.deepEqual(ids(groups.live), ["live"]);
  assert.deepEqual(ids(groups.coming), ["soon", "later"]);
  assert.deepEqual(ids(groups.past), ["newer", "older"]);
});
