/** What a colleague did between a look at the page and a command: a conflict in words. */

import { doerTold, doingTold } from "./doing-told.js";
import { t } from "./i18n.js";
import { commandTold } from "./told.js";

/**
 * The lines below the sentence of a `version_conflict`: who changed what, and what was wanted.
 *
 * @param error With its `data`: `{version, since}`.
 * @param version The version that the command was made on.
 */
export function conflictTold({ data }, { command, version, document, me }) {
  const since = data?.since;
  if (!Array.isArray(since)) return [];
  const lines = since.map((doing) => t("doing.says", {
    who: doerTold(doing, me), what: doingTold(doing, document),
  }));
  if (since.length < data.version - version) lines.push(t("conflict.more"));
  return [...lines, t("conflict.mine", { what: commandTold(command, document) })];
}
