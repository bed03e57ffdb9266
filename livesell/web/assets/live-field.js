/**
 * One value that is edited here while others may change it too: saved as it is typed, never over
 * a colleague's. Knows no element and no network.
 *
 * States: "clean", "dirty" (typed, not sent), "saving", "saved", "conflict" (a colleague changed the
 * same value: `theirs`), "offline" (will be sent again), "refused" (`error` says why).
 */

const ATTEMPTS = 5;

export class LiveField extends EventTarget {
  #send;
  #newest;
  #sent = null;
  #savedVersion = 0;
  #isSaving = false;

  /**
   * @param send `async (text) => version`; its errors have a `code`, and `isLater` when the same may
   *     be sent again.
   * @param newest `async (version) => …` until the page has followed that version.
   */
  constructor({ send, newest }) {
    super();
    this.#send = send;
    this.#newest = newest;
    this.base = "";
    this.text = "";
    this.theirs = null;
    this.state = "clean";
    this.error = null;
  }

  /** What the document says now. */
  follow(text, version) {
    if (version < this.#savedVersion || text === this.#stands) return;
    if (this.#isSaving && text === this.#sent) return;
    if (this.text === this.base && !this.#isSaving) this.#become("clean", { base: text, text });
    else if (text === this.text) this.#become("clean", { base: text });
    else if (text === this.base) this.#become("dirty", {});
    else this.#become("conflict", { theirs: text });
  }

  get #stands() {
    return this.theirs ?? this.base;
  }

  type(text) {
    this.text = text;
    if (this.state === "conflict" && text !== this.theirs) return;
    const isTheirs = text === this.theirs;
    if (this.#isSaving) return;
    this.#become(isTheirs || text === this.base ? "clean" : "dirty", isTheirs ? { base: text } : {});
  }

  /** Sends what was typed, and again while more is typed or somebody else's change comes between. */
  async save() {
    if (this.#isSaving || (this.state !== "dirty" && this.state !== "offline")) return;
    this.#isSaving = true;
    try {
      for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
        if (!(await this.#saveOnce())) break;
      }
    } finally {
      this.#isSaving = false;
    }
    if (this.state === "dirty" || this.state === "saving") this.#become("offline", {});
  }

  /** @returns Whether there is more to send. */
  async #saveOnce() {
    this.#sent = this.text;
    this.#become("saving", {});
    try {
      this.#savedVersion = await this.#send(this.#sent);
    } catch (error) {
      return this.#failed(error);
    }
    const { theirs } = this;
    if (theirs !== null && this.text === this.#sent) this.#become("clean", { base: theirs, text: theirs });
    else this.#become(this.text === this.#sent ? "saved" : "dirty", { base: this.#sent });
    return this.state === "dirty";
  }

  async #failed(error) {
    if (error.code === "version_conflict") {
      await this.#newest(error.data?.version ?? 0);
      if (this.state === "saving") this.#become("dirty", {});
      return this.state === "dirty";
    }
    this.#become(error.isLater ? "offline" : "refused", { error });
    return false;
  }

  /** Mine, over what the colleague wrote and I have seen. */
  keepMine() {
    this.#become("dirty", { base: this.theirs });
    return this.save();
  }

  takeTheirs() {
    this.#become("clean", { base: this.theirs, text: this.theirs });
  }

  #become(state, changes) {
    Object.assign(this, { state, error: null }, changes);
    if (state !== "conflict") this.theirs = null;
    this.dispatchEvent(new Event("change"));
  }
}
