/** Being reminded while the page is open: once, by the server's clock, and of the newest plan. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { LEAD_MS, Reminder } from "../../livesell/web/assets/reminder.js";

const HOUR = 3_600_000;
const START = 10 * HOUR;

/** A clock and timers that move only by hand. */
class Time {
  now = 0;
  set = 0;
  #waiting = new Map();

  timers = {
    setTimeout: (act, ms) => {
      this.#waiting.set((this.set += 1), { act, at: this.now + ms });
      return this.set;
    },
    clearTimeout: (id) => this.#waiting.delete(id),
  };

  to(moment) {
    for (;;) {
      const due = [...this.#waiting].filter(([, { at }]) => at <= moment);
      if (due.length === 0) break;
      const [id, { act, at }] = due.sort((a, b) => a[1].at - b[1].at)[0];
      this.#waiting.delete(id);
      this.now = Math.max(this.now, at);
      act();
    }
    this.now = moment;
  }
}

function given(fields = {}) {
  const time = new Time();
  const said = [];
  const reminder = new Reminder({
    clock: { now: () => time.now }, say: (what) => said.push(what), timers: time.timers,
  });
  reminder.session = { state: "scheduled", planned_start: START, ...fields };
  return { time, said, reminder };
}

test("it tells once before the start and once at it, however often the page is painted", () => {
  const { time, said, reminder } = given();
  reminder.isOn = true;
  const { set } = time;
  for (let n = 0; n < 100; n += 1) reminder.session = { state: "scheduled", planned_start: START };
  assert.equal(time.set, set);
  time.to(START - LEAD_MS - 1);
  assert.deepEqual(said, []);
  time.to(START - 1);
  assert.deepEqual(said, ["soon"]);
  reminder.session = { state: "live", planned_start: START };
  reminder.session = { state: "live", planned_start: START };
  assert.deepEqual(said, ["soon", "live"]);
  assert.equal(reminder.isOn, false);
});

test("it follows a show that is moved, and rests when that is taken back", () => {
  const { time, said, reminder } = given();
  reminder.isOn = true;
  reminder.session = { state: "scheduled", planned_start: START + HOUR };
  time.to(START);
  assert.deepEqual(said, []);
  time.to(START + HOUR);
  assert.deepEqual(said, ["soon"]);
  reminder.session = { state: "missed", planned_start: START + HOUR };
  assert.equal(reminder.isOn, true);
  reminder.session = { state: "cancelled", planned_start: START + HOUR };
  assert.equal(reminder.isOn, false);
  assert.deepEqual(said, ["soon"]);
});

test("who does not want it, or asks in the last minutes, is not told that it is soon", () => {
  const off = given();
  off.reminder.isOn = true;
  off.reminder.isOn = false;
  off.time.to(START + HOUR);
  off.reminder.session = { state: "live", planned_start: START };
  assert.deepEqual(off.said, []);

  const late = given();
  late.time.to(START - 1000);
  late.reminder.isOn = true;
  late.time.to(START);
  assert.deepEqual(late.said, []);
  late.reminder.session = { state: "live", planned_start: START };
  assert.deepEqual(late.said, ["live"]);
});
