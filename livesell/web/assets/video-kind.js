/** What to do with a session's video address: pure, so that it is tested without a browser. */

const FILES = /\.(?:mp4|m4v|webm|ogv|mov)$/i;
const PLAYLIST = /\.m3u8$/i;

/**
 * @param address As the host wrote it: https, http or a path on this service.
 * @param page The page's own address.
 * @param canPlayPlaylists Whether the browser plays HLS by itself.
 * @returns `{kind, address}`: "none", "video", "frame", or "link" when it can only be opened.
 */
export function videoKind(address, page, canPlayPlaylists) {
  let url;
  try {
    url = new URL(address, page);
  } catch {
    return { kind: "none", address: "" };
  }
  if (!address || !/^https?:$/.test(url.protocol)) return { kind: "none", address: "" };
  if (FILES.test(url.pathname)) return { kind: "video", address: url.href };
  if (PLAYLIST.test(url.pathname)) {
    return { kind: canPlayPlaylists ? "video" : "link", address: url.href };
  }
  // A frame of our own origin could leave its sandbox, and plain http is blocked in https pages.
  const isFramable = url.protocol === "https:" && url.origin !== new URL(page).origin;
  return { kind: isFramable ? "frame" : "link", address: url.href };
}
