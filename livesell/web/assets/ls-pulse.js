/**
 * <ls-pulse>: viewers and orders of the last ten minutes as a small picture.
 *
 * Property `data`: `{bins, perMinute}`, see `pulse.js`.
 */

import { said, setFlag } from "./crew-dom.js";
import { h, setText, svg } from "./dom.js";
import { formatCount } from "./format.js";
import { t } from "./i18n.js";
import { sparkBars, sparkPaths } from "./spark-scale.js";

const SIZE = { width: 600, height: 64 };

const newest = (values) => values.at(-1) ?? 0;
const most = (values) => values.reduce((one, other) => Math.max(one, other), 0);

class Pulse extends HTMLElement {
  #area = svg("path", { class: "pulse-area" });
  #line = svg("path", { class: "pulse-line" });
  #bars = svg("path", { class: "pulse-bars" });
  #picture = svg(
    "svg",
    { class: "pulse-picture", viewBox: `0 0 ${SIZE.width} ${SIZE.height}`, preserveAspectRatio: "none", role: "img" },
    this.#area, this.#bars, this.#line,
  );
  #viewers = h("span", { class: "pulse-key pulse-viewers figure" });
  #orders = h("span", { class: "pulse-key pulse-orders figure" });

  connectedCallback() {
    if (this.firstChild) return;
    const span = said("span", "pulse.span", { class: "panel-note" });
    this.append(
      h("header", { class: "panel-head" }, said("h2", "pulse.title"), span),
      this.#picture,
      h("p", { class: "pulse-keys" }, this.#viewers, this.#orders),
    );
  }

  set data({ bins, perMinute }) {
    const viewers = bins.map((bin) => bin.concurrent);
    const orders = bins.map((bin) => bin.orders);
    const paths = sparkPaths(viewers, SIZE);
    setFlag(this.#line, "d", paths.line);
    setFlag(this.#area, "d", paths.area);
    setFlag(this.#bars, "d", sparkBars(orders, { ...SIZE, height: SIZE.height }));
    const facts = { now: formatCount(newest(viewers)), most: formatCount(most(viewers)), n: formatCount(perMinute) };
    setText(this.#viewers, t("pulse.viewers", facts));
    setText(this.#orders, t("pulse.orders", facts));
    setFlag(this.#picture, "aria-label", t("pulse.told", facts));
  }
}

customElements.define("ls-pulse", Pulse);
