/**
 * The page that an invitation to a rehearsal opens: `/rehearsal#INVITATION`. It shows the service
 * the invitation and goes on to the show, or to its overlay with `?to=overlay`.
 *
 * The invitation stands behind the # so that no server, proxy or log on the way sees it.
 */

import "./rehearsal-words.js";
import "./shared-words.js";
import { post, segment } from "./api.js";
import { setText } from "./dom.js";
import { onLanguage, t } from "./i18n.js";
import { startPage } from "./page.js";
import { sentenceOf } from "./sentence.js";

const again = document.querySelector('[data-do="again"]');
const text = document.querySelector('[data-out="text"]');
const isForOverlay = new URLSearchParams(location.search).get("to") === "overlay";
let problem = null;

function paint() {
  document.title = t("rehearsal.come_in");
  document.body.dataset.status = problem === null ? "loading" : "ended";
  setText(text, problem === null ? t("rehearsal.opening") : sentenceOf(problem));
  again.hidden = problem === null || (problem.status >= 400 && problem.status < 429);
}

async function comeIn() {
  problem = null;
  paint();
  try {
    const { session } = await post("/rehearsals/visit", { invitation: location.hash.slice(1) });
    const place = segment(session);
    location.replace(isForOverlay ? `/overlay/${place}/lower-third` : `/s/${place}`);
  } catch (error) {
    problem = error;
    paint();
  }
}

startPage();
onLanguage(paint);
again.addEventListener("click", comeIn);
addEventListener("hashchange", comeIn);
comeIn();
