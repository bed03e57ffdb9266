/** Preparing: the rundown as a plan, fields that two people edit, days of a calendar, wrong times. */

import assert from "node:assert/strict";
import { test } from "node:test";

import {
  addDays, addMonths, blocksOf, dayOf, monthOf, startOf, weekOf,
} from "../../livesell/web/assets/calendar-days.js";
import { LiveField } from "../../livesell/web/assets/live-field.js";
import en from "../../livesell/web/assets/messages-prepare-en.js";
import zh from "../../livesell/web/assets/messages-prepare-zh.js";
import {
  dropPlace, lengthText, mergedOrder, moved, plannedTimes, spoken, totalSeconds, typedLength,
} from "../../livesell/web/assets/rundown-plan.js";
import { timesProblem } from "../../livesell/web/assets/wrong-times.js";

const HOUR = 3_600_000;

test("a row goes where it is put, and never beyond the ends", () => {
  assert.deepEqual(moved(["a", "b", "c"], 0, 2), ["b", "c", "a"]);
  assert.deepEqual(moved(["a", "b", "c"], 2, 0), ["c", "a", "b"]);
  assert.deepEqual(moved(["a", "b", "c"], 1, 1), ["a", "b", "c"]);
  assert.deepEqual(moved(["a", "b", "c"], 0, 99), ["b", "c", "a"]);
  assert.deepEqual(moved(["a", "b", "c"], 2, -5), ["c", "a", "b"]);
  assert.deepEqual([10, 30, 50].map((y) => dropPlace([20, 40], y)), [0, 1, 2]);
});

test("my order over a colleague's has every card once", () => {
  assert.deepEqual(mergedOrder(["c", "a", "b"], ["a", "b", "d"]), ["a", "b", "d"]);
  assert.deepEqual(mergedOrder(["c", "a", "b"], ["a", "b", "c", "d"]), ["c", "a", "b", "d"]);
});

test("each card comes up when those before it are over", () => {
  const cards = [{ plan_s: 60 }, {}, { plan_s: 90 }];
  assert.deepEqual(plannedTimes(cards, 1000).map(({ atMs }) => atMs), [1000, 61_000, 61_000]);
  assert.deepEqual(plannedTimes(cards, null).map(({ atMs, offsetS }) => [atMs, offsetS]), [[null, 0], [null, 60], [null, 60]]);
  assert.equal(totalSeconds(cards), 150);
});

test("a script is measured by characters and by words", () => {
  assert.deepEqual(spoken("虫".repeat(240)), { chars: 240, words: 0, seconds: 60 });
  assert.deepEqual(spoken("yak ".repeat(150)), { chars: 0, words: 150, seconds: 60 });
  assert.deepEqual(spoken("讲 3 号，don't stop"), { chars: 2, words: 3, seconds: 2 });
  assert.deepEqual(spoken(" \n，。"), { chars: 0, words: 0, seconds: 0 });
});

test("lengths are read as people write them", () => {
  const read = { "": 0, "4:30": 270, "5": 300, "90s": 90, "4分30秒": 270, "1:02:00": 3720, "2m": 120, "２：００": 120 };
  for (const [text, seconds] of Object.entries(read)) assert.equal(typedLength(text), seconds, text);
  for (const text of ["x", "-1", "4:61", "2:00:01", "999", "1.5", "4:3"]) assert.equal(typedLength(text), null, text);
  for (const seconds of [0, 5, 270, 3720, 7200]) assert.equal(typedLength(lengthText(seconds)), seconds);
});

function field(answers) {
  const sent = [];
  const one = new LiveField({
    async send(text) {
      sent.push(text);
      const answer = answers.shift();
      if (answer instanceof Error) throw answer;
      return answer;
    },
    async newest() {
      one.arrive?.();
    },
  });
  one.follow("old", 1);
  return { one, sent };
}

const failing = (code, more = {}) => Object.assign(new Error(code), { code, data: { version: 3 }, ...more });

test("what is typed is saved, and what a colleague wrote before is taken over", async () => {
  const { one, sent } = field([3]);
  one.follow("newer", 2);
  assert.equal(one.text, "newer");
  one.type("mine");
  assert.equal(one.state, "dirty");
  await one.save();
  assert.deepEqual([one.state, sent], ["saved", ["mine"]]);
});

test("a document from before the save does not bring the old words back", async () => {
  const { one } = field([5]);
  one.type("mine");
  await one.save();
  one.follow("old", 4);
  assert.equal(one.text, "mine");
  one.follow("mine", 5);
  assert.equal(one.state, "saved");
  one.follow("theirs", 6);
  assert.deepEqual([one.text, one.state], ["theirs", "clean"]);
});

test("when a colleague changed the same words, nothing is sent until one is chosen", async () => {
  const { one, sent } = field([4]);
  one.type("mine");
  one.follow("theirs", 2);
  assert.deepEqual([one.state, one.theirs, one.text], ["conflict", "theirs", "mine"]);
  await one.save();
  assert.deepEqual(sent, []);
  await one.keepMine();
  assert.deepEqual([one.state, sent], ["saved", ["mine"]]);
});

test("theirs can be taken", () => {
  const { one, sent } = field([]);
  one.type("mine");
  one.follow("theirs", 2);
  one.takeTheirs();
  assert.deepEqual([one.state, one.text, sent], ["clean", "theirs", []]);
});

test("the same words from both are no conflict", () => {
  const { one } = field([]);
  one.type("same");
  one.follow("same", 2);
  assert.equal(one.state, "clean");
});

test("a change of something else is not in the way", async () => {
  const { one, sent } = field([failing("version_conflict"), 4]);
  one.type("mine");
  await one.save();
  assert.deepEqual([one.state, sent], ["saved", ["mine", "mine"]]);
});

