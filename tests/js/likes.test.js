/** Likes: cumulative, at the server's pace, nothing twice and nothing lost. */

import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { Likes } from "../../livesell/web/assets/likes.js";
import { freshDevice } from "./device.js";

let sent;
let isOpen;

beforeEach(() => {
  freshDevice();
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
  sent = [];
  isOpen = true;
});

function made() {
  const send = ({ n }) => isOpen && sent.push(n) > 0;
  return new Likes({ session: "naqu", send, now: Date.now });
}

test("the first tap goes at once, then one message a pace with the total", () => {
  const likes = made();
  likes.opened("visit-1");
  likes.tap();
  mock.timers.tick(0);
  for (let i = 0; i < 9; i += 1) likes.tap();
  mock.timers.tick(999);
  assert.deepEqual(sent, [1]);
  mock.timers.tick(1);
  assert.deepEqual(sent, [1, 10]);
});

test("after a reconnect the total is sent again", () => {
  const likes = made();
  likes.opened("visit-1");
  likes.tap();
  mock.timers.tick(0);
  isOpen = false;
  likes.tap();
  mock.timers.tick(5000);
  assert.deepEqual(sent, [1]);
  isOpen = true;
  likes.opened("visit-1");
  assert.deepEqual(sent, [1, 2]);
});

test("a reload goes on in its visit", () => {
  const before = made();
  before.opened("visit-1");
  before.tap();
  before.tap();
  mock.timers.tick(0);
  const after = made();
  after.opened("visit-1");
  after.tap();
  mock.timers.tick(1000);
  assert.deepEqual(sent, [2, 2, 3]);
});

test("a new visit begins anew, with the taps that were never sent", () => {
  const likes = made();
  likes.opened("visit-1");
  for (let i = 0; i < 5; i += 1) likes.tap();
  mock.timers.tick(0);
  isOpen = false;
  likes.tap();
  likes.tap();
  isOpen = true;
  likes.opened("visit-2");
  assert.deepEqual(sent, [5, 2]);
});

test("taps before the first connection are kept", () => {
  isOpen = false;
  const likes = made();
  likes.tap();
  likes.tap();
  mock.timers.tick(3000);
  isOpen = true;
  likes.opened("visit-1");
  assert.deepEqual(sent, [2]);
});

test("nothing is sent when nothing was tapped", () => {
  made().opened("visit-1");
  assert.deepEqual(sent, []);
});
