/**
 * <ls-photo-field>: one photo, taken, chosen, dropped, pasted, or named by its address.
 *
 * Properties: `value` (an address or ""), `label` (a key of the catalogue of messages), `isBusy`,
 * `problem` (a sentence from outside);
 * `ready` (a promise: true when there is nothing left to send, false when it went wrong).
 * Events: `change` when the value is another one. Styles: catalogue.css.
 */

import "./catalogue-words.js";
import { crewIcon, said, say, sayButton, setFlag } from "./crew-dom.js";
import { h, setText } from "./dom.js";
import { t } from "./i18n.js";
import { showPhoto } from "./photo.js";
import { shrunk } from "./photo-shrink.js";
import { sendPhoto } from "./photo-upload.js";
import { sentenceOf } from "./sentence.js";

// What else is typed as an address is for the service to refuse, and not for this page to open.
const CAN_BE_SHOWN = /^(?:https?:\/\/|\/(?!\/))/;

const KINDS = "image/jpeg,image/png,image/webp";

class PhotoField extends HTMLElement {
  #value = "";
  #work = null;
  #outcome = Promise.resolve(true);
  #label = said("span", "photo.label", { class: "label" });
  #image = h("img", { class: "photo-shown", alt: "" });
  #choose = sayButton("photo.choose", { onclick: () => this.#input.click() });
  #take = sayButton("photo.take", { class: "photo-take", onclick: () => this.#camera.click() });
  #remove = sayButton("photo.remove", { class: "quiet", onclick: () => this.#removed() });
  #stop = sayButton("photo.stop", { class: "quiet", onclick: () => this.#work?.abort() });
  #input = fileInput({ onchange: (event) => this.#chosen(event.target) });
  // A phone opens its camera at once.
  #camera = fileInput({ capture: "environment", onchange: (event) => this.#chosen(event.target) });
  #progress = h("progress", { max: "1" });
  #state = h("p", { class: "photo-state", role: "status" });
  #problem = h("p", { class: "photo-problem", role: "alert" });
  #address = h("input", {
    type: "text", inputmode: "url", maxlength: "500", autocomplete: "off", onchange: () => this.#typed(),
  });
  #box = h(
    "div",
    { class: "photo-box" },
    h("div", { class: "photo-frame", onclick: () => this.#choose.click() }, crewIcon("photo"), this.#image),
    h(
      "div",
      { class: "photo-side" },
      h("div", { class: "row" }, this.#take, this.#choose, this.#remove, this.#stop),
      h("p", { class: "photo-hint" }, said("span", "photo.hint"), " ", said("span", "photo.hint_drop", { class: "photo-drop" })),
      this.#progress, this.#state, this.#problem,
    ),
  );
  #form = null;
  #pasted = (event) => this.#paste(event);

  connectedCallback() {
    if (!this.firstChild) this.#build();
    this.#form = this.closest("form") ?? this;
    this.#form.addEventListener("paste", this.#pasted);
    this.#show();
  }

  disconnectedCallback() {
    this.#form?.removeEventListener("paste", this.#pasted);
    this.#work?.abort();
  }

  #build() {
    this.#label.id = `photo-label-${(count += 1)}`;
    this.setAttribute("role", "group");
    this.setAttribute("aria-labelledby", this.#label.id);
    this.addEventListener("dragover", (event) => this.#dragged(event));
    this.addEventListener("dragleave", () => setFlag(this, "data-over", false));
    this.addEventListener("drop", (event) => this.#dropped(event));
    this.#image.addEventListener("error", () => this.#unseen());
    this.append(
      this.#label, this.#box, this.#input, this.#camera,
      h(
        "details",
        { class: "photo-address" },
        said("summary", "photo.by_address"),
        h("label", { class: "field" }, said("span", "photo.address", { class: "label" }), this.#address),
      ),
    );
  }

  /** A key such as "create.cover", so that it follows the language. */
  set label(key) {
    say(this.#label, key);
  }

  get value() {
    return this.#value;
  }

  set value(address) {
    this.#work?.abort();
    this.#value = address ?? "";
    this.#tell("");
    this.#show();
  }

  /** What somebody else found wrong with it; gone when it changes. */
  set problem(sentence) {
    this.#tell(sentence);
  }

  get isBusy() {
    return this.#work !== null;
  }

  get ready() {
    return this.#outcome;
  }

  #chosen(input) {
    const [file] = input.files;
    // The same file may be chosen again after it was mended.
    if (file) this.#send(file);
    input.value = "";
  }

  #typed() {
    this.#changed(this.#address.value.trim());
  }

  #removed() {
    this.#changed("");
    this.#choose.focus();
  }

  #dragged(event) {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    setFlag(this, "data-over", true);
  }

  #dropped(event) {
    setFlag(this, "data-over", false);
    const [file] = event.dataTransfer.files;
    if (!file) return;
    event.preventDefault();
    this.#send(file);
  }

  /** Anywhere in the form, unless the form has several photos and another one is meant. */
  #paste(event) {
    const isMeant = this.contains(event.target) || this.#form.querySelectorAll("ls-photo-field").length === 1;
    const file = [...event.clipboardData.files].find(({ type }) => type.startsWith("image/"));
    if (!isMeant || file === undefined) return;
    event.preventDefault();
    this.#send(file);
  }

  #send(file) {
    // It may have been pasted while this was folded away.
    const folded = this.closest("details");
    if (folded !== null) folded.open = true;
    this.#work?.abort();
    const work = new AbortController();
    this.#work = work;
    this.#tell("");
    this.#outcome = this.#sent(file, work);
    this.#show();
  }

  async #sent(file, work) {
    const isCurrent = () => this.#work === work;
    try {
      this.#progressed(null, "photo.preparing");
      const blob = await shrunk(file);
      const photo = await sendPhoto(blob, {
        signal: work.signal,
        onProgress: (part) => isCurrent() && this.#progressed(part, part < 1 ? "photo.sending" : "photo.checking"),
        onWaiting: (isWaiting) => isCurrent() && this.#progressed(null, isWaiting ? "photo.waiting" : "photo.sending"),
      });
      if (!isCurrent()) return this.#outcome;
      this.#work = null;
      this.#changed(photo.address);
      return true;
    } catch (error) {
      if (!isCurrent()) return this.#outcome;
      this.#work = null;
      this.#show();
      if (!work.signal.aborted) this.#tell(sentenceOf(error));
      return work.signal.aborted;
    }
  }

  /** @param part From 0 to 1, or null when nobody knows. */
  #progressed(part, key) {
    if (part === null) this.#progress.removeAttribute("value");
    else this.#progress.value = part;
    setText(this.#state, t(key));
  }

  #changed(address) {
    const isOther = address !== this.#value;
    this.value = address;
    if (address !== "" && !CAN_BE_SHOWN.test(address)) this.#unseen();
    if (isOther) this.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /** An address that shows nothing here may still be right, so it is kept and said. */
  #unseen() {
    this.#image.hidden = true;
    if (this.#value !== "") this.#tell(t("photo.unseen"));
  }

  #tell(sentence) {
    setText(this.#problem, sentence);
  }

  #show() {
    const has = this.#value !== "";
    this.#image.hidden = !has;
    showPhoto(this.#image, CAN_BE_SHOWN.test(this.#value) ? this.#value : "", "160px");
    this.#address.value = this.#value;
    this.#progress.hidden = this.#state.hidden = this.#stop.hidden = !this.isBusy;
    this.#remove.hidden = !has || this.isBusy;
    this.#choose.hidden = this.#take.hidden = this.isBusy;
    say(this.#choose, has ? "photo.another" : "photo.choose");
    setFlag(this, "data-busy", this.isBusy);
    setFlag(this, "data-has", has);
  }
}

let count = 0;

/** Out of sight, because its own button cannot be said in two languages; ours opens it. */
function fileInput(options) {
  return h("input", { type: "file", accept: KINDS, hidden: true, tabindex: "-1", ...options });
}

customElements.define("ls-photo-field", PhotoField);
