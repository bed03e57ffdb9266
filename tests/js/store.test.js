/** What a page knows and how fresh it is. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { ServerClock } from "../../livesell/web/assets/clock.js";
import { LiveStore } from "../../livesell/web/assets/store.js";

const doc = (state = "live", n = 0) => ({ session: { state }, tally: { likes: n } });

function watched() {
  const store = new LiveStore(new ServerClock());
  const seen = [];
  store.addEventListener("change", () => seen.push("change"));
  store.addEventListener("status", () => seen.push(store.status));
  return { store, seen };
}

test("loading, live, reconnecting, live, ended", () => {
  const { store } = watched();
  assert.equal(store.status, "loading");
  store.take({ t: "state", e: "a", v: 1, d: doc() });
  assert.equal(store.status, "live");
  store.linkLost();
  assert.equal(store.status, "reconnecting");
  store.take({ t: "state", e: "a", v: 2, d: doc() });
  assert.equal(store.status, "live");
  store.take({ t: "patch", e: "a", v: 3, d: { session: { state: "ended" } } });
  assert.equal(store.status, "ended");
  store.linkLost(4509);
  assert.equal(store.status, "ended");
});

test("a page that missed nothing is live again with the hello alone", () => {
  const { store } = watched();
  store.take({ t: "state", e: "a", v: 1, d: doc() });
  store.linkLost();
  store.take({ t: "hello", e: "a", now: 1000, like_ms: 500 });
  assert.equal(store.status, "live");
  assert.equal(store.hello.like_ms, 500);
});

test("a hello of another node is not enough", () => {
  const { store } = watched();
  store.take({ t: "state", e: "a", v: 1, d: doc() });
  store.linkLost();
  store.take({ t: "hello", e: "b", now: 1000, like_ms: 500 });
  assert.equal(store.status, "reconnecting");
});

test("a gap is reported, and the position is what to reconnect with", () => {
  const { store } = watched();
  assert.equal(store.position, null);
  store.take({ t: "state", e: "a", v: 1, d: doc() });
  assert.equal(store.take({ t: "patch", e: "a", v: 3, d: {} }), "resync");
  assert.deepEqual(store.position, { e: "a", v: 1 });
});

test("what came in the page is news until the first connection has failed", () => {
  const { store, seen } = watched();
  store.embed(doc("live", 5), 1000, null);
  assert.deepEqual([store.status, store.document.tally.likes], ["loading", 5]);
  store.linkLost();
  assert.equal(store.status, "reconnecting");
  store.take({ t: "state", e: "a", v: 1, d: doc("live", 6) });
  assert.equal(store.status, "live");
  assert.deepEqual(seen, ["change", "loading", "reconnecting", "live", "change"]);
});

test("a page that came at a version of the socket goes on from it", () => {
  const { store } = watched();
  store.embed(doc("live", 5), 1000, { e: "a", v: 7 });
  assert.deepEqual(store.position, { e: "a", v: 7 });
  store.take({ t: "hello", e: "a", now: 1000, like_ms: 500 });
  assert.equal(store.status, "live");
  assert.equal(store.take({ t: "patch", e: "a", v: 8, d: { tally: { likes: 6 } } }), null);
  assert.equal(store.document.tally.likes, 6);
});

test("a page that came at another node's version gets the whole document", () => {
  const { store } = watched();
  store.embed(doc("live", 5), 1000, { e: "a", v: 7 });
  store.take({ t: "hello", e: "b", now: 1000, like_ms: 500 });
  assert.equal(store.status, "loading");
  assert.equal(store.take({ t: "patch", e: "b", v: 2, d: { tally: { likes: 1 } } }), "resync");
  store.take({ t: "state", e: "b", v: 3, d: doc("live", 9) });
  assert.deepEqual([store.status, store.document.tally.likes], ["live", 9]);
});

test("a seed paints first and gives way to the socket", () => {
  const { store, seen } = watched();
  store.seed(doc("scheduled"), 1_000_000);
  assert.deepEqual(seen, ["change", "reconnecting"]);
  assert.equal(store.position, null);
  store.take({ t: "state", e: "a", v: 1, d: doc("live", 5) });
  store.seed(doc("scheduled"), 1_000_000);
  assert.equal(store.document.tally.likes, 5);
});

test("listeners hear of a change only when there was one", () => {
  const { store, seen } = watched();
  store.take({ t: "state", e: "a", v: 1, d: doc() });
  seen.length = 0;
  store.take({ t: "patch", e: "a", v: 1, d: { tally: { likes: 9 } } });
  assert.deepEqual(seen, []);
  store.take({ t: "patch", e: "a", v: 2, d: { tally: { likes: 9 } } });
  assert.deepEqual(seen, ["change"]);
});

test("answers to orders and errors are handed on", () => {
  const { store } = watched();
  const heard = [];
  store.addEventListener("answer", ({ detail }) => heard.push(detail.id));
  store.addEventListener("fault", ({ detail }) => heard.push(detail.code));
  store.take({ t: "order", id: "x", ok: true });
  store.take({ t: "error", code: "bad_message" });
  assert.deepEqual(heard, ["x", "bad_message"]);
});

test("numbers that the server calls old are shown as such until it has newer ones", () => {
  const { store, seen } = watched();
  store.take({ t: "hello", e: "a", now: 10_000, like_ms: 500 });
  store.take({ t: "state", e: "a", v: 1, d: doc() });
  store.take({ t: "stale", since: 5000 });
  assert.equal(store.status, "reconnecting");
  assert.ok(store.isStale && store.ageMs >= 5000);
  store.take({ t: "fresh" });
  assert.equal(store.status, "live");
  assert.ok(store.ageMs < 5000);
  store.take({ t: "stale", since: 5000 });
  store.take({ t: "patch", e: "a", v: 2, d: { tally: { likes: 4 } } });
  assert.equal(store.status, "live");
  assert.deepEqual(seen.filter((one) => one === "reconnecting").length, 2);
});

test("a link that breaks while numbers are old is not old when it is back", () => {
  const { store } = watched();
  store.take({ t: "state", e: "a", v: 1, d: doc() });
  store.take({ t: "stale", since: 5000 });
  store.linkLost();
  store.take({ t: "hello", e: "a", now: 9000, like_ms: 500 });
  assert.equal(store.status, "live");
});
