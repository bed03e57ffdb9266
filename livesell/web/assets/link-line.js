/** The line that says how the page is connected: reconnecting and for how long, or refused. */

import { setText } from "./dom.js";
import { ageParts } from "./format.js";
import { knows, t } from "./i18n.js";

const EVERY_MS = 1000;
// A short break is nobody's business; the numbers are dimmed at once all the same.
const SAY_AFTER_MS = 1500;
// From here on a first connection that does not come about is worth a word.
const PATIENCE_MS = 8000;

/** Why the server will not talk to this page, by close code or HTTP status. */
export function refusalSentence(status) {
  const code = { 401: 4500, 404: 4510 }[status] ?? status;
  return t(knows(`link.${code}`) ? `link.${code}` : "link.offline");
}

export class LinkLine {
  #store;
  #line;
  #waiting;
  #since = performance.now();
  #lostAt = null;

  /**
   * @param line Where the connection's state stands once there is a document.
   * @param waiting Where it stands before.
   */
  constructor({ store, line, waiting }) {
    this.#store = store;
    this.#line = line;
    this.#waiting = waiting;
    store.addEventListener("status", () => this.#follow());
    setInterval(() => this.paint(), EVERY_MS);
  }

  #follow() {
    if (this.#store.status === "reconnecting") this.#lostAt ??= performance.now();
    else this.#lostAt = null;
    this.paint();
  }

  paint() {
    const { status, refusal, document: known } = this.#store;
    const isLong = performance.now() - this.#since > PATIENCE_MS;
    if (known === null && refusal === null) {
      setText(this.#waiting, t(isLong ? "link.offline" : "link.loading"));
    }
    const isOpening = known !== null && status === "loading";
    const isLost = this.#lostAt !== null && performance.now() - this.#lostAt > SAY_AFTER_MS;
    const isGone = status === "reconnecting" && (isLost || refusal !== null);
    this.#line.hidden = !(isGone || (isOpening && isLong));
    if (!this.#line.hidden) setText(this.#line, isOpening ? t("link.offline") : this.#sentence());
  }

  #sentence() {
    const { refusal, isStale, ageMs } = this.#store;
    if (refusal !== null) return refusalSentence(refusal);
    const [key, vars] = ageParts(ageMs);
    return `${t(isStale ? "link.stale" : "link.reconnecting")} · ${t("link.age", { age: t(key, vars) })}`;
  }
}
