/** What the forms about accounts share: fields with their problem beside them, and one message. */

import { said } from "./crew-dom.js";
import { h, setText } from "./dom.js";
import { fieldSentence, sentenceOf } from "./sentence.js";

let count = 0;

/**
 * A labelled input.
 *
 * @param key The label's sentence.
 * @param options Attributes of the input, with its `name`.
 * @returns `{element, input, problem}`
 */
export function field(key, options) {
  count += 1;
  const id = `field-${count}`;
  const problem = h("p", { id: `${id}-problem`, class: "field-error", role: "alert" });
  const input = h("input", {
    id, "aria-describedby": problem.id, autocapitalize: "none", autocorrect: "off",
    spellcheck: "false", ...options,
  });
  const element = h("div", { class: "field" }, said("label", key, { for: id }), input, problem);
  return { element, input, problem };
}

/** A field for a password; `name` is what the service calls it. */
export const passwordField = (key, name, autocomplete) =>
  field(key, { type: "password", name, autocomplete, maxlength: 256 });

/** A field for a code of six digits, or a recovery code. */
export const codeField = (key) =>
  field(key, { type: "text", name: "code", inputmode: "text", autocomplete: "one-time-code", maxlength: 32 });

/** The sentence below a form: what went wrong, or that it is done. */
export function message() {
  return h("p", { class: "message", role: "status", hidden: true });
}

export function tell(element, sentence, kind = "bad") {
  element.dataset.kind = kind;
  setText(element, sentence);
  element.hidden = sentence === "";
}

/** Puts each problem at its field, by the input's name; what fits none stands in the message. */
export function showProblems(fields, place, problems, sentence = "") {
  let isAtField = false;
  for (const { input, problem } of fields) {
    const own = problems[input.name] ?? "";
    setText(problem, own);
    if (own) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
    if (own && !isAtField) input.focus();
    isAtField = isAtField || own !== "";
  }
  tell(place, isAtField ? "" : sentence);
}

/** The same for what the service said. */
export function showError(fields, place, error) {
  const names = Object.keys(error.fields ?? {});
  const problems = Object.fromEntries(names.map((name) => [name, fieldSentence(error, name)]));
  showProblems(fields, place, problems, sentenceOf(error));
}

/** Copies a text; false when the browser does not let it (no TLS, an old phone). */
export async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
