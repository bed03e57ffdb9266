/** The rundown as it is printed: time, number, product, price, length and the host's words. */

import { h } from "./dom.js";
import { formatMoment, formatTime } from "./format.js";
import { t } from "./i18n.js";
import { formatPrice } from "./money.js";
import { lengthText, plannedTimes, totalSeconds } from "./rundown-plan.js";
import { inRundown } from "./session-state.js";

/** Fills `place` anew; it is seen on paper only. */
export function printRundown(place, document) {
  const { session } = document;
  const cards = inRundown(document);
  const times = plannedTimes(cards, session.started ?? session.planned_start ?? null);
  const when = session.planned_start === undefined ? "" : formatMoment(session.planned_start, session.zone);
  const columns = ["print_time", "print_slot", "print_product", "print_length", "print_script"];
  place.replaceChildren(
    h("h1", { text: session.title }),
    h("p", { text: [session.host, when, lengthText(totalSeconds(cards))].filter(Boolean).join(" · ") }),
    h("table", {},
      h("thead", {}, h("tr", {}, ...columns.map((name) => h("th", { scope: "col", text: t(`prepare.${name}`) })))),
      h("tbody", {}, ...cards.map((card, at) => row(card, times[at], session)))),
  );
}

function row(card, { atMs, offsetS }, { currency, zone }) {
  const clock = atMs === null ? `+${lengthText(offsetS) || "0:00"}` : formatTime(atMs, zone);
  return h("tr", {},
    h("td", { text: clock }),
    h("td", { text: String(card.slot) }),
    h("td", {}, h("strong", { text: card.title }), h("br"), formatPrice(card.price, currency)),
    h("td", { text: lengthText(card.plan_s ?? 0) }),
    h("td", { class: "print-script", text: card.script ?? "" }));
}
