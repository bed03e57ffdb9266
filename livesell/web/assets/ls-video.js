/**
 * <ls-video>: plays the show: a file or stream natively, a player's page in a sandboxed frame.
 *
 * Property `view`: {address, isWanted}; wanted only while on air. Browsers let a page play by
 * itself only without sound, so it starts muted with a `button` for the sound. Its shape stands on
 * `data-shape`: "tall" fills a phone, "wide" is shown whole.
 */

import { h, icon, setText } from "./dom.js";
import { onLanguage, t } from "./i18n.js";
import { videoKind } from "./video-kind.js";

class Video extends HTMLElement {
  #address = "";
  #isWanted = false;
  #key = null;

  /** For the sound and for playing on; the page puts it where it covers nothing. */
  button = h("button", { class: "video-button", type: "button", hidden: true });

  #video = null;
  #leave = null;

  connectedCallback() {
    this.#leave = onLanguage(() => this.#video && this.#paintButton());
  }

  disconnectedCallback() {
    this.#leave?.();
    this.#clear();
  }

  set view({ address, isWanted }) {
    this.#address = address;
    this.#isWanted = isWanted;
    const key = isWanted ? address : "";
    if (key === this.#key) return;
    this.#key = key;
    this.#build();
  }

  #build() {
    this.#clear();
    const wish = this.#isWanted ? this.#address : "";
    const { kind, address } = videoKind(wish, location.href, playsPlaylists());
    this.dataset.kind = kind;
    if (kind === "video") this.#native(address);
    if (kind === "frame") this.#frame(address);
    if (kind === "link") this.#link(address);
  }

  #clear() {
    this.#video?.pause();
    this.#video?.removeAttribute("src");
    this.#video = null;
    this.button.hidden = true;
    delete this.dataset.shape;
    this.replaceChildren();
  }

  #native(address) {
    const video = h("video", { src: address, playsinline: true, autoplay: true, muted: true });
    video.muted = true;
    this.#video = video;
    video.addEventListener("loadedmetadata", () => {
      this.dataset.shape = video.videoHeight > video.videoWidth ? "tall" : "wide";
    });
    for (const name of ["play", "pause", "volumechange"]) {
      video.addEventListener(name, () => this.#paintButton());
    }
    video.addEventListener("error", () => this.#link(address));
    this.button.onclick = () => this.#press(video);
    this.append(video);
    this.#paintButton();
    video.play().catch(() => this.#paintButton());
  }

  #press(video) {
    if (video.paused) video.play().catch(() => this.#paintButton());
    else video.muted = !video.muted;
  }

  #paintButton() {
    if (!this.#video) return;
    const { paused, muted } = this.#video;
    const [sign, label] = paused ? ["play", t("viewer.play")] : ["mute", t("viewer.unmute")];
    this.button.replaceChildren(icon(sign), h("span", { text: label }));
    this.button.hidden = !paused && !muted;
  }

  #frame(address) {
    this.dataset.shape = "wide";
    this.append(
      h("iframe", {
        src: address,
        sandbox: "allow-scripts allow-same-origin allow-presentation allow-popups",
        allow: "autoplay; fullscreen; encrypted-media; picture-in-picture",
        referrerpolicy: "strict-origin-when-cross-origin",
        title: t("viewer.title"),
      }),
    );
  }

  #link(address) {
    this.#clear();
    this.dataset.kind = "link";
    const text = h("p");
    setText(text, t("viewer.noVideo"));
    const link = { href: address, target: "_blank", rel: "noopener noreferrer", class: "button" };
    this.append(h("div", { class: "video-link" }, text, h("a", { ...link, text: t("viewer.openVideo") })));
  }
}

const playsPlaylists = () =>
  document.createElement("video").canPlayType("application/vnd.apple.mpegurl") !== "";

customElements.define("ls-video", Video);
