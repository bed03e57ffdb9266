/** What waits for the link: kept over a reload, sent by one tab, dropped with a reason, never leaked. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { holderOf } from "../../livesell/web/assets/command-lease.js";
import { CommandMemory } from "../../livesell/web/assets/command-memory.js";
import { CommandQueue } from "../../livesell/web/assets/commands.js";

const MINUTE_MS = 60_000;
const later = () => Object.assign(new Error("away"), { status: 0, isLater: true });
const refusal = (code, data = {}) => Object.assign(new Error(code), { status: 409, code, data });
const settled = async () => {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

/** The device's memory: its entries are its own properties, as in a browser. */
class Device {
  setItem(key, value) {
    this[key] = String(value);
  }
  getItem(key) {
    return Object.hasOwn(this, key) ? this[key] : null;
  }
  removeItem(key) {
    delete this[key];
  }
}

/** Browsers that keep nothing throw. */
class Forgetful extends Device {
  setItem() {
    throw new Error("QuotaExceededError");
  }
}

/** A tab of a browser with a service that answers what stands in `answers`, then succeeds. */
function tab(device, { login = "suyun", answers = [], service = { version: 7, seen: new Map() }, clock = { now: 0 }, hold } = {}) {
  const sent = [];
  const timers = [];
  const send = async ({ id, command }, version) => {
    const answer = answers.shift();
    if (answer instanceof Error) throw answer;
    sent.push([id, command.do, version]);
    if (!service.seen.has(id)) service.seen.set(id, (service.version += 1));
    return { version: service.seen.get(id) };
  };
  const queue = new CommandQueue(send, {
    newId: () => `id-${(tab.made = (tab.made ?? 0) + 1)}`,
    now: () => clock.now,
    setTimer: (go) => timers.push(go),
  });
  const about = { login, session: "naqu", storage: device };
  const sign = () => queue.keep({
    waiting: new CommandMemory({ kind: "waiting", ...about }),
    dropped: new CommandMemory({ kind: "dropped", ...about }),
    hold: hold ?? ((work) => work()),
  });
  sign();
  return { queue, sent, timers, answers, service, clock };
}

const doings = (queue) => queue.pending.map(({ command }) => command.do);

test("what waits outlives a reload, with its id, its version and its order", async () => {
  const device = new Device();
  const before = tab(device, { answers: [later()] });
  const { id } = before.queue.add({ do: "show", card: "tea" }, { place: "onair", base: 7 });
  before.queue.add({ do: "open", card: "yak" }, { place: "card:yak", base: 7 });
  await settled();
  const after = tab(device, { service: before.service });
  assert.equal(after.queue.pending.length, 2);
  await settled();
  assert.deepEqual(after.sent.map(([, verb, version]) => [verb, version]), [["show", 7], ["open", 8]]);
  assert.equal(after.sent[0][0], id);
  assert.deepEqual(Object.keys(device), []);
});

test("a tab that crashed between sending and the answer has one effect", async () => {
  const device = new Device();
  const service = { version: 7, seen: new Map() };
  const crashed = tab(device, { service, answers: [later(), later()] });
  const { id } = crashed.queue.add({ do: "restock", card: "tea", units: 9 }, { place: "card:tea", base: 7 });
  crashed.queue.add({ do: "open", card: "tea" }, { place: "card:tea", base: 7 });
  await settled();
  // The service did it; the answer never came.
  service.seen.set(id, (service.version += 1));
  const after = tab(device, { service });
  await settled();
  assert.equal(service.version, 9);
  assert.deepEqual(after.sent.map(([, verb, version]) => [verb, version]), [["restock", 7], ["open", 8]]);
});

