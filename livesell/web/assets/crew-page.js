/**
 * What every page of the crew does first: its words, its light, who is signed in, and the way out.
 */

import "./crew-words.js";
import { get, post } from "./api.js";
import { recall, remember, startPage } from "./page.js";

const THEME_KEY = "livesell.theme";

/** Sets the words and the light of the page. Consoles are dark unless a person chose light. */
export function startCrewPage({ theme = null } = {}) {
  setTheme(recall("localStorage", THEME_KEY) ?? theme);
  startPage();
  document.addEventListener("click", ({ target }) => {
    const done = target.closest?.("[data-do]")?.dataset.do;
    if (done === "theme") switchTheme();
    if (done === "logout") logOut();
  });
}

const ASK_AGAIN_MS = 3000;
let asked = null;

/**
 * Who is signed in: `{name, role, rights}`, asked once a page and until there is an answer.
 * Without a login the page goes to `/login` and comes back.
 */
export function whoAmI() {
  asked ??= askWhoAmI();
  return asked;
}

/** The same asked anew: the role may be another one by now. */
export function whoAmINow() {
  asked = null;
  return whoAmI();
}

async function askWhoAmI() {
  for (;;) {
    try {
      return await get("/me");
    } catch (error) {
      if (error.status === 401) goToLogin();
    }
    await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
  }
}

/** Whether who is signed in has a right; the service decides, this hides what it would refuse. */
export const may = ({ rights }, right) => rights.includes(right);

/** Whether this session may be commanded: a host commands its own, an operator any. */
export const mayCommand = (me, owner = "") => may(me, "run") && isOwn(me, owner);

/** Whether this session's orders, and who gave them, are for whoever is signed in. */
export const maySettle = (me, owner = "") => may(me, "settle") && isOwn(me, owner);

/** A host has its own sessions, and those that were made for nobody by name. */
const isOwn = (me, owner) => me.role !== "host" || ["", "cli", me.name].includes(owner);

export function goToLogin() {
  location.replace(`/login?next=${encodeURIComponent(location.pathname)}#ended`);
}

async function logOut() {
  try {
    await post("/logout");
  } finally {
    location.assign("/login");
  }
}

function setTheme(theme) {
  if (theme) document.documentElement.dataset.theme = theme;
}

function switchTheme() {
  const { theme } = document.documentElement.dataset;
  const isDark = theme ? theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  setTheme(isDark ? "light" : "dark");
  remember("localStorage", THEME_KEY, isDark ? "light" : "dark");
}
