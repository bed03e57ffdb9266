/** The list of shows: live now, coming, past. It asks again now and then, and when looked at. */

import "./site-words.js";
import "./ls-cover.js";
import { get } from "./api.js";
import { h, setText } from "./dom.js";
import { durationParts, formatMoment, ownZone } from "./format.js";
import { onLanguage, t } from "./i18n.js";
import { startPage } from "./page.js";
import { groupShows } from "./show-groups.js";

const AGAIN_MS = 30_000;
// From here on the time left is more telling than the hour.
const SOON_MS = 24 * 3_600_000;

const message = document.querySelector('[data-out="message"]');
const group = (name) => document.querySelector(`[data-group="${name}"]`);
let shows = null;

startPage();
onLanguage(paint);
document.addEventListener("visibilitychange", () => document.hidden || load());
setInterval(() => document.hidden || load(), AGAIN_MS);
load();

async function load() {
  try {
    ({ sessions: shows } = await get("/sessions"));
    document.body.dataset.status = "live";
  } catch {
    document.body.dataset.status = shows === null ? "loading" : "reconnecting";
  }
  paint();
}

function paint() {
  const status = document.body.dataset.status;
  const isEmpty = status === "live" && shows.length === 0;
  message.hidden = status === "live" && !isEmpty;
  setText(message, t(isEmpty ? "index.empty" : "index.failed"));
  group("loading").hidden = shows !== null;
  const groups = groupShows(shows ?? [], Date.now());
  for (const [name, members] of Object.entries(groups)) {
    group(name).hidden = members.length === 0;
    group(name).querySelector("ul").replaceChildren(...members.map(row));
  }
}

function row(show) {
  const cover = h("ls-cover");
  cover.view = { id: show.id, cover: show.cover || undefined };
  const chip = h("span", { class: "chip", data: { state: show.state } });
  if (show.state === "live") chip.append(h("span", { class: "live-dot" }));
  chip.append(h("span", { text: t(`state.${show.state}`) }));
  return h(
    "li",
    {},
    h(
      "a",
      { class: "show", href: `/s/${encodeURIComponent(show.id)}` },
      h("span", { class: "show-cover" }, cover, chip),
      h(
        "span",
        { class: "show-text" },
        h("span", { class: "show-title", text: show.title }),
        h("span", { class: "show-host", text: t("viewer.host", { name: show.host }) }),
        h("span", { class: "show-when figure", text: whenText(show) }),
      ),
    ),
  );
}

function whenText(show) {
  const at = Date.parse(show.ended ?? show.started ?? show.planned_start ?? "");
  if (Number.isNaN(at)) return "";
  const left = at - Date.now();
  if (show.state !== "scheduled" || left > SOON_MS) return formatMoment(at, ownZone());
  if (left <= 0) return t("index.soon");
  return `${formatMoment(at, ownZone())} · ${t("index.startsIn", { time: leftText(left) })}`;
}

function leftText(ms) {
  const { days, hours, minutes } = durationParts(ms);
  const parts = days * 24 + hours ? [t("time.hours", { n: days * 24 + hours })] : [];
  if (minutes || !parts.length) parts.push(t("time.minutes", { n: Math.max(1, minutes) }));
  return parts.join(" ");
}
