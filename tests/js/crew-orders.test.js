/** What the crew's pages offer for orders and flash sales: the pure rules. */

import assert from "node:assert/strict";
import { test } from "node:test";

import "../../livesell/web/assets/crew-words.js";
import { claimsOf } from "../../livesell/web/assets/card-claims.js";
import { flashFaults, flashRest, flashState, flashesOf } from "../../livesell/web/assets/flash-state.js";
import { FloorQuestion } from "../../livesell/web/assets/floor-question.js";
import { useLanguage, t } from "../../livesell/web/assets/i18n.js";
import { OrderPages } from "../../livesell/web/assets/order-pages.js";
import { actionsOf, leftOf, needsCrew, priceOf, refundTyped, stepsOf } from "../../livesell/web/assets/order-state.js";
import { commandTold, entryTold } from "../../livesell/web/assets/told.js";

const ORDER = { state: "fulfilled", units: 3, price: 500, amount: 1500, paid: 1500, refunded: 500, returned: 1 };

test("what can be done depends on the state, and nothing with what is over", () => {
  assert.deepEqual(actionsOf({ state: "placed" }), ["fulfil", "cancel"]);
  assert.deepEqual(actionsOf({ state: "held" }), ["cancel"]);
  assert.deepEqual(actionsOf({ state: "paid" }), ["fulfil", "refund"]);
  for (const state of ["cancelled", "expired", "refunded", "of a newer service"]) {
    assert.deepEqual(actionsOf({ state }), []);
  }
});

test("no more is offered than is left", () => {
  assert.deepEqual(leftOf(ORDER), { money: 1000, units: 2 });
  assert.deepEqual(leftOf({ units: 2 }), { money: 0, units: 2 });
  assert.equal(priceOf(1, ORDER), 500);
  assert.equal(priceOf(9, ORDER), 1000);
});

test("a refund as typed", () => {
  const typed = (amount, units) => refundTyped({ amount, units }, ORDER, "CNY");
  assert.deepEqual(typed("5", "1"), { amount: 500, units: 1 });
  assert.deepEqual(typed("¥10.00", ""), { amount: 1000, units: 0 });
  assert.deepEqual(typed("", "2"), { amount: 0, units: 2 });
  assert.deepEqual(typed("10.01", "0"), { wrong: { amount: true } });
  assert.deepEqual(typed("five", "1"), { wrong: { amount: true } });
  assert.deepEqual(typed("5", "3"), { wrong: { units: true } });
  assert.deepEqual(typed("5", "-1"), { wrong: { units: true } });
  assert.deepEqual(typed(" ", "0"), { wrong: { nothing: true } });
});

test("the history begins with how it was placed", () => {
  const history = [{ what: "paid", at: "b", by: "sandbox" }];
  assert.deepEqual(stepsOf({ at: "a", viewer: "v", history }).map(({ what, by }) => [what, by]),
    [["placed", "v"], ["paid", "sandbox"]]);
  assert.equal(stepsOf({ at: "a", viewer: "offline:1", by: "zhuoma" })[0].by, "zhuoma");
});

test("a refund needs somebody when it failed or is not taken", () => {
  assert.equal(needsCrew({ state: "failed", tries: 1 }), true);
  assert.equal(needsCrew({ state: "due", tries: 2 }), true);
  assert.equal(needsCrew({ state: "due", tries: 0 }), false);
  assert.equal(needsCrew({ state: "done", tries: 0 }), false);
});

/** A shop with so many orders, asked as the API is. */
function shop(count) {
  const all = Array.from({ length: count }, (_, i) => ({ n: i + 1, id: `o${i + 1}`, state: "placed" }));
  const ask = async (after, limit) => {
    const orders = all.slice(after, after + limit).map((one) => ({ ...one }));
    return { orders, next: orders.length === limit ? orders.at(-1).n : undefined };
  };
  return { all, pages: new OrderPages(ask) };
}

test("orders that no figure counts are found too", async () => {
  const { pages } = shop(70);
  await pages.upTo(60);
  assert.equal(pages.total, 70);
  assert.equal(pages.newestFirst.length, 60);
  await pages.earlier();
  assert.equal(pages.newestFirst.at(-1).n, 1);
});

test("what became of an order is seen when asked again", async () => {
  const { all, pages } = shop(20);
  await pages.upTo(20);
  all[4].state = "cancelled";
  all.push({ n: 21, id: "o21", state: "held" });
  await pages.upTo(20);
  assert.equal(pages.newestFirst.find(({ n }) => n === 5).state, "cancelled");
  assert.equal(pages.total, 21);
});

test("a thousand orders are asked for in pages, and none twice in a round", async () => {
  const { pages } = shop(1000);
  await pages.upTo(0);
  assert.equal(pages.newestFirst.length, 1000);
});

const FLASH = { card: "tea", price: 400, units: 20, countdown_s: 30, lasts_s: 60 };
const STARTED = { ...FLASH, starts: 30_000, ends: 90_000 };

