/**
 * <ls-cover>: what stands where the video is not: the cover picture, or drawn mountain ridges.
 *
 * Property `view`: {id, cover}. The ridges come from the session's id, so each show has its own
 * and every viewer of it sees the same. Colours: cover.css.
 */

import { h, svg } from "./dom.js";
import { photoAttributes } from "./photo.js";

const WIDTH = 400;
const HEIGHT = 400;
const RIDGES = 4;
const PEAKS = 5;
const ROUNDS = 3;
const TINTS = 4;

class Cover extends HTMLElement {
  #key = null;

  set view({ id, cover }) {
    const key = `${id} ${cover ?? ""}`;
    if (key === this.#key) return;
    this.#key = key;
    const random = generator(id);
    this.dataset.tint = Math.floor(random() * TINTS);
    this.replaceChildren(drawing(random));
    if (cover) this.#addPicture(cover);
  }

  #addPicture(address) {
    const image = h("img", { alt: "", decoding: "async", ...photoAttributes(address, "100vw") });
    image.addEventListener("error", () => image.remove());
    this.append(image);
  }
}

function drawing(random) {
  const sun = svg("circle", {
    class: "cover-sun", cx: 90 + random() * 220, cy: 120 + random() * 50, r: 15 + random() * 8,
  });
  const ridges = Array.from({ length: RIDGES }, (_, i) =>
    svg("path", { class: `cover-ridge cover-ridge-${i}`, d: ridge(random, i) }),
  );
  return svg(
    "svg",
    {
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "xMidYMid slice",
      "aria-hidden": "true", focusable: "false",
    },
    sun,
    ...ridges,
  );
}

/** One ridge by midpoint displacement: rough peaks behind, soft hills in front. */
function ridge(random, index) {
  const level = 196 + index * 52;
  const height = 64 - index * 8;
  let points = Array.from({ length: PEAKS }, () => level + (random() - 0.5) * height);
  let rough = 46 - index * 11;
  for (let round = 0; round < ROUNDS; round += 1) {
    points = points.flatMap((y, i) =>
      i === points.length - 1 ? [y] : [y, (y + points[i + 1]) / 2 + (random() - 0.5) * rough],
    );
    rough *= 0.52;
  }
  const step = WIDTH / (points.length - 1);
  const line = points.map((y, i) => `${(i * step).toFixed(1)} ${y.toFixed(1)}`).join("L");
  return `M0 ${HEIGHT}L${line}L${WIDTH} ${HEIGHT}Z`;
}

/** Numbers from a text: FNV-1a into mulberry32; the same drawing for the same id everywhere. */
function generator(text) {
  let state = 0x811c9dc5;
  for (const char of text) state = Math.imul(state ^ char.codePointAt(0), 0x01000193);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let x = Math.imul(state ^ (state >>> 15), 1 | state);
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
    return ((x ^ (x >>> 14)) >>> 0) / 4294967296;
  };
}

customElements.define("ls-cover", Cover);
