/**
 * How much in the till waits for somebody: alarms that nobody has seen, refunds that need a hand.
 * Asked for now and then, because it is not in the live document.
 */

import { needsCrew } from "./order-state.js";
import { Polled } from "./polled.js";
import { Till } from "./till.js";

const AGAIN_MS = 20_000;

export class TillWatch {
  #polled;

  /** @param path The session's, such as "/sessions/naqu". */
  constructor(path) {
    const till = new Till(path);
    this.#polled = new Polled(() => counted(till), { againMs: AGAIN_MS });
  }

  start() {
    this.#polled.refresh();
  }

  /** How many things wait; 0 before the first answer. */
  get count() {
    return this.#polled.value ?? 0;
  }
}

async function counted(till) {
  const [alarms, refunds] = await Promise.all([till.alarms(), till.refunds()]);
  return alarms.filter(({ seen }) => seen === undefined).length + refunds.filter(needsCrew).length;
}
