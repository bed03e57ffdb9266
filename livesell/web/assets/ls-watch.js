/**
 * <ls-watch>: one line of a fixed height: what the crew should look up for, else where the
 * broadcast is against its plan; the server's time, and what waits for somebody in the review.
 *
 * Properties: `alerts` (see `alerts.js`), `view`, `toSettle`, `reviewAt` (an address). Events:
 * `dismiss` with an alert's id.
 */

import { crewIcon, iconButton, setFlag } from "./crew-dom.js";
import { h, setText } from "./dom.js";
import { formatCount, formatDuration, formatTime, zoneName } from "./format.js";
import { t } from "./i18n.js";
import { planPosition } from "./plan-position.js";
import { isOnAir } from "./session-state.js";

// Within this much of its plan a broadcast is on time.
const ON_TIME_MS = 15_000;

class Watch extends HTMLElement {
  #first = null;
  #told = h("p", { class: "watch-told", role: "status" });
  #more = h("span", { class: "watch-more figure" });
  #dismiss = iconButton("close", "watch.read", {
    data: { verb: "dismiss" }, hidden: true, onclick: () => this.#tell(),
  });
  #position = h("p", { class: "watch-position figure" });
  #clock = h("p", { class: "watch-clock figure" });
  #link = h("a", { class: "button small watch-link", hidden: true });

  connectedCallback() {
    if (this.firstChild) return;
    const alert = h("div", { class: "watch-alert" }, crewIcon("alert"), this.#told, this.#more, this.#dismiss);
    this.append(alert, this.#position, this.#link, this.#clock);
  }

  set reviewAt(address) {
    this.#link.href = address;
  }

  set toSettle(count) {
    this.#link.hidden = count === 0;
    setText(this.#link, t("watch.to_settle", { n: count }));
  }

  set alerts(alerts) {
    this.#first = alerts[0] ?? null;
    setFlag(this, "data-level", this.#first?.level ?? null);
    setFlag(this, "data-alert", this.#first?.kind ?? null);
    setText(this.#told, this.#first === null ? "" : told(this.#first));
    setText(this.#more, alerts.length > 1 ? t("watch.more", { n: alerts.length - 1 }) : "");
    this.#dismiss.hidden = this.#first === null;
  }

  set view({ document, nowMs }) {
    const position = planPosition(document, nowMs);
    setText(this.#position, positionTold(position, document, nowMs));
    const isLate = position !== null && position.aheadMs < -ON_TIME_MS;
    setFlag(this.#position, "data-late", isLate);
    const { zone } = document.session;
    setText(this.#clock, t("watch.clock", {
      time: formatTime(nowMs, zone, { seconds: true }), zone: zoneName(nowMs, zone),
    }));
  }

  #tell() {
    this.dispatchEvent(new CustomEvent("dismiss", { detail: this.#first.id, bubbles: true }));
  }
}

function told({ kind, facts }) {
  const numbers = Object.entries(facts).filter(([name, value]) => typeof value === "number" && name !== "slot" && name !== "n");
  const texts = Object.fromEntries(numbers.map(([name, value]) => [name, formatCount(value)]));
  return t(`alert.${kind}`, { ...facts, ...texts });
}

function positionTold(position, { session }, nowMs) {
  if (position === null) return isOnAir(session.state) ? t("watch.no_plan") : "";
  const { aheadMs, endMs } = position;
  const time = formatDuration(Math.abs(aheadMs));
  const key = Math.abs(aheadMs) <= ON_TIME_MS ? "on_time" : aheadMs > 0 ? "ahead" : "behind";
  const end = t("watch.through", { time: formatTime(Math.max(endMs, nowMs), session.zone) });
  return `${t(`watch.${key}`, { time })} · ${end}`;
}

customElements.define("ls-watch", Watch);
