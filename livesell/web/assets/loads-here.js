/**
 * Whether a photo or a video loads in this browser. The service opens no address that somebody
 * typed, so the host's browser tries: it is where such things are seen anyway.
 */

const PATIENCE_MS = 15_000;

/** @returns A promise of true or false. */
export function imageLoads(address) {
  const image = new Image();
  const answer = settled(image, "load");
  image.src = address;
  return answer.finally(() => image.removeAttribute("src"));
}

/** The same for a video file; only as much of it as tells that it plays. */
export function videoLoads(address) {
  const video = document.createElement("video");
  video.muted = true;
  video.preload = "metadata";
  const answer = settled(video, "loadedmetadata");
  video.src = address;
  return answer.finally(() => {
    video.removeAttribute("src");
    video.load();
  });
}

function settled(element, good) {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), PATIENCE_MS);
    const answer = (is) => () => {
      clearTimeout(timer);
      resolve(is);
    };
    element.addEventListener(good, answer(true), { once: true });
    element.addEventListener("error", answer(false), { once: true });
  });
}