test("somebody else on the same device sees nothing of it", async () => {
  const device = new Device();
  const first = tab(device, { answers: [later()] });
  first.queue.add({ do: "price", card: "tea", price: 1 }, { place: "card:tea", base: 7 });
  await settled();
  const other = tab(device, { login: "suyun2" });
  const third = tab(device, { login: "s" });
  await settled();
  assert.deepEqual([other.queue.pending, other.sent, third.queue.pending], [[], [], []]);
  const back = tab(device);
  await settled();
  assert.equal(back.sent.length, 1);
});

test("signed out while waiting, it stays until the same person is back", async () => {
  const device = new Device();
  const over = Object.assign(refusal("login_over"), { status: 401, isLater: true });
  const out = tab(device, { answers: [over] });
  out.queue.add({ do: "open", card: "tea" }, { place: "card:tea", base: 7 });
  await settled();
  assert.equal(out.queue.failures.size, 0);
  assert.deepEqual(doings(tab(device, { answers: [later()] }).queue), ["open"]);
});

test("a command that no longer applies is dropped with the reason, until it is read", async () => {
  const device = new Device();
  const since = [{ version: 8, do: "price", by: "pema", card: "tea" }];
  const first = tab(device, { answers: [later(), refusal("version_conflict", { version: 8, since })] });
  const { id } = first.queue.add({ do: "price", card: "tea", price: 1 }, { place: "card:tea", base: 7 });
  await settled();
  first.queue.nudge();
  await settled();
  assert.equal(first.queue.pending.length, 0);
  assert.equal(first.queue.failures.size, 0);
  const after = tab(device);
  assert.equal(after.queue.dropped[0].error.code, "version_conflict");
  assert.deepEqual(after.queue.dropped[0].error.data.since, since);
  after.queue.dismiss(id);
  assert.deepEqual([after.queue.dropped, Object.keys(device)], [[], []]);
});

test("one that was refused at once is told at its place, not in the dock", async () => {
  const { queue } = tab(new Device(), { answers: [refusal("below_zero")] });
  queue.add({ do: "restock", card: "tea", units: -9 }, { place: "card:tea", base: 7 });
  await settled();
  assert.equal(queue.failures.get("card:tea").error.code, "below_zero");
  assert.deepEqual(queue.dropped, []);
});

test("a colleague who did something else does not stop it", async () => {
  const since = [{ version: 8, do: "open", by: "pema", card: "yak" }];
  const { queue, sent } = tab(new Device(), { answers: [refusal("version_conflict", { version: 8, since })] });
  queue.add({ do: "price", card: "tea", price: 1 }, { place: "card:tea", base: 7 });
  await settled();
  assert.deepEqual(sent.map(([, verb, version]) => [verb, version]), [["price", 8]]);
  assert.equal(queue.failures.size, 0);
});

test("the next command about the same card follows one that moved on", async () => {
  const since = [{ version: 8, do: "open", by: "pema", card: "yak" }];
  const service = { version: 8, seen: new Map() };
  const { queue, sent, answers } = tab(new Device(), { service, answers: [later()] });
  queue.add({ do: "price", card: "tea", price: 1 }, { place: "card:tea", base: 7 });
  queue.add({ do: "open", card: "tea" }, { place: "card:tea", base: 7 });
  queue.add({ do: "close", card: "yak" }, { place: "card:yak", base: 7 });
  await settled();
  const conflict = () => refusal("version_conflict", { version: 8, since });
  answers.push(conflict());
  queue.nudge();
  await settled();
  assert.deepEqual(sent.map(([, verb, version]) => [verb, version]), [["price", 8], ["open", 9], ["close", 7]]);
});

