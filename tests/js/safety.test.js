/** Undo, what colleagues did, and how a page knows that it is old: the rules behind the elements. */

import assert from "node:assert/strict";
import { test } from "node:test";

import "../../livesell/web/assets/crew-words.js";
import { verdictOf } from "../../livesell/web/assets/command-age.js";
import { areApart, isUntouched } from "../../livesell/web/assets/command-subject.js";
import { conflictTold } from "../../livesell/web/assets/conflict-told.js";
import { doerTold, doingTold } from "../../livesell/web/assets/doing-told.js";
import { useLanguage } from "../../livesell/web/assets/i18n.js";
import { sentenceOf } from "../../livesell/web/assets/sentence.js";
import { StaleWatch } from "../../livesell/web/assets/stale-watch.js";
import { undoKey, undoState } from "../../livesell/web/assets/undo-state.js";

globalThis.document = { documentElement: {}, querySelectorAll: () => [] };
useLanguage("en");

const shelf = {
  session: { currency: "CNY", zone: "Asia/Shanghai" },
  cards: { tea: { slot: 3, title: "Tea" } },
};

test("only the newest command can be taken back, and only for a while", () => {
  const doing = { version: 7, do: "price", by: "pema", card: "tea" };
  const document = { doings: [doing], undo: { version: 7, until: 30_000 } };
  assert.deepEqual(undoState(document, 6000), { doing, version: 7, isRedo: false, leftS: 24 });
  assert.equal(undoState(document, 30_000).leftS, 0);
  assert.equal(undoState({ ...document, undo: { version: 6, until: 30_000 } }, 0).leftS, 0);
  assert.equal(undoState({ doings: [doing] }, 0).leftS, 0);
  assert.equal(undoState({ doings: [] }, 0), null);
  const undone = { doings: [{ ...doing, version: 8, do: "undo", of: "price" }], undo: { version: 8, until: 9 } };
  assert.equal(undoState(undone, 0).isRedo, true);
});

test("why something stays is told in the page's language", () => {
  const refused = (why) => ({ code: "cannot_undo", message: "In English.", data: { do: "start", ...why } });
  useLanguage("zh");
  assert.match(sentenceOf(refused({ why: "start" })), /直播已经开始/);
  assert.match(sentenceOf(refused({})), /这一步不能撤销/);
  assert.match(sentenceOf(refused({ why: "of a newer service" })), /这一步不能撤销/);
  useLanguage("en");
  assert.equal(sentenceOf(refused({ why: "start" })), "In English.");
});

test("Z takes back, Shift does it again, and typing is typing", () => {
  const key = (fields) => undoKey({ key: "z", ...fields }, { areOn: fields.areOn ?? true });
  assert.equal(key({}), "undo");
  assert.equal(key({ shiftKey: true, key: "Z" }), "redo");
  assert.equal(key({ ctrlKey: true, areOn: false }), "undo");
  assert.equal(key({ areOn: false }), null);
  for (const off of [{ altKey: true }, { repeat: true }, { isComposing: true }, { key: "y" }]) {
    assert.equal(key(off), null);
  }
});

test("a colleague's command is told with what was before", () => {
  const priced = { do: "price", by: "pema", card: "tea", slot: 3, before: 500, after: 400 };
  assert.equal(doingTold(priced, shelf), "Price of 3 · Tea: ¥5 → ¥4");
  const back = { ...priced, do: "undo", of: "price", before: 400, after: 500 };
  assert.equal(doingTold(back, shelf), "Took back: Price of 3 · Tea: ¥5 → ¥4");
  assert.equal(doingTold({ do: "restock", card: "tea", after: -1200 }, shelf), "Took 1,200 from 3 · Tea");
  assert.equal(doingTold({ do: "notice", before: "x", after: "" }, shelf), "Took the notice down");
  assert.equal(doingTold({ do: "hide", card: "gone", slot: 9 }, shelf), "Hid No. 9");
  assert.equal(doingTold({ do: "new_thing" }, shelf), "Gave the command new_thing");
  assert.equal(doerTold(priced, { name: "pema" }), "You");
  assert.equal(doerTold(priced, { name: "suyun" }), "pema");
  assert.equal(doerTold({ by: "timer" }, { name: "suyun" }), "Timer");
});

