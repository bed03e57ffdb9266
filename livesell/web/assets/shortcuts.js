/** Which key means what on the console; `console.js` does it, `ls-key-map.js` tells it. */

const PLAIN = {
  n: "next", h: "hide", o: "open", p: "pause", m: "notice", a: "add", c: "price", r: "restock",
  j: "down", k: "up", x: "sell", g: "gifts", f: "flash", l: "slot_field", d: "dismiss",
};
const SHIFTED = { S: "start", E: "end" };
const ALT = { ArrowUp: "move_up", ArrowDown: "move_down" };

/**
 * The name of what a key event asks for, or null when it is not for the page.
 *
 * @param areOn Whether single keys may do anything; `?` and Alt with an arrow always may.
 */
export function shortcutOf(event, areOn) {
  if (isComposing(event) || event.ctrlKey || event.metaKey || event.repeat) return null;
  if (event.altKey) return ALT[event.key] ?? null;
  if (isTyping(event.target)) return null;
  if (event.key === "?" || event.key === "？") return "help";
  if (!areOn) return null;
  if (event.shiftKey) return SHIFTED[event.key] ?? null;
  return PLAIN[event.key.toLowerCase()] ?? null;
}

// Safari ends a composition before its last key event, which then has this code.
// Source: UI Events, "keyCode during composition".
const IN_COMPOSITION = 229;

/** Whether a key belongs to Chinese (or other) text that is being composed. */
export const isComposing = (event) => event.isComposing || event.keyCode === IN_COMPOSITION;

/** Whether a key that is pressed here is text for a field, not a command. */
export function isTyping(target) {
  // A dialog that has just closed still holds the focus until the page is drawn again.
  if (target?.checkVisibility?.() === false) return false;
  return (target?.matches?.("input:not([type=checkbox]), textarea, select") ?? false) ||
    (target?.closest?.("dialog[open]") ?? null) !== null;
}
