/**
 * Which of several tabs of one browser sends the commands that wait. Two that both send are
 * harmless, because each command has its id; this only spares the service the second one.
 */

// Longer than one request may take (`api.js`), so that a tab that was killed blocks nobody for long.
const LEASE_MS = 20_000;

/**
 * @param name What is held, the same in all tabs.
 * @param locks The browser's Web Locks; missing where a page comes over plain http.
 * @returns `(work) => Promise`: runs `work` while no other tab does, or not at all when one does.
 */
export function holderOf(name, { locks, storage, tab, now = Date.now }) {
  if (locks) return (work) => locks.request(name, () => work());
  const key = `livesell.lease/${name}`;
  const held = () => {
    try {
      return JSON.parse(storage.getItem(key));
    } catch {
      return null;
    }
  };
  const write = (value) => {
    try {
      if (value === null) storage.removeItem(key);
      else storage.setItem(key, JSON.stringify(value));
    } catch {
      // A device that keeps nothing has no second tab to share with.
    }
  };
  return async (work) => {
    const other = held();
    if (other !== null && other.tab !== tab && other.until > now()) return undefined;
    write({ tab, until: now() + LEASE_MS });
    try {
      return await work();
    } finally {
      if (held()?.tab === tab) write(null);
    }
  };
}