test("a conflict names who changed what, and what was wanted", () => {
  const since = [{ version: 9, do: "price", by: "pema", card: "tea", before: 500, after: 400 }];
  const about = { command: { do: "price", card: "tea", price: 450 }, document: shelf, me: { name: "suyun" } };
  assert.deepEqual(conflictTold({ data: { version: 9, since } }, { ...about, version: 8 }), [
    "pema: Price of 3 · Tea: ¥5 → ¥4", "Yours: Price of 3 · Tea: ¥4.50",
  ]);
  assert.equal(conflictTold({ data: { version: 9, since } }, { ...about, version: 7 })[1], "and something before that");
  assert.deepEqual(conflictTold({ data: { version: 9 } }, { ...about, version: 7 }), []);
});

test("what was for the moment is dropped, what cannot be taken back is asked about", () => {
  const minutes = (n) => n * 60_000;
  assert.equal(verdictOf({ do: "show" }, minutes(2)), "send");
  assert.equal(verdictOf({ do: "show" }, minutes(2) + 1), "drop");
  assert.equal(verdictOf({ do: "end" }, minutes(2) + 1), "ask");
  assert.equal(verdictOf({ do: "price" }, minutes(10)), "send");
  assert.equal(verdictOf({ do: "price" }, minutes(10) + 1), "ask");
  // The device's clock was set back by an hour.
  assert.equal(verdictOf({ do: "show" }, -minutes(60)), "ask");
});

test("commands about different things are no conflict", () => {
  const price = { do: "price", card: "tea", price: 400 };
  assert.ok(areApart(price, { do: "open", card: "yak" }));
  assert.ok(!areApart(price, { do: "undo", of: "price", card: "tea" }));
  assert.ok(!areApart({ do: "show", card: "yak" }, { do: "hide", card: "tea" }));
  assert.ok(!areApart({ do: "end" }, { do: "pause" }));
  assert.ok(!areApart({ do: "start_flash", flash: "f" }, { do: "price", card: "tea" }, { f: { card: "tea" } }));
  assert.ok(!areApart({ do: "add_card", card: { id: "pig" } }, { do: "reorder" }));
  assert.ok(!areApart({ do: "notice", text: "a" }, { do: "notice" }));
});

test("only when everything since is known, it is known to be about other things", () => {
  const price = { do: "price", card: "tea" };
  const other = { do: "open", card: "yak" };
  assert.ok(isUntouched(price, { version: 9, since: [other, other] }, 7));
  assert.ok(!isUntouched(price, { version: 9, since: [other] }, 7));
  assert.ok(!isUntouched(price, { version: 9, since: [other, price] }, 7));
  assert.ok(!isUntouched(price, { version: 9 }, 7));
  assert.ok(!isUntouched({ do: "undo", version: 7 }, { version: 8, since: [other] }, 7));
});

/** A watch with a clock that the test sets. */
function watching() {
  const page = { now: 0, asked: 0 };
  page.watch = new StaleWatch(() => (page.asked += 1), { now: () => page.now });
  page.pass = (ms) => {
    for (let left = ms; left > 0; left -= 1000) {
      page.now += Math.min(1000, left);
      page.watch.look();
    }
  };
  return page;
}

test("a quiet link is asked, and doubted when it does not answer", () => {
  const page = watching();
  page.pass(5000);
  assert.equal(page.asked, 0);
  page.pass(1000);
  assert.equal(page.asked, 1);
  page.watch.heard({ isAnswer: true });
  page.pass(10_000);
  assert.equal(page.watch.isDoubtful, false);
  page.pass(1000);
  assert.equal(page.watch.isDoubtful, true);
  assert.equal(page.watch.ageMs, 11_000);
  page.watch.heard({ isAnswer: false });
  assert.equal(page.watch.isDoubtful, false);
});

test("a device that slept is stale until the server has answered", () => {
  const page = watching();
  page.now += 600_000;
  page.watch.look();
  assert.deepEqual([page.watch.isDoubtful, page.watch.hasSlept, page.asked], [true, true, 1]);
  // What still stood in the socket's buffer is from before.
  page.watch.heard({ isAnswer: false });
  assert.equal(page.watch.isDoubtful, true);
  page.watch.heard({ isAnswer: true });
  assert.deepEqual([page.watch.isDoubtful, page.watch.hasSlept], [false, false]);
});

test("a clock that is set back makes nothing old", () => {
  const page = watching();
  page.now -= 3_600_000;
  page.watch.look();
  page.pass(4000);
  assert.equal(page.watch.isDoubtful, false);
  assert.equal(page.watch.ageMs, 4000);
});

test("a browser without a network says so at once", () => {
  const page = watching();
  page.watch.lost();
  assert.equal(page.watch.isDoubtful, true);
  page.watch.heard({ isAnswer: false });
  assert.equal(page.watch.isDoubtful, false);
});
