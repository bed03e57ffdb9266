/** What both lists of sessions have in common: they are asked for again and again. */

import "./ls-link.js";
import "./ls-session-list.js";
import { get } from "./api.js";
import { goToLogin } from "./crew-page.js";
import { setText } from "./dom.js";
import { onLanguage } from "./i18n.js";
import { Polled } from "./polled.js";
import { sentenceOf } from "./sentence.js";

const TICK_MS = 1000;

/**
 * All sessions, whichever part of the list they are on. Anybody may ask for those that are public,
 * so who is here is asked as well: a page whose login has ended must not look as if it went on.
 */
async function everything() {
  await get("/me");
  const sessions = [];
  let after = "";
  do {
    const page = await get(`/sessions?${new URLSearchParams(after ? { after } : {})}`);
    sessions.push(...page.sessions);
    after = page.next ?? "";
  } while (after !== "");
  return sessions;
}

/** Fills the page's list and its state; returns what is polled. */
export function startSessions() {
  const list = document.querySelector("ls-session-list");
  const polled = new Polled(everything);
  const showState = () => {
    const { status, ageMs } = polled;
    document.body.dataset.status = status;
    Object.assign(document.querySelector("ls-link"), { status, ageMs });
  };
  const show = () => {
    if (polled.error?.status === 401) goToLogin();
    if (polled.error && polled.value === null) {
      setText(document.querySelector("#loading"), sentenceOf(polled.error));
    }
    if (polled.value !== null) list.sessions = polled.value;
    showState();
  };
  polled.addEventListener("change", show);
  onLanguage(show);
  setInterval(showState, TICK_MS);
  showState();
  polled.refresh();
  return polled;
}
