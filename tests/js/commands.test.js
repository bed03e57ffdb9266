/** Host commands: once each, in order, never over a colleague's, and waiting for the link. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { CommandQueue } from "../../livesell/web/assets/commands.js";

const later = () => Object.assign(new Error("away"), { status: 0, isLater: true });
const refusal = (code) => Object.assign(new Error(code), { status: 409, code, data: {} });
const settled = () => new Promise((resolve) => setImmediate(resolve));

/** A queue whose sendings are answered by hand: `answers` in order, then `default`. */
function queueWith(...answers) {
  const sent = [];
  const timers = [];
  let made = 0;
  const send = async (pending, version) => {
    sent.push([pending.id, pending.command.do, version]);
    const answer = answers.shift();
    if (answer instanceof Error) throw answer;
    return { version: answer ?? version + 1 };
  };
  const queue = new CommandQueue(send, {
    newId: () => `id-${++made}`, now: () => 0, setTimer: (go) => timers.push(go),
  });
  return { queue, sent, timers };
}

test("a command is sent on the version that the person saw", async () => {
  const { queue, sent } = queueWith();
  queue.add({ do: "show" }, { place: "onair", base: 7 });
  await settled();
  assert.deepEqual(sent, [["id-1", "show", 7]]);
  assert.equal(queue.pending.length, 0);
});

test("a second command made on the same view follows this page's own first", async () => {
  const { queue, sent } = queueWith();
  queue.add({ do: "show" }, { place: "onair", base: 7 });
  queue.add({ do: "hide" }, { place: "onair", base: 7 });
  await settled();
  assert.deepEqual(sent.map(([, , version]) => version), [7, 8]);
});

test("what waits for the link makes room for the newest of its kind, what was sent does not", async () => {
  const { queue, sent, timers } = queueWith(later(), later(), later());
  queue.add({ do: "show", card: "tea" }, { place: "onair", base: 1 });
  queue.makeRoom("onair", "show");
  assert.equal(queue.has("onair", "show"), true, "it is on its way");
  await settled();
  queue.add({ do: "price" }, { place: "onair", base: 1 });
  queue.makeRoom("onair", "show");
  queue.add({ do: "show", card: "yak" }, { place: "onair", base: 1 });
  await settled();
  assert.deepEqual(queue.pending.map(({ command }) => command.card ?? command.do), ["price", "yak"]);
  queue.nudge();
  await settled();
  assert.deepEqual(sent.slice(-2).map(([id]) => id), ["id-2", "id-3"]);
  assert.ok(timers.length > 0);
});

test("a colleague's version is never skipped", async () => {
  const { queue, sent } = queueWith(8, refusal("version_conflict"));
  queue.add({ do: "show" }, { place: "onair", base: 7 });
  await settled();
  // A colleague made 9, but this page was made on 7 and knows of its own 8 only.
  queue.add({ do: "price" }, { place: "card:tea", base: 7 });
  await settled();
  assert.deepEqual(sent.map(([, , version]) => version), [7, 8]);
  assert.equal(queue.failures.get("card:tea").error.code, "version_conflict");
  assert.equal(queue.pending.length, 0);
});

test("without a link commands wait in order and keep their ids", async () => {
  const { queue, sent, timers } = queueWith(later(), later());
  queue.add({ do: "show" }, { place: "onair", base: 1 });
  queue.add({ do: "open" }, { place: "card:tea", base: 1 });
  await settled();
  assert.equal(queue.isStuck, true);
  assert.deepEqual(queue.pending.map((one) => one.state), ["waiting", "waiting"]);
  timers.shift()();
  await settled();
  queue.nudge();
  await settled();
  assert.deepEqual(sent, [
    ["id-1", "show", 1], ["id-1", "show", 1], ["id-1", "show", 1], ["id-2", "open", 2],
  ]);
  assert.equal(queue.isStuck, false);
});

test("a waiting command can be taken back", async () => {
  const { queue, sent } = queueWith(later());
  const { id } = queue.add({ do: "end" }, { place: "course", base: 1 });
  await settled();
  queue.drop(id);
  queue.nudge();
  await settled();
  assert.equal(sent.length, 1);
  assert.equal(queue.isStuck, false);
});

test("a refusal stands at its place until the next try there", async () => {
  const { queue } = queueWith(refusal("below_zero"));
  queue.add({ do: "restock" }, { place: "card:tea", base: 1 });
  await settled();
  assert.equal(queue.failures.get("card:tea").error.code, "below_zero");
  queue.add({ do: "restock" }, { place: "card:tea", base: 1 });
  assert.equal(queue.failures.size, 0);
  await settled();
  assert.equal(queue.pending.length, 0);
});

test("a retry that a newer one has overtaken does nothing", async () => {
  const { queue, sent, timers } = queueWith(later(), later());
  queue.add({ do: "show" }, { place: "onair", base: 1 });
  await settled();
  queue.nudge();
  await settled();
  timers[0]();
  await settled();
  assert.equal(sent.length, 2);
});

test("the same tap again is known as waiting", async () => {
  const { queue } = queueWith(later());
  queue.add({ do: "pause" }, { place: "course", base: 1 });
  assert.equal(queue.has("course", "pause"), true);
  assert.equal(queue.has("course", "resume"), false);
  await settled();
});
