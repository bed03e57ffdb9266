/** Buying, the pure parts: terms by the clock, holds, the waitlist, and counting down. */

import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import "../../livesell/web/assets/buying-words.js";
import { extrasText } from "../../livesell/web/assets/extras.js";
import { HoldWatch } from "../../livesell/web/assets/hold-watch.js";
import {
  holdStage, refundedText, rememberTry, stateLook, stateSentence,
} from "../../livesell/web/assets/order-told.js";
import { OrderHttp } from "../../livesell/web/assets/order-http.js";
import { QueueDesk } from "../../livesell/web/assets/queue-desk.js";
import { canOrder, canQueue, stockState } from "../../livesell/web/assets/stock.js";
import {
  asOffered, asPromised, flashPhase, mostUnits, unitsCounted,
} from "../../livesell/web/assets/terms.js";
import { countDown } from "../../livesell/web/assets/until.js";
import { whenLoaded } from "../../livesell/web/assets/when-loaded.js";
import { freshDevice, settle } from "./device.js";

let now;
const clock = { now: () => now };

beforeEach(() => {
  freshDevice();
  now = 1_000_000;
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
});

function pass(ms) {
  now += ms;
  mock.timers.tick(ms);
}

const FLASH = { id: "f", price: 300, left: 2, starts: 1000, ends: 2000 };
const CARD = { price: 500, stock: 9, open: true, limit: 5, flash: FLASH };

test("a flash sale is on from its start to its end, by the clock", () => {
  assert.equal(flashPhase(CARD, 999), "coming");
  assert.equal(flashPhase(CARD, 1000), "on");
  assert.equal(flashPhase(CARD, 1999), "on");
  assert.equal(flashPhase(CARD, 2000), "");
  assert.equal(flashPhase({ ...CARD, flash: { ...FLASH, left: 0 } }, 1500), "gone");
  assert.equal(flashPhase({ ...CARD, flash: { id: "f", price: 300 } }, 1500), "");
  assert.equal(flashPhase({ price: 500 }, 1500), "");
});

test("while it is on it sets price, stock and limit, and strikes the usual price", () => {
  const { price, was, stock, limit } = asOffered(CARD, 1500);
  assert.deepEqual({ price, was, stock, limit }, { price: 300, was: 500, stock: 2, limit: 5 });
  assert.equal(asOffered({ ...CARD, flash: { ...FLASH, limit: 1 } }, 1500).limit, 1);
  assert.equal(asOffered(CARD, 500).price, 500);
  assert.equal(canOrder(asOffered({ ...CARD, stock: 0 }, 1500), "live"), true);
  assert.equal(canOrder(asOffered({ ...CARD, stock: 0 }, 2500), "live"), false);
});

test("who was offered units has these, at the usual price, whatever else there is", () => {
  const card = asPromised({ ...CARD, stock: 0, sold_out: true }, { units: 2, until: 9 });
  assert.deepEqual([card.price, card.stock, card.keptUntil], [500, 2, 9]);
  assert.equal(canOrder(card, "live"), true);
});

test("sold out by hand is sold out; then one may queue, but not twice", () => {
  const card = { stock: 9, open: true, sold_out: true };
  assert.equal(stockState(card), "sold_out");
  assert.equal(canQueue(card, "live", undefined), true);
  assert.equal(canQueue(card, "paused", undefined), false);
  assert.equal(canQueue({ ...card, open: false }, "live", undefined), false);
  for (const state of ["lapsed", "taken"]) assert.equal(canQueue(card, "live", { state }), false);
  assert.equal(canQueue(card, "live", { state: "left" }), true);
});

test("orders that were called off or came back count for no limit", () => {
  const orders = [
    { card: "tea", units: 2, state: "held" },
    { card: "tea", units: 3, state: "paid", returned: 1, flash: "f" },
    { card: "tea", units: 4, state: "cancelled" },
    { card: "tea", units: 5, state: "expired" },
    { card: "tea", units: 1 },
    { card: "yak", units: 7, state: "placed" },
  ];
  assert.equal(unitsCounted(orders, "tea"), 5);
  assert.equal(unitsCounted(orders, "tea", "f"), 2);
});