test("a flash sale goes by the server's clock", () => {
  assert.equal(flashState(FLASH, 0), "prepared");
  assert.equal(flashState(STARTED, 29_999), "counting");
  assert.equal(flashState(STARTED, 30_000), "running");
  assert.equal(flashState(STARTED, 90_000), "ended");
  assert.equal(flashState({ ...STARTED, ended: 40_000 }, 50_000), "ended");
  assert.equal(flashRest(STARTED, 10_000), 20_000);
  assert.equal(flashRest(STARTED, 80_000), 10_000);
  assert.equal(flashRest(STARTED, 95_000), null);
});

test("what is on comes first", () => {
  const flashes = { past: { ...STARTED, ended: 1 }, plan: FLASH, on: STARTED, lost: { ...FLASH, card: "gone" } };
  const all = flashesOf({ flashes, cards: { tea: {} } }, 50_000);
  assert.deepEqual(all.map(({ id }) => id), ["on", "plan", "past"]);
  const over = flashesOf({ flashes, cards: { tea: {} }, session: { state: "ended" } }, 50_000);
  assert.deepEqual(over.map(({ id }) => id), ["on", "past"]);
});

test("what is wrong with a flash sale as typed", () => {
  const fine = { price: 400, units: 20, limit: undefined, countdown_s: 10, minutes: 20 };
  const faults = (change) => flashFaults({ ...fine, ...change }, { price: 500 });
  assert.deepEqual(faults({}), []);
  assert.deepEqual(faults({ price: 500 }), ["price"]);
  assert.deepEqual(faults({ price: null, units: null, limit: null }), ["price", "units", "limit"]);
  assert.deepEqual(faults({ countdown_s: 9, minutes: 21 }), ["countdown_s", "minutes"]);
  assert.deepEqual(faults({ countdown_s: 301, minutes: 0 }), ["countdown_s", "minutes"]);
});

test("a card tells what stands on its stock, and nothing that is as usual", () => {
  const session = { currency: "CNY" };
  const cards = { tea: { slot: 3, title: "Tea" }, cup: { slot: 4, title: "Cup" } };
  assert.deepEqual(claimsOf({ held: 0, safety: 0 }, { cards, session }), []);
  const card = { sold_out: true, held: 2, waiting: 5, of: "tea", pack: 10, gifts: [{ card: "cup", units: 1 }], floor: 700 };
  const kinds = claimsOf(card, { cards, session }).map(({ kind }) => kind);
  assert.deepEqual(kinds, ["by_hand", "held", "waiting", "pack", "of", "gift", "floor"]);
  assert.equal(claimsOf(card, { cards, session }).at(-1).text, "floor ¥7");
});

test("commands and entries of flash sales name their card", () => {
  const document = {
    cards: { tea: { slot: 3, title: "Tea" } }, flashes: { f: FLASH }, session: { currency: "CNY" },
  };
  assert.equal(commandTold({ do: "start_flash", flash: "f" }, document), "Start the flash sale of 3 · Tea");
  const about = { named: () => "3 · Tea", currency: "CNY", zone: "UTC" };
  const entry = (kind, data) => entryTold({ kind, data: { card: "tea", ...data } }, about);
  assert.equal(entry("sold_out_set", { sold_out: false }), "Put 3 · Tea on sale again");
  assert.equal(entry("flash_prepared", { price: 400, units: 20 }), "Prepared a flash sale of 3 · Tea: ¥4, 20 units");
});

/** A queue with one refusal in it, and an `<ls-ask>` that answers. */
function refused(answer) {
  const commands = new EventTarget();
  const command = { do: "price", card: "tea", price: 400 };
  commands.failures = new Map([["card:tea", { command, error: { code: "below_floor", data: { floor: 450 } } }]]);
  commands.forgive = (place) => commands.failures.delete(place);
  const asked = [];
  const ask = { isOpen: false, about: async (question) => (asked.push(question.text), answer) };
  const given = [];
  new FloorQuestion(ask, commands, (...one) => given.push(one));
  return { commands, asked, given };
}

test("a price below the floor is asked about once, and confirmed on yes only", async () => {
  for (const answer of [true, false]) {
    const { commands, asked, given } = refused(answer);
    commands.dispatchEvent(new Event("change"));
    commands.dispatchEvent(new Event("change"));
    await new Promise((go) => setImmediate(go));
    assert.equal(asked.length, 1);
    assert.match(asked[0], /¥4 .*¥4\.50/);
    const confirmed = { do: "price", card: "tea", price: 400, confirm: true };
    assert.deepEqual(given, answer ? [[confirmed, "card:tea"]] : []);
    assert.equal(commands.failures.size, 0);
  }
});

test("every refusal and every state of an order has its Chinese sentence", () => {
  useLanguageQuietly("zh");
  for (const key of ["error.below_floor", "error.wrong_order_state", "orders.state_held", "alarms.wrong_amount"]) {
    assert.match(t(key), /[\u4e00-\u9fff]/);
  }
  useLanguageQuietly("en");
});

function useLanguageQuietly(language) {
  globalThis.document ??= { documentElement: {}, querySelectorAll: () => [] };
  useLanguage(language);
}
