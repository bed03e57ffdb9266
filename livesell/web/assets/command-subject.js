/**
 * What a command is about, so that two people's commands that have nothing to do with each other
 * are no conflict. Pure.
 */

const COURSE = new Set([
  "schedule", "start", "pause", "resume", "end", "extend", "cancel", "miss",
]);
const RUNDOWN = new Set(["reorder", "add_card", "remove_card"]);

/**
 * The things that a command changes or relies on.
 *
 * @param about A command, or one of the document's `doings`.
 * @param flashes The flash sales of the document, for commands that name one.
 */
export function subjectsOf(about, flashes = {}) {
  const verb = about.of ?? about.do;
  const found = new Set();
  const card = about.card?.id ?? about.card ?? flashes[about.flash]?.card;
  if (card) found.add(`card:${card}`);
  if (verb === "show" || verb === "hide") found.add("shown");
  if (COURSE.has(verb)) found.add("course");
  if (RUNDOWN.has(verb)) found.add("rundown");
  if (found.size === 0) found.add(verb);
  return found;
}

/** Whether the two have nothing in common. */
export function areApart(one, other, flashes = {}) {
  const subjects = subjectsOf(other, flashes);
  return [...subjectsOf(one, flashes)].every((subject) => !subjects.has(subject));
}

/**
 * Whether all that was done since a command was made is about other things.
 *
 * @param conflict The data of a `version_conflict`: `{version, since}`.
 * @param version The version that the command was sent with.
 */
export function isUntouched(command, { version: newest, since }, version, flashes = {}) {
  if (command.do === "undo" || !Array.isArray(since)) return false;
  // Every version has its doing; when one is missing, nobody knows what it did.
  if (since.length !== newest - version) return false;
  return since.every((doing) => areApart(command, doing, flashes));
}
