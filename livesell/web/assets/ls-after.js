/**
 * <ls-after>: what there is for viewers when a show is over, or did not take place: the recording,
 * and the next show.
 *
 * Property `session`, of each document. A recording that the browser plays is played here; any
 * other is a link.
 */

import { get, segment } from "./api.js";
import "./ls-cover.js";
import { h, setText } from "./dom.js";
import { onLanguage, t } from "./i18n.js";
import { momentText } from "./moment-text.js";
import { videoKind } from "./video-kind.js";

// Everybody who saw the end would ask in the same second. Who comes later asks alone.
const SPREAD_MS = 30_000;
const AGAIN_MS = 60_000;
const ATTEMPTS = 5;

class After extends HTMLElement {
  #session = null;
  #replay = h("div", { class: "after-replay" });
  #next = h("div", { class: "after-next" });
  #address = "";
  #found = null;
  #timer = 0;
  #leave = null;

  connectedCallback() {
    this.append(this.#replay, this.#next);
    this.#leave = onLanguage(() => this.#words());
  }

  disconnectedCallback() {
    this.#leave?.();
    clearTimeout(this.#timer);
  }

  /** Whether this viewer was there when it ended; then thousands were. */
  wasThere = false;

  set session(session) {
    const isFirst = this.#session === null;
    this.#session = session;
    // A show that was missed may start all the same.
    this.hidden = ["live", "paused", "scheduled"].includes(session.state);
    const address = session.state === "ended" ? session.replay ?? "" : "";
    if (address !== this.#address) this.#showReplay(address);
    if (isFirst) this.#ask(this.wasThere ? Math.random() * SPREAD_MS : 0, ATTEMPTS);
  }

  #showReplay(address) {
    this.#address = address;
    const canPlay = document.createElement("video").canPlayType("application/vnd.apple.mpegurl") !== "";
    const { kind, address: href } = videoKind(address, location.href, canPlay);
    if (kind === "none") this.#replay.replaceChildren();
    else if (kind === "video") this.#offerPlayer(href);
    else this.#offerLink(href, "after.watch");
  }

  #offerPlayer(src) {
    const button = h("button", { class: "button", type: "button", data: { says: "after.watch" }, text: t("after.watch") });
    button.addEventListener("click", () => {
      const video = h("video", { src, controls: true, playsinline: true });
      video.addEventListener("error", () => this.#offerLink(src, "after.watchThere"));
      this.#replay.replaceChildren(video);
      video.focus();
      video.play().catch(() => {});
    });
    this.#replay.replaceChildren(button);
  }

  #offerLink(href, key) {
    const link = { class: "button", href, target: "_blank", rel: "noopener noreferrer" };
    this.#replay.replaceChildren(h("a", { ...link, data: { says: key }, text: t(key) }));
  }

  #ask(inMs, attempts) {
    clearTimeout(this.#timer);
    if (attempts === 0) return;
    this.#timer = setTimeout(async () => {
      try {
        this.#showNext((await get(`/sessions/${segment(this.#session.id)}/next`)).next);
      } catch {
        this.#ask(AGAIN_MS * (0.5 + Math.random()), attempts - 1);
      }
    }, inMs);
  }

  #showNext(found) {
    this.#found = found;
    if (found === null) return this.#next.replaceChildren();
    const { id, title, cover } = found;
    const place = `/s/${segment(id)}`;
    const picture = h("ls-cover", { class: "after-cover" });
    picture.view = { id, cover };
    const text = h(
      "span", { class: "after-text" },
      h("span", { class: "after-kicker", data: { says: "after.next" } }),
      h("strong", { text: title }),
      h("span", { class: "after-host" }), h("span", { class: "after-time" }),
    );
    this.#next.replaceChildren(
      h("a", { class: "after-card", href: place }, picture, text),
      h("a", { class: "button", href: `${place}/calendar.ics`, data: { says: "after.book" } }),
    );
    this.#words();
  }

  #words() {
    for (const part of this.querySelectorAll("[data-says]")) setText(part, t(part.dataset.says));
    if (this.#found === null) return;
    const { host, planned_start: start, zone } = this.#found;
    setText(this.querySelector(".after-host"), t("viewer.host", { name: host }));
    setText(this.querySelector(".after-time"), momentText(Date.parse(start), zone));
  }
}

customElements.define("ls-after", After);
