/** The page on which a session is checked and rehearsed before its show. */

import "./ls-crew-nav.js";
import { get, segment } from "./api.js";
import { placeBeforeTheShow } from "./before-the-show.js";
import { may, mayCommand, startCrewPage, whoAmI } from "./crew-page.js";
import { setText } from "./dom.js";
import { onLanguage, t } from "./i18n.js";
import { sessionFromAddress } from "./page.js";

startCrewPage({ theme: "dark" });

const session = sessionFromAddress();
const find = (selector) => document.querySelector(selector);
const panels = placeBeforeTheShow(find("main"), session);
let title = "";

function paint() {
  setText(find("#title"), title);
  document.title = title ? `${title} · ${t("rehearsal.page_title")}` : t("rehearsal.page_title");
}

async function allow() {
  const [me, { document: found }] = await Promise.all([
    whoAmI(),
    get(`/sessions/${segment(session)}?audience=crew`),
  ]);
  title = found.session.title;
  panels.may = may(me, "prepare") && mayCommand(me, found.session.owner);
  paint();
}

find(".crew-back").href = `/console/${segment(session)}`;
onLanguage(paint);
paint();
// Without an answer the panels say for themselves what is the matter.
allow().catch(() => {});
