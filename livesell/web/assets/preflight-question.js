/**
 * What is asked before a session goes live while the pre-flight check finds something in the way:
 * why all the same, in words that are kept on the record.
 */

import "./rehearsal-words.js";
import { sayButton, said } from "./crew-dom.js";
import { h, setText } from "./dom.js";
import { t } from "./i18n.js";
import { askService, wordsOf } from "./preflight-look.js";

const LEAST = 3;
const MOST = 200;

/**
 * @param session The session that is about to start.
 * @returns A promise of `{overrule}` to start with ("" when nothing is in the way), or null when the
 *   person would rather not.
 */
export async function askPreflight(session) {
  let answer;
  try {
    answer = await askService(session);
  } catch {
    return { overrule: "" }; // the service looks for itself, and says so if it refuses
  }
  const isRehearsal = answer.document.session.rehearsal_of !== undefined;
  const bad = isRehearsal ? [] : answer.checks.filter(({ state }) => state === "bad");
  return bad.length === 0 ? { overrule: "" } : about(bad, answer.document);
}

function about(bad, document_) {
  const problem = h("p", { id: "overrule-problem", class: "field-error", role: "alert" });
  const words = h("input", {
    id: "overrule-words", type: "text", maxlength: MOST, autocomplete: "off", required: true,
    "aria-describedby": "overrule-problem",
  });
  const no = sayButton("preflight.overrule_no", { autofocus: true, onclick: () => dialog.close("no") });
  const yes = said("button", "preflight.overrule_yes", { type: "submit", class: "danger" });
  const form = h(
    "form",
    { novalidate: true, onsubmit: submitted },
    said("h2", "preflight.overrule_title", { id: "overrule-title" }),
    h("ul", { class: "overrule-points" }, ...bad.map((one) => h("li", { text: wordsOf(one, document_, t) }))),
    said("label", "preflight.overrule_why", { for: "overrule-words" }),
    words,
    problem,
    h("div", { class: "row ask-answers" }, no, yes),
  );
  const dialog = h("dialog", { class: "ask overrule", "aria-labelledby": "overrule-title" }, form);

  function submitted(event) {
    event.preventDefault();
    const isShort = [...words.value.trim()].length < LEAST;
    setText(problem, isShort ? t("preflight.overrule_short") : "");
    if (isShort) words.focus();
    else dialog.close("yes");
  }

  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes" ? { overrule: words.value.trim() } : null);
    }, { once: true });
  });
}
