/** Where `?next=` leads: a page of this service, or nowhere. Never to another site. */

/** @returns A path such as "/console/naqu", or null. */
export function nextAddress(search, origin) {
  const wish = new URLSearchParams(search).get("next");
  if (wish === null || !wish.startsWith("/")) return null;
  const url = parsed(wish, origin);
  if (url === null || url.origin !== origin || url.pathname.startsWith("//")) return null;
  if (url.pathname === "/login" || ["/setup", "/invite"].includes(url.pathname)) return null;
  return url.pathname + url.search + url.hash;
}

function parsed(wish, origin) {
  try {
    return new URL(wish, origin);
  } catch {
    return null;
  }
}
