/**
 * What the list of sessions shows: asked for again and again, a page of each part, as the filters
 * want it. Dispatches `change`. Knows no element.
 */

import { get } from "./api.js";

const PAGE = 20;
const MOST = 200;
const PARTS = ["now", "next", "past"];

export class SessionsSource extends EventTarget {
  #sizes = Object.fromEntries(PARTS.map((part) => [part, PAGE]));
  #asked = 0;
  filters = { q: "", host: "", campaign: "" };
  parts = {};
  hosts = [];
  error = null;

  /** Another filter: from the first page on. */
  filter(changes) {
    this.filters = { ...this.filters, ...changes };
    for (const part of PARTS) this.#sizes[part] = PAGE;
    return this.refresh();
  }

  /** A page more of a part. */
  more(part) {
    this.#sizes[part] += PAGE;
    return this.refresh();
  }

  /** Asks anew; an answer that was overtaken is left alone. */
  async refresh() {
    const asked = (this.#asked += 1);
    const parts = {};
    for (const part of PARTS) parts[part] = await this.#part(part);
    if (asked !== this.#asked) return;
    this.parts = parts;
    this.hosts = parts.next.hosts;
    this.dispatchEvent(new Event("change"));
  }

  /** As many as are wanted, in pages as large as the service gives them. */
  async #part(part) {
    const found = { sessions: [], total: 0, hosts: [] };
    let after = "";
    do {
      const limit = Math.min(MOST, this.#sizes[part] - found.sessions.length);
      const page = await get(`/sessions?${this.#query({ part, limit, after })}`);
      found.sessions.push(...page.sessions);
      Object.assign(found, { total: page.total, hosts: page.hosts });
      after = page.next ?? "";
    } while (after !== "" && found.sessions.length < this.#sizes[part]);
    return found;
  }

  /** All that run in a span of time, for the calendar. */
  async between(sinceMs, untilMs) {
    const [since, until] = [sinceMs, untilMs].map((ms) => new Date(ms).toISOString());
    const sessions = [];
    let after = "";
    do {
      const page = await get(`/sessions?${this.#query({ since, until, limit: MOST, after })}`);
      sessions.push(...page.sessions);
      after = page.next ?? "";
    } while (after !== "");
    return sessions;
  }

  #query(more) {
    const wanted = Object.entries({ ...this.filters, ...more }).filter(([, value]) => value !== "");
    return new URLSearchParams(wanted).toString();
  }
}
