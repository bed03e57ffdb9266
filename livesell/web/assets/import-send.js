/**
 * Sends a spreadsheet: for a preview, or to be imported as it was seen.
 *
 * A preview changes nothing, and an import is done once however often it is sent, so both may be
 * sent again after a broken link.
 */

import { ApiError } from "./api.js";

const ADDRESS = "/api/v1/products/import";
const TIMEOUT_MS = 330_000;

/**
 * @param bytes The file's content.
 * @param query `{currency}`, and for an import `{commit, mode, digest}`.
 * @param options `onProgress(part)` with 0 to 1 while it travels; `signal` to give it up.
 * @returns The service's answer.
 * @throws ApiError What the service refused, or "offline"; or the signal's reason.
 */
export function sendSheet(bytes, query, { onProgress, signal }) {
  return new Promise((resolve, reject) => {
    const ask = new XMLHttpRequest();
    const giveUp = () => ask.abort();
    const fail = () => reject(new ApiError(0, { code: "offline", message: "No answer." }));
    ask.open("POST", `${ADDRESS}?${new URLSearchParams(query)}`);
    ask.timeout = TIMEOUT_MS;
    ask.responseType = "json";
    ask.setRequestHeader("Accept", "application/json");
    ask.setRequestHeader("Content-Type", "application/octet-stream");
    ask.upload.addEventListener("progress", ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 1));
    ask.addEventListener("load", () => settle(ask, resolve, reject));
    ask.addEventListener("error", fail);
    ask.addEventListener("timeout", fail);
    ask.addEventListener("abort", () => reject(signal.reason));
    ask.addEventListener("loadend", () => signal.removeEventListener("abort", giveUp));
    signal.addEventListener("abort", giveUp);
    ask.send(bytes);
  });
}

function settle(ask, resolve, reject) {
  const { status, response, statusText } = ask;
  if (status === 200 && response !== null) resolve(response);
  else reject(new ApiError(status, response?.error ?? { code: `http_${status}`, message: statusText }));
}

/**
 * The content of a file that a person chose.
 *
 * @throws ApiError "file_unreadable": moved, changed, or in a cloud that does not answer.
 */
export async function contentOf(file) {
  try {
    return await file.arrayBuffer();
  } catch {
    throw new ApiError(0, { code: "file_unreadable", message: "This file cannot be opened. Choose it again." });
  }
}
