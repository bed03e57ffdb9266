/**
 * A viewer's wish to be reminded of a show while its page is open: when to say what, by the
 * server's clock. What is shown, and where the wish is kept, are others' (`ls-reminder.js`).
 */

/** Time to find a seat. Shorter than the calendar's, because the page is open already. */
export const LEAD_MS = 5 * 60_000;

// A timer sleeps no longer than this: longer ones overflow, and a clock may be set right meanwhile.
const NAP_MS = 30 * 60_000;

export class Reminder {
  #clock;
  #say;
  #timers;
  #isOn = false;
  #session = null;
  #start = null;
  #timer = 0;

  /**
   * @param clock A ServerClock.
   * @param say `(what, session)`; `what` is "soon" or "live".
   * @param timers `setTimeout` and `clearTimeout`, for tests.
   */
  constructor({ clock, say, timers = { setTimeout: (f, ms) => setTimeout(f, ms), clearTimeout: (id) => clearTimeout(id) } }) {
    this.#clock = clock;
    this.#say = say;
    this.#timers = timers;
  }

  get isOn() {
    return this.#isOn;
  }

  set isOn(isOn) {
    if (isOn === this.#isOn) return;
    this.#isOn = isOn;
    this.#start = null;
    this.#follow();
  }

  /** The session as it is now; called with every patch, so an unchanged plan changes nothing. */
  set session(session) {
    this.#session = session;
    this.#follow();
  }

  #follow() {
    const { state, planned_start: start = null } = this.#session ?? {};
    if (!this.#isOn || state !== "scheduled" || start === null) this.#rest();
    else if (start !== this.#start) this.#wait(start);
    if (!this.#isOn || state === undefined) return;
    if (state === "live") this.#say("live", this.#session);
    // A missed show may still be started, and one without a time may get one.
    if (!["draft", "scheduled", "missed"].includes(state)) this.#isOn = false;
  }

  #rest() {
    this.#timers.clearTimeout(this.#timer);
    this.#start = null;
  }

  #wait(start) {
    this.#rest();
    this.#start = start;
    // Who asks, or hears of a new time, in the last minutes needs no word that it is soon.
    if (this.#left() > 0) this.#nap();
  }

  #left = () => this.#start - LEAD_MS - this.#clock.now();

  #nap() {
    this.#timer = this.#timers.setTimeout(() => {
      if (this.#left() > 0) this.#nap();
      else this.#say("soon", this.#session);
    }, Math.min(Math.max(this.#left(), 0) + 15, NAP_MS));
  }
}
