/** Orders: placed at most once, and never left in doubt. */

import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { OrderDesk } from "../../livesell/web/assets/order-desk.js";
import { OrderMemory } from "../../livesell/web/assets/order-memory.js";
import { freshDevice, settle } from "./device.js";

let sent;
let isOpen;
let http;
let settled;

beforeEach(() => {
  freshDevice();
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1_000_000 });
  sent = [];
  settled = [];
  isOpen = true;
  http = { posted: [], asked: [], answer: null };
});

function made() {
  const answer = (id) => {
    if (http.answer === null) throw new Error("offline");
    return http.answer(id);
  };
  const desk = new OrderDesk({
    session: "naqu",
    send: (message) => isOpen && sent.push(message) > 0,
    post: async (request) => {
      http.posted.push(request.id);
      return answer(request.id);
    },
    ask: async (id) => {
      http.asked.push(id);
      return answer(id);
    },
  });
  desk.addEventListener("settled", ({ detail }) => settled.push(detail.answer.code ?? "ok"));
  return desk;
}

const REQUEST = { card: "tea", units: 2, price: 500, contact: { name: "卓玛" } };
const accepted = (id) => ({ id, ok: true, order: { id, n: 1, ...REQUEST, amount: 1000 } });
const refused = (id, code, more = {}) => ({ id, ok: false, code, message: code, ...more });

test("an order goes out once and is settled by its answer", () => {
  const desk = made();
  const id = desk.place(REQUEST);
  assert.deepEqual(sent, [{ t: "order", id, ...REQUEST }]);
  desk.take(accepted(id));
  assert.deepEqual(settled, ["ok"]);
  assert.equal(desk.placed.get(id).n, 1);
  mock.timers.tick(600_000);
  assert.equal(sent.length, 1);
});

test("an overdue answer makes it doubtful and sends the same id again", () => {
  const desk = made();
  const id = desk.place(REQUEST);
  mock.timers.tick(4000);
  assert.equal(desk.pending.get(id).isUncertain, true);
  assert.deepEqual(sent.map((message) => message.id), [id, id]);
});

test("a second answer changes nothing", () => {
  const desk = made();
  const id = desk.place(REQUEST);
  desk.take(accepted(id));
  desk.take({ ...accepted(id), dup: true });
  assert.deepEqual(settled, ["ok"]);
});

test("every tap has its own id", () => {
  const desk = made();
  assert.notEqual(desk.place(REQUEST), desk.place(REQUEST));
});

test("refusals settle", () => {
  const desk = made();
  for (const code of ["not_live", "no_such_card", "closed", "sold_out", "limit", "price_changed",
    "bad_units", "id_reused", "rate", "markup"]) {
    desk.take(refused(desk.place(REQUEST), code));
    assert.equal(settled.at(-1), code);
  }
  assert.equal(desk.pending.size, 0);
});

test("busy is tried again a few times, then told", () => {
  const desk = made();
  const id = desk.place(REQUEST);
  for (let i = 0; i < 3; i += 1) {
    desk.take(refused(id, "busy", { retry_ms: 500 }));
    mock.timers.tick(15_000);
  }
  assert.deepEqual(settled, []);
  desk.take(refused(id, "busy", { retry_ms: 500 }));
  assert.deepEqual(settled, ["busy"]);
});

test("unknown stays pending and is asked until known", () => {
  const desk = made();
  const id = desk.place(REQUEST);
  desk.take(refused(id, "unknown", { retry_ms: 1000 }));
  assert.equal(desk.pending.size, 1);
  mock.timers.tick(2000);
  assert.equal(sent.length, 2);
  desk.take(accepted(id));
  assert.deepEqual(settled, ["ok"]);
});

test("an order that is in hand already is asked about again, not given up", () => {
  const desk = made();
  const id = desk.place(REQUEST);
  desk.take(refused(id, "in_flight"));
  assert.deepEqual(settled, []);
  mock.timers.tick(2000);
  assert.equal(sent.at(-1).id, id);
  desk.take(accepted(id));
  assert.deepEqual(settled, ["ok"]);
});

