/**
 * Asks the service what became of orders that wait for their payment: now and then, oftener for
 * those that the buyer went to pay for, and at once when a hold's time has run out. A page that
 * nobody looks at asks nothing.
 */

const CALM_MS = 20_000;
const HOT_MS = 3000;
// So often it asks in a hurry, after the page was opened or came back into view.
const HOT_TIMES = 40;
// The service has let a hold expire by then.
const AFTER_END_MS = 700;

export class HoldWatch {
  #clock;
  #look;
  #holds = [];
  #hotLeft = HOT_TIMES;
  #timer = 0;
  #looked = 0;

  /** @param look `async () => …`: asks; what it learns comes back as new `holds`. */
  constructor({ clock, look }) {
    this.#clock = clock;
    this.#look = look;
    globalThis.document?.addEventListener("visibilitychange", () => this.#visible());
    globalThis.addEventListener?.("pageshow", () => this.#visible());
  }

  /** `{end, isHot}` of each: when it ends (epoch ms), and whether the buyer went to pay for it. */
  set holds(holds) {
    this.#holds = holds;
    this.#plan();
  }

  #plan() {
    clearTimeout(this.#timer);
    if (this.#holds.length === 0 || globalThis.document?.hidden) return;
    const now = this.#clock.now();
    const isHot = this.#hotLeft > 0 && this.#holds.some((hold) => hold.isHot);
    const again = Math.max(this.#looked + (isHot ? HOT_MS : CALM_MS), now + 200);
    const ends = this.#holds.map(({ end }) => end + AFTER_END_MS).filter((end) => end > now);
    this.#timer = setTimeout(() => this.#ask(), Math.min(again, ...ends) - now);
  }

  async #ask() {
    this.#looked = this.#clock.now();
    this.#hotLeft -= 1;
    // Whoever gets no answer asks again in a while; the page says that it is not connected.
    await this.#look().catch(() => {});
    this.#plan();
  }

  #visible() {
    this.#looked = 0;
    this.#hotLeft = HOT_TIMES;
    this.#plan();
  }
}
