/** What a browser has and node has not: a memory, and sockets that a test holds in its hand. */

export class Memory {
  #kept = new Map();

  getItem(key) {
    return this.#kept.get(key) ?? null;
  }

  setItem(key, value) {
    this.#kept.set(key, String(value));
  }

  removeItem(key) {
    this.#kept.delete(key);
  }
}

/** Fresh memories for a test. */
export function freshDevice() {
  globalThis.localStorage = new Memory();
  globalThis.sessionStorage = new Memory();
}

/** A socket that does what the test says. */
export class HandSocket extends EventTarget {
  sent = [];
  isClosed = false;

  constructor(url) {
    super();
    this.url = new URL(url);
  }

  send(text) {
    this.sent.push(JSON.parse(text));
  }

  close() {
    this.isClosed = true;
  }

  open() {
    this.dispatchEvent(new Event("open"));
  }

  hear(frame) {
    this.dispatchEvent(Object.assign(new Event("message"), { data: JSON.stringify(frame) }));
  }

  end(code) {
    this.dispatchEvent(Object.assign(new Event("close"), { code }));
  }
}

/** Lets promises that are ready run. */
export async function settle() {
  for (let i = 0; i < 8; i += 1) await Promise.resolve();
}
