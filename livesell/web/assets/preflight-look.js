/** What the pre-flight check asks: the service for its points, this browser for what it can load. */

import { get, segment } from "./api.js";
import { imageLoads, videoLoads } from "./loads-here.js";
import { videoKind } from "./video-kind.js";

// Photos that are tried at a time.
const AT_ONCE = 6;

/** The service's points and the session as the crew sees it: `{checks, document}`. */
export async function askService(session) {
  const path = `/sessions/${segment(session)}`;
  const [{ checks }, { document }] = await Promise.all([
    get(`${path}/preflight`),
    get(`${path}?audience=crew`),
  ]);
  return { checks, document };
}

/** What of the session's photos and video does not load here, as points like the service's. */
export async function tryHere({ session, cards }) {
  const [broken, hasCover, video] = await Promise.all([
    brokenPhotos(cards),
    session.cover ? imageLoads(session.cover) : true,
    tryVideo(session.video ?? ""),
  ]);
  const found = broken.length > 0 ? [point("photos", "photo_broken", broken)] : [];
  if (!hasCover) found.push(point("photos", "cover_broken"));
  if (video === false) found.push(point("video", "video_broken"));
  return { found, hasVideo: video === true };
}

/** true or false for a file; null for what only its own page can play, and for none. */
async function tryVideo(address) {
  const found = videoKind(address, location.href, false);
  return found.kind === "video" ? videoLoads(found.address) : null;
}

async function brokenPhotos(cards) {
  const left = Object.entries(cards).filter(([, card]) => card.image);
  const broken = new Set();
  const work = async () => {
    for (let next = left.shift(); next; next = left.shift()) {
      if (!(await imageLoads(next[1].image))) broken.add(next[0]);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return Object.keys(cards).filter((id) => broken.has(id));
}

const point = (area, code, cards = []) => ({ area, code, state: "warn", cards, data: {} });

/** A point in words; cards by their numbers and titles. */
export function wordsOf({ code, cards, data }, document, t) {
  const names = cards.map((id) => {
    const card = document?.cards[id];
    return card ? `${card.slot} ${card.title}` : id;
  });
  return t(`preflight.${code}`, { ...data, cards: names.join(t("preflight.between")) });
}
