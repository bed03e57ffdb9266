/**
 * Asks the service what became of orders that wait for their payment: now and then, at once when a
 * hold's time has run out, and often just after the buyer came back from paying. A page that
 * nobody looks at asks nothing.
 */

const CALM_MS = 20_000;
const HURRY_MS = 3000;
const HURRY_FOR_MS = 120_000;
// The service has let a hold expire by then.
const AFTER_END_MS = 700;

export class HoldWatch {
  #clock;
  #look;
  #holds = [];
  #hurryUntil = 0;
  #timer = 0;
  #looked = 0;

  /** @param look `async () => …`: asks; what it learns comes back as new `holds`. */
  constructor({ clock, look }) {
    this.#clock = clock;
    this.#look = look;
    globalThis.document?.addEventListener("visibilitychange", () => this.#visible());
  }

  /** The moments at which the holds end, epoch ms. */
  set holds(holds) {
    this.#holds = holds;
    this.#plan();
  }

  /** The next minutes matter. */
  hurry() {
    this.#hurryUntil = this.#clock.now() + HURRY_FOR_MS;
    this.#plan();
  }

  #plan() {
    clearTimeout(this.#timer);
    if (this.#holds.length === 0 || globalThis.document?.hidden) return;
    const now = this.#clock.now();
    const again = this.#looked + (now < this.#hurryUntil ? HURRY_MS : CALM_MS);
    const ends = this.#holds.map((end) => end + AFTER_END_MS).filter((end) => end > now);
    const next = Math.min(...ends, Math.max(again, now + 200));
    this.#timer = setTimeout(() => this.#ask(), next - now);
  }

  async #ask() {
    this.#looked = this.#clock.now();
    // Whoever has no answer asks again in a while; the page says that it is not connected.
    await this.#look().catch(() => {});
    this.#plan();
  }

  #visible() {
    this.#looked = 0;
    this.#plan();
  }
}
