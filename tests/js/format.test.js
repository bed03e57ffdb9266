/** Times and counts for people. */

import assert from "node:assert/strict";
import { test } from "node:test";

import {
  ageParts, durationParts, formatCount, formatDuration, formatMoment, formatShort, formatTime,
  sameWallClock, zoneName,
} from "../../livesell/web/assets/format.js";
import { language } from "../../livesell/web/assets/i18n.js";

const START = Date.UTC(2020, 5, 27, 12, 0);

test("a moment in a zone", () => {
  assert.equal(language(), "en");
  assert.equal(formatTime(START, "Asia/Shanghai"), "20:00");
  assert.equal(formatTime(START + 5000, "Asia/Shanghai", { seconds: true }), "20:00:05");
  assert.equal(formatTime(START + 4 * 3_600_000, "Asia/Shanghai"), "00:00");
  assert.match(formatMoment(START, "Asia/Shanghai", START), /27 Jun\w* 20:00$/);
  assert.match(formatMoment(START, "Asia/Shanghai", START + 4e10), /2020/);
  assert.equal(zoneName(START, "Asia/Shanghai"), "GMT+8");
});

test("two zones with the same clock on the wall", () => {
  assert.ok(sameWallClock(START, "Asia/Shanghai", "Asia/Singapore"));
  assert.ok(!sameWallClock(START, "Asia/Shanghai", "Asia/Tokyo"));
});

test("a countdown counts begun seconds and ends on zero", () => {
  assert.deepEqual(durationParts(90_061_000), { days: 1, hours: 1, minutes: 1, seconds: 1 });
  assert.equal(durationParts(1).seconds, 1);
  assert.equal(durationParts(0).seconds, 0);
  assert.equal(durationParts(-5000).seconds, 0);
});

test("lengths", () => {
  assert.equal(formatDuration(3_600_000), "1:00:00");
  assert.equal(formatDuration(65_000), "01:05");
  assert.equal(formatDuration(90_000_000), "25:00:00");
});

test("counts", () => {
  assert.equal(formatCount(1234567), "1,234,567");
  assert.equal(formatShort(9999), "9,999");
  assert.equal(formatShort(87_214), "87.2K");
  assert.equal(formatShort(1_070_000), "1M");
  assert.equal(formatShort(999_999), "999K");
});

test("ages in one unit", () => {
  assert.deepEqual(ageParts(12_400), ["time.seconds", { n: 12 }]);
  assert.deepEqual(ageParts(180_000), ["time.minutes", { n: 3 }]);
  assert.deepEqual(ageParts(7_300_000), ["time.hours", { n: 2 }]);
});