test("a show that is two minutes old is dropped, a price that is ten is asked about", async () => {
  const clock = { now: 0 };
  const { queue, sent } = tab(new Device(), { clock, answers: [later()] });
  queue.add({ do: "show", card: "tea" }, { place: "onair", base: 7 });
  const price = queue.add({ do: "price", card: "tea", price: 1 }, { place: "card:tea", base: 7 });
  await settled();
  clock.now = 2 * MINUTE_MS + 1;
  queue.tick();
  assert.equal(queue.dropped[0].error.code, "too_old");
  assert.deepEqual(doings(queue), ["price"]);
  clock.now = 10 * MINUTE_MS + 1;
  queue.nudge();
  await settled();
  assert.deepEqual([sent, queue.pending[0].state], [[], "asking"]);
  // What is about something else goes, what is about the same waits behind it.
  queue.add({ do: "open", card: "tea" }, { place: "card:tea", base: 7 });
  queue.add({ do: "open", card: "yak" }, { place: "card:yak", base: 7 });
  await settled();
  assert.deepEqual(sent.map(([, verb]) => verb), ["open"]);
  queue.confirm(price.id);
  await settled();
  assert.deepEqual(sent.map(([, verb]) => verb), ["open", "price", "open"]);
  assert.deepEqual(queue.pending, []);
});

test("two tabs send each command once, whichever of them is first", async () => {
  const device = new Device();
  const service = { version: 7, seen: new Map() };
  let chain = Promise.resolve();
  const hold = (work) => (chain = chain.then(work));
  const one = tab(device, { service, hold, answers: [later()] });
  const two = tab(device, { service, hold });
  one.queue.add({ do: "open", card: "tea" }, { place: "card:tea", base: 7 });
  await settled();
  two.queue.heard(null);
  one.queue.nudge();
  await settled();
  assert.equal(one.sent.length + two.sent.length, 1);
  one.queue.heard(null);
  two.queue.heard(null);
  assert.deepEqual([one.queue.pending, two.queue.pending], [[], []]);
});

test("what another tab took back is not sent", async () => {
  const device = new Device();
  const one = tab(device, { answers: [later()] });
  const { id } = one.queue.add({ do: "end" }, { place: "course", base: 7 });
  await settled();
  const two = tab(device, { answers: [later()] });
  await settled();
  two.queue.drop(id);
  one.queue.nudge();
  await settled();
  assert.deepEqual([one.sent, one.queue.pending], [[], []]);
});

test("a device that keeps nothing still sends, and says that it keeps nothing", async () => {
  const { queue, sent } = tab(new Forgetful(), { answers: [later()] });
  queue.add({ do: "open", card: "tea" }, { place: "card:tea", base: 7 });
  await settled();
  assert.equal(queue.isAtRisk, true);
  queue.nudge();
  await settled();
  assert.equal(sent.length, 1);
  assert.equal(queue.isAtRisk, false);
});

test("whatever else stands in the device's memory is read over", async () => {
  const device = new Device();
  const prefix = "livesell.waiting/suyun/naqu/";
  for (const [name, junk] of Object.entries({ a: "{", b: "null", c: "7", d: '{"id":"d"}', e: '{"id":"e","place":"x","command":{"do":""},"madeAt":1,"base":1}' })) {
    device.setItem(prefix + name, junk);
  }
  device.setItem("livesell.theme", '"dark"');
  const { queue, sent } = tab(device);
  await settled();
  assert.deepEqual([queue.pending, sent], [[], []]);
});

test("without Web Locks one tab holds a lease that ends by itself", async () => {
  const storage = new Device();
  const clock = { now: 0 };
  const lease = (name) => holderOf("x", { storage, tab: name, now: () => clock.now });
  let finish;
  const held = lease("one")(() => new Promise((resolve) => (finish = resolve)));
  assert.equal(await lease("two")(() => "sent"), undefined);
  // The first tab was killed: nobody ever finishes.
  clock.now = 20_001;
  assert.equal(await lease("two")(() => "sent"), "sent");
  finish("late");
  await held;
  assert.deepEqual(Object.keys(storage), []);
});

test("with Web Locks the browser decides who sends", async () => {
  const asked = [];
  const locks = { request: (name, work) => (asked.push(name), work()) };
  assert.equal(await holderOf("x", { locks })(() => "sent"), "sent");
  assert.deepEqual(asked, ["x"]);
});
