/**
 * The pure fold: what a page knows, and one frame, give what it knows next.
 *
 * Nothing here touches the network, the clock or the document. The same patches are applied by
 * `livesell/patch.py`; both are held to `tests/golden/patches.json`. Next: `store.js`.
 */

const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);

/**
 * The target with a merge patch (RFC 7396, section 2) in it; neither argument is changed.
 *
 * What the patch does not mention is shared with the target, so `===` tells what has changed.
 * Entries go through a Map, because `__proto__` has to be a key like any other.
 */
export function applyPatch(target, patch) {
  if (!isObject(patch)) return patch;
  const merged = new Map(isObject(target) ? Object.entries(target) : []);
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) merged.delete(key);
    else merged.set(key, applyPatch(merged.get(key), value));
  }
  return Object.fromEntries(merged);
}

/**
 * @param current `{e, v, d}`: epoch, version and document; null before the first state.
 * @param frame One frame from the server, of any kind.
 * @returns `{current, ask}`; `ask` is "resync" when a gap was seen, else null.
 */
export function fold(current, frame) {
  if (frame.t === "state") {
    return { current: { e: frame.e, v: frame.v, d: frame.d }, ask: null };
  }
  if (frame.t !== "patch") return { current, ask: null };
  if (current === null || frame.e !== current.e) return { current, ask: "resync" };
  if (frame.v <= current.v) return { current, ask: null };
  if (frame.v !== current.v + 1) return { current, ask: "resync" };
  return {
    current: { e: current.e, v: frame.v, d: applyPatch(current.d, frame.d) },
    ask: null,
  };
}