test("the most units are the least of stock, rest of the limit, and one order's", () => {
  assert.equal(mostUnits({ stock: 9 }, 0), 9);
  assert.equal(mostUnits({ stock: 9, limit: 5 }, 3), 2);
  assert.equal(mostUnits({ stock: 9, limit: 5, per_order: 1 }, 0), 1);
  assert.equal(mostUnits({ stock: 9, limit: 5 }, 7), 0);
  assert.equal(mostUnits({ stock: 5000 }, 0), 999);
});

test("packs and gifts in words; a gift that is no card any more is left out", () => {
  const cards = { cup: { title: "Cup" } };
  const gifts = [{ card: "cup", units: 2 }, { card: "gone", units: 1 }];
  assert.equal(extrasText({ pack: 10, gifts }, cards), "Pack of 10 · With it: 2 × Cup");
  assert.equal(extrasText({}, cards), "");
});

test("a held order asks to be paid, then for patience, then says that the time is up", () => {
  const order = { id: "o", state: "held", hold_until_ms: 2_000_000 };
  assert.equal(holdStage(order, now), "pay");
  rememberTry("o");
  assert.equal(holdStage(order, now), "unconfirmed");
  assert.equal(holdStage({ ...order, id: "other" }, now), "pay");
  assert.equal(holdStage(order, 2_000_000), "timeUp");
  assert.equal(stateLook(order), "warn");
  assert.match(stateSentence(order, "timeUp"), /Asking the shop/);
});

test("what was given back is said of an order that stands", () => {
  assert.equal(refundedText({ state: "paid", refunded: 250 }, "CNY"), "¥2.50 refunded");
  assert.equal(refundedText({ state: "paid" }, "CNY"), "");
  assert.equal(refundedText({ state: "refunded", refunded: 250 }, "CNY"), "");
});

test("a payment that came too late is told as what it is", () => {
  const late = { state: "expired", history: [{ what: "expired" }, { what: "paid_late" }] };
  assert.match(stateSentence(late, ""), /given back/);
  assert.match(stateSentence({ ...late, state: "paid" }, ""), /has arrived/);
  assert.equal(stateSentence({ state: "of-tomorrow" }, ""), "");
});

test("a countdown ends once, on the shown zero", () => {
  const shown = [];
  let ends = 0;
  countDown(clock, now + 2500, (left) => shown.push(Math.max(0, Math.ceil(left / 1000))), () => (ends += 1));
  for (let i = 0; i < 50; i += 1) pass(100);
  assert.deepEqual([...new Set(shown)], [3, 2, 1, 0]);
  assert.equal(ends, 1);
});

test("a countdown that was stopped says nothing", () => {
  let ends = 0;
  countDown(clock, now + 500, () => {}, () => (ends += 1))();
  pass(5000);
  assert.equal(ends, 0);
});

test("holds are asked about calmly, often after a try to pay, and when their time is over", async () => {
  const asked = [];
  const watch = new HoldWatch({ clock, look: async () => asked.push(now - 1_000_000) });
  watch.holds = [{ end: now + 30_000, isHot: false }];
  for (let i = 0; i < 100; i += 1) {
    pass(500);
    await settle();
  }
  // At once, in a while, just after the end, in a while again.
  assert.deepEqual(asked, [500, 20_500, 31_000]);
  watch.holds = [];
  const before = asked.length;
  pass(100_000);
  assert.equal(asked.length, before);
  watch.holds = [{ end: now + 600_000, isHot: true }];
  for (let i = 0; i < 24; i += 1) {
    pass(500);
    await settle();
  }
  assert.ok(asked.length - before >= 3, String(asked.length - before));
});

