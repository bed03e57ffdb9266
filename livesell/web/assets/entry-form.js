/** What signing in and the first set-up have in common: one form, one sentence when it fails. */

import { setText } from "./dom.js";
import { t } from "./i18n.js";
import { fieldSentence, sentenceOf } from "./sentence.js";

/**
 * Sends the form through `send` and goes on when that succeeds.
 *
 * @param send `async (fields) => address` to go to; `fields` are the form's inputs by name.
 * @param check `(fields) => {name: sentence}` of what is wrong before anything is sent.
 * @param onFailure `(error) => isTold`; what is told already gets no sentence here.
 */
export function wireEntryForm(form, { send, check = () => ({}), onFailure = () => false }) {
  const button = form.querySelector('[type="submit"]');
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const fields = Object.fromEntries(new FormData(form));
    const problems = { ...missing(form, fields), ...check(fields) };
    say(form, problems, "");
    if (Object.keys(problems).length > 0) return;
    button.disabled = true;
    try {
      location.replace(await send(fields));
    } catch (error) {
      button.disabled = false;
      if (onFailure(error)) return;
      const names = Object.keys(error.fields ?? {});
      const found = names.map((name) => [name, fieldSentence(error, name)]);
      say(form, Object.fromEntries(found), sentenceOf(error));
    }
  });
  for (const toggle of form.querySelectorAll('[data-do="reveal"]')) {
    toggle.addEventListener("change", () => reveal(form, toggle.checked));
  }
}

function missing(form, fields) {
  const required = [...form.querySelectorAll("[required]")].map((input) => input.name);
  const empty = required.filter((name) => !fields[name]);
  return Object.fromEntries(empty.map((name) => [name, t(`entry_form.missing_${name}`)]));
}

function say(form, problems, sentence) {
  for (const input of form.querySelectorAll("input[name]")) {
    const problem = form.querySelector(`#${input.name}-problem`);
    if (problem === null) continue;
    setText(problem, problems[input.name] ?? "");
    if (problems[input.name]) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  }
  const isAtField = [...form.querySelectorAll("[aria-invalid]")].length > 0;
  const message = form.querySelector('[role="alert"].message');
  setText(message, isAtField ? "" : sentence);
  message.hidden = isAtField || sentence === "";
  form.querySelector("[aria-invalid]")?.focus();
}

function reveal(form, isShown) {
  for (const input of form.querySelectorAll("[data-secret]")) {
    input.type = isShown ? "text" : "password";
  }
}