test("a conflict that comes while it is saved is asked about", async () => {
  const { one, sent } = field([failing("version_conflict")]);
  one.arrive = () => one.follow("theirs", 3);
  one.type("mine");
  await one.save();
  assert.deepEqual([one.state, one.theirs, sent], ["conflict", "theirs", ["mine"]]);
});

test("without a link it waits and is sent again; what is refused says why", async () => {
  const { one, sent } = field([failing("offline", { isLater: true }), failing("markup")]);
  one.type("mine");
  await one.save();
  assert.equal(one.state, "offline");
  await one.save();
  assert.deepEqual([one.state, one.error.code, sent.length], ["refused", "markup", 2]);
});

const BERLIN = "Europe/Berlin";

test("weeks begin on Monday, months are whole weeks", () => {
  assert.deepEqual([weekOf("2026-06-28")[0], weekOf("2026-06-28")[6]], ["2026-06-22", "2026-06-28"]);
  const month = monthOf("2026-06-15");
  assert.deepEqual([month[0], month.at(-1), month.length % 7], ["2026-06-01", "2026-07-05", 0]);
  assert.equal(monthOf("2027-02-10").length, 28);
  assert.equal(addMonths("2026-01-31", 1), "2026-02-28");
  assert.equal(addMonths("2026-01-15", -1), "2025-12-15");
  assert.equal(addDays("2026-03-28", 2), "2026-03-30");
});

test("a day begins when the zone says so, also where clocks change", () => {
  assert.equal(startOf("2026-03-30", BERLIN) - startOf("2026-03-29", BERLIN), 23 * HOUR);
  assert.equal(startOf("2026-10-26", BERLIN) - startOf("2026-10-25", BERLIN), 25 * HOUR);
  assert.equal(dayOf(Date.parse("2026-06-27T23:30Z"), "Asia/Shanghai"), "2026-06-28");
});

const row = (id, start, end, more = {}) => ({
  id, host: "苗伟伦", state: "scheduled", started: null, ended: null, planned_start: start, planned_end: end, ...more,
});
const utc = () => "UTC";

test("sessions over midnight are on both days", () => {
  const rows = [row("a", "2026-06-27T23:00Z", "2026-06-28T01:00Z")];
  const on = (day) => blocksOf(rows, day, utc).map(({ from, to }) => [from, to]);
  assert.deepEqual([on("2026-06-27"), on("2026-06-28"), on("2026-06-29")], [[[1380, 1440]], [[0, 60]], []]);
  assert.deepEqual(blocksOf([row("a", "2026-06-27T22:00Z", "2026-06-28T00:00Z")], "2026-06-28", utc), []);
});

test("those at the same time stand side by side, and one host's are marked", () => {
  const rows = [
    row("a", "2026-06-27T10:00Z", "2026-06-27T12:00Z"),
    row("b", "2026-06-27T11:00Z", "2026-06-27T13:00Z"),
    row("c", "2026-06-27T11:00Z", "2026-06-27T12:00Z", { host: "卓玛" }),
    row("d", "2026-06-27T13:00Z", "2026-06-27T14:00Z"),
  ];
  const blocks = blocksOf(rows, "2026-06-27", utc);
  assert.deepEqual(blocks.map(({ session, lane, lanes, isClash }) => [session.id, lane, lanes, isClash]), [
    ["a", 0, 3, true], ["b", 1, 3, true], ["c", 2, 3, false], ["d", 0, 1, false],
  ]);
});

test("drafts without a time and cancelled ones take nobody's", () => {
  assert.deepEqual(blocksOf([row("a", null, null)], "2026-06-27", utc), []);
  const rows = [row("a", "2026-06-27T10:00Z", "2026-06-27T12:00Z"), row("b", "2026-06-27T10:00Z", "2026-06-27T12:00Z", { state: "cancelled" })];
  assert.deepEqual(blocksOf(rows, "2026-06-27", utc).map(({ isClash }) => isClash), [false, false]);
});

test("wrong times are told each at its own field", () => {
  const now = Date.parse("2026-03-01T00:00Z");
  const wrong = (start, end, zone = BERLIN) => timesProblem(start, end, zone, now)?.key ?? null;
  assert.equal(wrong("2026-03-28T20:00", "2026-03-28T21:00"), null);
  assert.equal(wrong("", "2026-03-28T21:00"), "prepare.wrong_start");
  assert.equal(wrong("2026-03-28T20:00", ""), "prepare.wrong_end_empty");
  assert.equal(wrong("2026-03-28T20:00", "2026-03-28T19:00"), "create.wrong_end");
  assert.equal(wrong("2026-03-28T20:00", "2026-03-29T22:00"), "create.wrong_length");
  assert.equal(wrong("2026-03-29T02:30", "2026-03-29T04:00"), "prepare.wrong_gap");
  assert.equal(wrong("2026-03-29T01:30", "2026-03-29T02:30"), "prepare.wrong_gap");
  assert.equal(wrong("2026-03-29T02:30", "2026-03-29T04:00", "Asia/Shanghai"), null);
  assert.equal(wrong("2026-02-01T10:00", "2026-02-01T11:00"), "create.wrong_past");
});

test("both languages have the same keys and use the same names", () => {
  const names = (value) => (typeof value === "string" ? value : value.other).match(/\{\w+\}/g)?.sort() ?? [];
  assert.deepEqual(Object.keys(zh).sort(), Object.keys(en).sort());
  for (const [section, words] of Object.entries(en)) {
    assert.deepEqual(Object.keys(zh[section]).sort(), Object.keys(words).sort(), section);
    for (const [key, value] of Object.entries(words)) assert.deepEqual(names(zh[section][key]), names(value), key);
  }
});
