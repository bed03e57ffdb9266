/** What of the last command can be taken back now. Pure; `ls-undo.js` shows it. */

/**
 * @param document The crew's document.
 * @param nowMs By the server's clock.
 * @returns `{doing, version, isRedo, leftS}`: the last command, and for how long it can be taken
 *   back (or done again); `leftS` is 0 when it cannot. Null when nothing was done yet.
 */
export function undoState({ doings = [], undo }, nowMs) {
  const [doing] = doings;
  if (doing === undefined) return null;
  const isUndoable = undo !== undefined && undo.version === doing.version;
  const leftMs = isUndoable ? undo.until - nowMs : 0;
  return {
    doing,
    version: doing.version,
    isRedo: doing.do === "undo",
    // Rounded, because the service decides by its own clock anyway.
    leftS: Math.max(0, Math.round(leftMs / 1000)),
  };
}

/** What a key asks for: "undo", "redo", or null. Z alone, or with Ctrl or ⌘; Shift does it again. */
export function undoKey(event, { areOn }) {
  if (event.altKey || event.repeat || event.isComposing || event.key.toLowerCase() !== "z") return null;
  if (!(event.ctrlKey || event.metaKey) && !areOn) return null;
  return event.shiftKey ? "redo" : "undo";
}
