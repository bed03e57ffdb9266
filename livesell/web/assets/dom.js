/**
 * Building elements without markup in strings: text is always text.
 *
 * `h("button", {class: "primary", text: "Order", onclick: f}, child)`. Nothing here, and nothing
 * in any page, sets innerHTML.
 */

const SVG = "http://www.w3.org/2000/svg";

/**
 * @param options `text`, `data` (dataset), `on…` listeners; every other name is an attribute,
 *     left out when its value is null, undefined or false, and bare when it is true.
 */
export function h(tag, options = {}, ...children) {
  return fill(document.createElement(tag), options, children);
}

/** The same for SVG. */
export function svg(tag, options = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), options, children);
}

function fill(element, options, children) {
  for (const [name, value] of Object.entries(options)) set(element, name, value);
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

function set(element, name, value) {
  if (name === "text") element.textContent = value;
  else if (name === "data") Object.assign(element.dataset, value);
  else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
  else if (value === true) element.setAttribute(name, "");
  else if (value !== null && value !== undefined && value !== false) {
    element.setAttribute(name, value);
  }
}

/** Sets the text only when it differs, so that nothing is laid out or announced in vain. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** An icon from the page's own set; decorative, so it is hidden from screen readers. */
export function icon(name) {
  const path = ICONS[name];
  return svg(
    "svg",
    { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true", focusable: "false" },
    svg("path", { d: path.d ?? path, ...(path.fill ? { class: "icon-filled" } : {}) }),
  );
}

// Drawn on a 24 × 24 grid, stroked unless filled.
const ICONS = {
  heart: {
    fill: true,
    d: "M12 20.7c-.4 0-.8-.1-1.1-.4C6.1 16.1 3 13.2 3 9.3 3 6.4 5.3 4.2 8 4.2c1.6 0 3.1.8 4 2 .9-1.2 2.4-2 4-2 2.7 0 5 2.2 5 5.1 0 3.9-3.1 6.8-7.9 11-.3.3-.7.4-1.1.4z",
  },
  bag: "M6 8h12l1 12H5L6 8zm3 0V7a3 3 0 0 1 6 0v1",
  receipt: "M6 3h12v18l-3-2-3 2-3-2-3 2V3zm3 5h6m-6 4h6",
  close: "M6 6l12 12M18 6L6 18",
  minus: "M5 12h14",
  plus: "M5 12h14M12 5v14",
  check: "M5 12.5l4.5 4.5L19 7.5",
  alert: "M12 8v5m0 3.5v.01M12 3l9.5 17h-19L12 3z",
  clock: "M12 7v5l3 2M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z",
  mute: "M4 9.5v5h3.5L12 18.5v-13L7.5 9.5H4zM16 9.5l5 5m0-5l-5 5",
  bolt: { fill: true, d: "M13 2L4.5 13.5H11L10 22l8.5-11.5H12L13 2z" },
  share: "M12 15V3.5M7.5 8L12 3.5 16.5 8M5 12.5V20h14v-7.5",
  play: { fill: true, d: "M8 5.5v13l11-6.5L8 5.5z" },
};
