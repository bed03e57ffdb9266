/** Sharing a show: what is shared, and the phone's own way of doing it. */

import { t } from "./i18n.js";

/** Whether everybody who gets the address may see the page. */
export const isShared = (session) => session.state !== "draft" && !session.rehearsal_of;

/**
 * What is handed on: the page's public address, without what this viewer has added to it.
 *
 * @param session As in the viewer document, or undefined before there is one.
 * @param canonical The address that the page gives itself.
 */
export function shared(session, canonical) {
  const text = session ? t("viewer.host", { name: session.host }) : "";
  return { title: session?.title ?? "", text, url: canonical.split(/[?#]/)[0] };
}

/**
 * Shares by the device, at once, because a browser allows it only in the tap itself.
 *
 * @param otherwise `(what) => …` where the device has no way, or refuses ours.
 */
export function shareNow(session, otherwise) {
  const what = shared(session, document.querySelector('link[rel="canonical"]').href);
  if (!navigator.share) return otherwise(what);
  return navigator.share(what).catch((error) => {
    // A person who changes their mind is no failure.
    if (error.name !== "AbortError") otherwise(what);
  });
}
