/**
 * Where the commands of one person in one session outlive a reload and a crash of the tab: the
 * device's memory, an entry of its own for each, so that two tabs never overwrite each other's.
 *
 * Whoever else signs in on the device has other names for theirs, and never reads these.
 */

const isText = (value) => typeof value === "string" && value !== "";

/** Whether an entry is one of ours; anything may stand in a device's memory. */
export function isSound(entry) {
  return entry !== null && typeof entry === "object" && isText(entry.id) && isText(entry.place) &&
    isText(entry.command?.do) && Number.isFinite(entry.madeAt) && Number.isInteger(entry.base);
}

const inOrder = (one, other) =>
  one.madeAt - other.madeAt || one.nth - other.nth || (one.id < other.id ? -1 : 1);

export class CommandMemory {
  #prefix;
  #storage;
  #page = new Map();

  /** Whether the device keeps what is put here; some browsers keep nothing in private windows. */
  isKept = true;

  /** @param kind "waiting" or "dropped". */
  constructor({ kind, login, session, storage }) {
    this.#prefix = `livesell.${kind}/${encodeURIComponent(login)}/${session}/`;
    this.#storage = storage;
  }

  /** All entries, oldest first. */
  all() {
    const found = new Map(this.#page);
    for (const key of this.#keys()) {
      const entry = this.#read(key);
      if (isSound(entry)) found.set(entry.id, entry);
    }
    return [...found.values()].sort(inOrder);
  }

  put(entry) {
    try {
      this.#storage.setItem(this.#prefix + entry.id, JSON.stringify(entry));
      this.#page.delete(entry.id);
    } catch {
      this.isKept = false;
      this.#page.set(entry.id, entry);
    }
  }

  remove(id) {
    this.#page.delete(id);
    try {
      this.#storage.removeItem(this.#prefix + id);
    } catch {
      this.isKept = false;
    }
  }

  /** Whether a change of the device's memory, told by another tab, is one of these entries. */
  isOurs(key) {
    return key === null || key.startsWith(this.#prefix);
  }

  #keys() {
    try {
      return Object.keys(this.#storage).filter((key) => key.startsWith(this.#prefix));
    } catch {
      return [];
    }
  }

  #read(key) {
    try {
      return JSON.parse(this.#storage.getItem(key));
    } catch {
      return null;
    }
  }
}