test("after a reconnect a fresh order is sent again, an old one only asked about", () => {
  const desk = made();
  isOpen = false;
  const id = desk.place(REQUEST);
  isOpen = true;
  desk.opened();
  assert.equal(sent.at(-1).t, "order");
  mock.timers.tick(61_000);
  sent.length = 0;
  desk.opened();
  assert.deepEqual(sent, [{ t: "ask", id }]);
  desk.take(refused(id, "no_such_order"));
  assert.deepEqual(settled, ["no_such_order"]);
});

test("asked too early, a missing order is sent again", () => {
  const desk = made();
  const id = desk.place(REQUEST);
  desk.take(refused(id, "no_such_order"));
  mock.timers.tick(0);
  assert.deepEqual(settled, []);
  assert.equal(sent.at(-1).t, "order");
});

test("without a socket it goes over HTTP under the same id", async () => {
  const desk = made();
  isOpen = false;
  http.answer = accepted;
  const id = desk.place(REQUEST);
  await settle();
  assert.deepEqual(http.posted, [id]);
  assert.deepEqual(settled, ["ok"]);
});

test("without any network it is doubtful, kept, and goes on after a reload", async () => {
  isOpen = false;
  const before = made();
  const id = before.place(REQUEST);
  await settle();
  assert.equal(before.pending.get(id).isUncertain, true);
  mock.timers.tick(2000);
  const after = made();
  assert.deepEqual([...after.pending.keys()], [id]);
  isOpen = true;
  after.opened();
  assert.equal(sent.at(-1).id, id);
  after.take(accepted(id));
  assert.equal(made().pending.size, 0);
});

test("the list from the service settles what was pending", () => {
  isOpen = false;
  const desk = made();
  const id = desk.place(REQUEST);
  desk.load([accepted(id).order, accepted("other").order]);
  assert.deepEqual(settled, ["ok"]);
  assert.equal(desk.placed.size, 2);
});

test("two tabs keep each other's orders", () => {
  const [one, other] = [made(), made()];
  const first = one.place(REQUEST);
  const second = other.place(REQUEST);
  assert.deepEqual([...made().pending.keys()], [first, second]);
  other.take(accepted(second));
  assert.deepEqual([...made().pending.keys()], [first]);
  one.take(accepted(first));
  assert.equal(made().pending.size, 0);
});

test("what is only remembered gives way to the service's list", () => {
  const desk = made();
  desk.restore([accepted("old").order, accepted("gone").order]);
  assert.equal(desk.placed.size, 2);
  const id = desk.place(REQUEST);
  desk.take(accepted(id));
  desk.load([{ ...accepted("old").order, state: "paid" }]);
  assert.deepEqual([...desk.placed.keys()].sort(), [id, "old"].sort());
  assert.equal(desk.placed.get("old").state, "paid");
});

test("the memory of orders holds no details, and forgets what is no more", () => {
  const memory = new OrderMemory("naqu");
  assert.deepEqual(memory.recall(), { orders: [], at: null });
  memory.keep([{ id: "a", n: 1, contact: { name: "卓玛" }, history: [] }, { id: "b", n: 2 }], 7);
  assert.deepEqual(memory.recall(), { orders: [{ id: "b", n: 2 }, { id: "a", n: 1 }], at: 7 });
  memory.keep([], 8);
  assert.equal(memory.recall().at, null);
  localStorage.setItem("livesell.known-orders.naqu", '{"orders": 5}');
  assert.deepEqual(memory.recall().orders, []);
});

test("units of a card count what is placed and what is on its way", () => {
  const desk = made();
  desk.take(accepted(desk.place(REQUEST)));
  desk.place(REQUEST);
  assert.equal(desk.unitsOf("tea"), 4);
  assert.equal(desk.unitsOf("yak"), 0);
});
