/**
 * <ls-reminder>: "Remind me on this page", for whoever leaves the preview open behind other work.
 *
 * Properties: `clock` (a ServerClock), set first; `session`, of each document. The wish is kept on
 * the device. A browser that lets no page notify (most phones) is told that the calendar can.
 */

import { h, setText } from "./dom.js";
import { onLanguage, t } from "./i18n.js";
import { Reminder } from "./reminder.js";

const PREFIX = "livesell.remind.";

class ReminderButton extends HTMLElement {
  #button = h("button", { class: "button", type: "button", onclick: () => this.#tap() });
  #note = h("p", { class: "remind-note", role: "status" });
  #reminder = null;
  #session = null;
  #isHere = canNotify();
  #leave = null;

  connectedCallback() {
    this.append(this.#button, this.#note);
    this.#leave = onLanguage(() => this.#paint());
  }

  disconnectedCallback() {
    this.#leave?.();
    if (this.#reminder) this.#reminder.isOn = false;
  }

  set clock(clock) {
    this.#reminder = new Reminder({ clock, say: (what, session) => this.#say(what, session) });
  }

  set session(session) {
    const isFirst = this.#session === null;
    this.#session = session;
    this.#reminder.session = session;
    const wasOn = this.#reminder.isOn;
    if (isFirst && kept(session.id) && this.#isHere && Notification.permission === "granted") {
      this.#reminder.isOn = true;
    }
    if (wasOn && !this.#reminder.isOn) keep(session.id, false);
    this.#paint();
  }

  async #tap() {
    if (this.#reminder.isOn) this.#turn(false);
    // Asked in the tap itself; later a browser would not show the question.
    else this.#turn((await Notification.requestPermission()) === "granted");
  }

  #turn(isOn) {
    this.#reminder.isOn = isOn;
    keep(this.#session.id, isOn);
    this.#paint();
  }

  #paint() {
    if (this.#session === null) return;
    const { state, planned_start: start } = this.#session;
    this.hidden = state !== "scheduled" || start === undefined;
    const isDenied = this.#isHere && Notification.permission === "denied";
    const { isOn } = this.#reminder;
    this.#button.hidden = !this.#isHere || isDenied;
    this.#button.setAttribute("aria-pressed", String(isOn));
    setText(this.#button, t(isOn ? "remind.off" : "remind.on"));
    if (!this.#isHere) setText(this.#note, t("remind.notHere"));
    else if (isDenied) setText(this.#note, t("remind.denied"));
    else setText(this.#note, isOn ? t("remind.isOn") : t("remind.how"));
  }

  #say(what, { id, title }) {
    try {
      const shown = new Notification(title, { body: t(`remind.${what}`), tag: `livesell-${id}` });
      shown.addEventListener("click", () => {
        window.focus();
        shown.close();
      });
    } catch {
      // Some browsers notify only for installed pages, and say so only now.
      this.#isHere = false;
      this.#turn(false);
    }
  }
}

/** Android's browsers have the name and throw when it is used without a service worker. */
function canNotify() {
  return "Notification" in globalThis && !/Android/i.test(navigator.userAgent);
}

function kept(session) {
  try {
    return localStorage.getItem(PREFIX + session) !== null;
  } catch {
    return false;
  }
}

function keep(session, isOn) {
  try {
    if (isOn) localStorage.setItem(PREFIX + session, "1");
    else localStorage.removeItem(PREFIX + session);
  } catch {
    // A browser that keeps nothing still reminds as long as this page is open.
  }
}

customElements.define("ls-reminder", ReminderButton);