test("a wish is told once a state, and lapses by the clock", () => {
  const desk = new QueueDesk({});
  const told = [];
  desk.addEventListener("told", ({ detail }) => told.push(detail.state));
  desk.take({ t: "queue", card: "tea", units: 2, state: "waiting", place: 3 });
  desk.take({ t: "queue", card: "tea", units: 2, state: "waiting", place: 2 });
  desk.take({ t: "offer", card: "tea", units: 2, until: now + 1000, price: 500 });
  desk.take({ t: "offer", card: "tea", units: 2, until: now + 1000, price: 500 });
  assert.deepEqual(desk.offers.map(({ card }) => card), ["tea"]);
  desk.lapse("tea", now);
  assert.equal(desk.offers.length, 1);
  desk.lapse("tea", now + 1000);
  assert.equal(desk.offers.length, 0);
  desk.take({ t: "queue", card: "tea", units: 2, state: "lapsed" });
  assert.deepEqual(told, ["waiting", "offered", "lapsed"]);
});

test("what is read of the waitlist is no news", async () => {
  const entry = { card: "tea", units: 1, state: "offered", until: "2020-06-27T12:00:00Z" };
  const desk = new QueueDesk({ wishes: async () => [entry] });
  let news = 0;
  desk.addEventListener("told", () => (news += 1));
  await desk.load();
  assert.equal(desk.wishes.tea.until, Date.UTC(2020, 5, 27, 12));
  assert.equal(news, 0);
});

test("an answer that was asked for before the socket told more changes nothing", async () => {
  const answers = [];
  const later = () => new Promise((resolve) => answers.push(resolve));
  const desk = new QueueDesk({ wishes: later, wish: later });
  const waiting = { card: "tea", units: 1, state: "waiting", place: 1 };
  const loading = desk.load();
  const joining = desk.join("yak", 1);
  desk.take({ t: "queue", ...waiting });
  desk.take({ t: "offer", card: "tea", units: 1, until: 500, price: 500 });
  answers[0]([waiting, { ...waiting, card: "pig", place: 4 }]);
  answers[1]({ ...waiting, card: "yak", place: 7 });
  await Promise.all([loading, joining]);
  assert.equal(desk.wishes.tea.state, "offered");
  assert.equal(desk.wishes.pig.place, 4);
  assert.equal(desk.wishes.yak.place, 7);
  // What is asked for afterwards counts again: a cut of the link may have hidden the end.
  assert.ok(desk.isWaiting);
  const again = desk.load();
  answers[2]([{ card: "tea", units: 1, state: "left" }]);
  await again;
  assert.equal(desk.wishes.tea.state, "left");
});

test("a part that could not be loaded is loaded again when it is wanted again", async () => {
  let tries = 0;
  const load = async () => {
    tries += 1;
    if (tries === 1) throw new Error("offline");
    return { word: "there" };
  };
  const withPart = whenLoaded(load);
  assert.equal(withPart.ifThere(() => "early"), false);
  await assert.rejects(withPart(() => {}));
  assert.equal(await withPart(({ word }) => word), "there");
  assert.equal(withPart.ifThere(({ word }) => word), "there");
  assert.equal(tries, 2);
});

test("orders of the API have the shape of those of the socket", async () => {
  globalThis.fetch = async () => ({
    ok: true,
    text: async () => JSON.stringify({
      order: {
        id: "o", at: "2020-06-27T12:00:00Z", state: "held", hold_until: "2020-06-27T12:15:00Z",
        history: [{ what: "placed", at: "2020-06-27T12:00:01Z", by: "you" }],
      },
    }),
  });
  const order = await new OrderHttp({ session: "naqu", token: () => "t" }).order("o");
  const start = Date.UTC(2020, 5, 27, 12);
  assert.equal(order.at_ms, start);
  assert.equal(order.hold_until_ms, start + 900_000);
  assert.equal(order.history[0].at_ms, start + 1000);
  assert.equal(order.hold_until, undefined);
});
