/**
 * Sends a photo and says how far it is. A broken link is waited for: the same photo twice is one
 * photo, so sending again is harmless.
 */

import { ApiError } from "./api.js";

const ADDRESS = "/api/v1/photos";
const TIMEOUT_MS = 180_000;
const WAITS_MS = [1000, 2000, 4000, 8000, 15_000];

/**
 * @param blob What `shrunk` gave.
 * @param options `onProgress(part)` with 0 to 1; `onWaiting(isWaiting)` while the link is down;
 *     `signal` (an AbortSignal) to give it up.
 * @returns The `photo` of the service's answer.
 * @throws ApiError What the service refused; or the signal's reason.
 */
export async function sendPhoto(blob, { onProgress, onWaiting, signal }) {
  for (let attempt = 0; ; attempt += 1) {
    signal.throwIfAborted();
    try {
      return await sentOnce(blob, onProgress, signal);
    } catch (error) {
      if (!isWorthAnother(error)) throw error;
    }
    onWaiting(true);
    await linkOrTime(WAITS_MS[Math.min(attempt, WAITS_MS.length - 1)], signal);
    onWaiting(false);
  }
}

/** No answer, or one that says: not now. What the disk does not take needs a person. */
const isWorthAnother = (error) =>
  error instanceof ApiError && (error.status === 0 || error.code === "busy" || error.status === 429);

function sentOnce(blob, onProgress, signal) {
  return new Promise((resolve, reject) => {
    const ask = new XMLHttpRequest();
    const giveUp = () => ask.abort();
    const fail = () => reject(new ApiError(0, { code: "offline", message: "No answer." }));
    ask.open("POST", ADDRESS);
    ask.timeout = TIMEOUT_MS;
    ask.responseType = "json";
    ask.setRequestHeader("Accept", "application/json");
    ask.setRequestHeader("Content-Type", blob.type || "application/octet-stream");
    ask.upload.addEventListener("progress", ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0));
    ask.addEventListener("load", () => settle(ask, resolve, reject));
    ask.addEventListener("error", fail);
    ask.addEventListener("timeout", fail);
    ask.addEventListener("abort", () => reject(signal.reason));
    ask.addEventListener("loadend", () => signal.removeEventListener("abort", giveUp));
    signal.addEventListener("abort", giveUp);
    ask.send(blob);
  });
}

function settle(ask, resolve, reject) {
  if (ask.status === 201) resolve(ask.response.photo);
  else reject(new ApiError(ask.status, problemOf(ask)));
}

/** Until the browser says that the link is back, or the time is over, whichever is first. */
function linkOrTime(ms, signal) {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      removeEventListener("online", done);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    addEventListener("online", done);
    signal.addEventListener("abort", done);
  });
}

/** A body that is too large is a photo here, and somebody has to make it smaller. */
function problemOf({ status, statusText, response }) {
  if (status === 413) return { code: "photo_large", message: "" };
  return response?.error ?? { code: `http_${status}`, message: statusText };
}
