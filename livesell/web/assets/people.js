/** Who belongs to the crew, by which links others may join, and who did what. For administrators. */

import "./people-words.js";
import "./ls-ask.js";
import "./ls-audit.js";
import "./ls-crew-nav.js";
import "./ls-invitations.js";
import "./ls-invite-form.js";
import "./ls-link.js";
import "./ls-people-list.js";
import { get, post, request, segment } from "./api.js";
import { goToLogin, may, startCrewPage, whoAmI } from "./crew-page.js";
import { setText } from "./dom.js";
import { onLanguage, t } from "./i18n.js";
import { tell } from "./people-form.js";
import { Polled } from "./polled.js";
import { sentenceOf } from "./sentence.js";

const TICK_MS = 1000;
const VIEWS = ["crew", "links", "audit"];

startCrewPage({ theme: "dark" });

const find = (selector) => document.querySelector(selector);
const polled = new Polled(askAll);
const person = (name, part = "") => `/people/${segment(name)}${part}`;
const drop = (path) => request(path, { method: "DELETE" });

async function askAll() {
  const [{ people }, { invitations }] = await Promise.all([get("/people"), get("/invitations")]);
  return { people, invitations };
}

function show() {
  const { value, error, status, ageMs } = polled;
  document.title = t("people.title");
  Object.assign(find("ls-link"), { status, ageMs });
  document.body.dataset.status = status;
  if (error?.status === 401) goToLogin();
  if (value === null) {
    if (error) setText(find("#loading"), sentenceOf(error));
    return;
  }
  find("ls-people-list").people = value.people;
  find("ls-invitations").invitations = value.invitations;
  find("ls-audit").names = value.people.map(({ name }) => name);
}

/** The view stands in the address, so that going back and a shared address lead to it. */
function showView() {
  const wanted = location.hash.slice(1);
  const view = VIEWS.includes(wanted) ? wanted : VIEWS[0];
  for (const link of document.querySelectorAll("[data-view]")) {
    if (link.dataset.view === view) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
  for (const part of document.querySelectorAll("[data-of]")) {
    part.hidden = !part.dataset.of.split(" ").includes(view);
  }
  if (view === "audit") find("ls-audit").load();
}

/** Each deed: the path it takes, what is asked first, and what is said when it is done. */
const DEEDS = {
  role: {
    sure: ({ name, role }) => ({
      title: t("people.sure_role", { name, role: t(`role.${role}`) }),
      text: t("people.sure_role_text"), yes: t("people.yes_role"),
    }),
    run: ({ name, role }) => request(person(name, "/role"), { method: "PUT", body: { role } }),
    done: ({ name, role }) => t("people.done_role", { name, role: t(`role.${role}`) }),
  },
  reset: {
    run: async ({ name }) => find("ls-invite-form").show(await post(person(name, "/reset"))),
    done: () => "",
  },
  end: sureDeed("end", "end_logins", ({ name }) => drop(person(name, "/logins")), "done_ended"),
  totp: sureDeed("totp", "drop_totp", ({ name }) => drop(person(name, "/totp")), "done_totp"),
  remove: sureDeed("remove", "remove", ({ name }) => drop(person(name)), "done_removed"),
};

function sureDeed(word, yes, run, done) {
  return {
    sure: ({ name }) => ({
      title: t(`people.sure_${word}`, { name }), text: t(`people.sure_${word}_text`),
      yes: t(`people.${yes}`), isDanger: true,
    }),
    run,
    done: ({ name }) => t(`people.${done}`, { name }),
  };
}

async function act({ detail }) {
  const deed = DEEDS[detail.do];
  if (deed.sure && !(await find("ls-ask").about(deed.sure(detail)))) return;
  await attempt(() => deed.run(detail), () => deed.done(detail));
}

async function withdraw({ detail: id }) {
  const question = {
    title: t("links.sure"), text: t("links.sure_text"), yes: t("links.withdraw"), isDanger: true,
  };
  if (!(await find("ls-ask").about(question))) return;
  await attempt(() => drop(`/invitations/${segment(id)}`), () => t("links.withdrawn"));
}

async function attempt(run, done) {
  try {
    await run();
    tell(find("#problem"), "");
    tell(find("#done"), done(), "good");
  } catch (error) {
    tell(find("#done"), "");
    tell(find("#problem"), sentenceOf(error));
    if (error.status === 401) goToLogin();
  }
  polled.refresh();
}

polled.addEventListener("change", show);
onLanguage(show);
addEventListener("hashchange", showView);
find("ls-people-list").addEventListener("act", act);
find("ls-invitations").addEventListener("withdraw", withdraw);
find("ls-invite-form").addEventListener("changed", () => polled.refresh());
setInterval(() => {
  Object.assign(find("ls-link"), { status: polled.status, ageMs: polled.ageMs });
}, TICK_MS);
whoAmI().then((me) => {
  if (!may(me, "people")) {
    find("#loading").dataset.t = "people.admins_only";
    setText(find("#loading"), t("people.admins_only"));
    find("ls-link").hidden = true;
    return;
  }
  find("ls-people-list").me = me.name;
  showView();
  polled.refresh();
});
