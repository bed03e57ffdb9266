/**
 * <ls-marker-log>: what the crew and the timer did, in order. Property `data`:
 * `{markers, named, currency, zone}` with times in epoch ms.
 */

import { said } from "./crew-dom.js";
import { h } from "./dom.js";
import { formatTime } from "./format.js";
import { t } from "./i18n.js";
import { entryTold } from "./told.js";

// As in domain/person.py.
const TIMER = "timer";

class MarkerLog extends HTMLElement {
  #list = h("ol", { class: "marker-list" });
  #empty = said("p", "log.empty", { class: "empty" });

  connectedCallback() {
    if (!this.firstChild) this.append(this.#empty, this.#list);
  }

  set data({ markers, ...about }) {
    this.#empty.hidden = markers.length > 0;
    this.#list.replaceChildren(...markers.map((marker) => h(
      "li",
      {},
      h("time", { class: "marker-time", text: formatTime(marker.at, about.zone, { seconds: true }) }),
      h("span", { class: "marker-what", text: entryTold(marker, about) }),
      h("span", { class: "marker-by", text: marker.by === TIMER ? t("log.timer") : marker.by }),
    )));
  }
}

customElements.define("ls-marker-log", MarkerLog);
