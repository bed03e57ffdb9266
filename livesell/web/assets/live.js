/** Joins a socket with a store: frames in, questions out, and the browser's own signals heard. */

import { ServerClock } from "./clock.js";
import { LiveSocket } from "./socket.js";
import { LiveStore } from "./store.js";

/**
 * @param session The session's id.
 * @param credentials `async ({renew}) => ({push, token})`, see `socket.js`.
 * @returns `{socket, store, clock}`; call `socket.start()` when the page is ready to listen.
 */
export function openLive({ session, credentials }) {
  const clock = new ServerClock();
  const store = new LiveStore(clock);
  const socket = new LiveSocket({ session, credentials, position: () => store.position });
  socket.addEventListener("frame", ({ detail: frame }) => {
    if (store.take(frame) === "resync") socket.send({ t: "resync" });
  });
  socket.addEventListener("status", ({ detail }) => {
    if (detail.status === "waiting") store.linkLost();
    if (detail.status === "stopped") store.linkLost(detail.code);
  });
  addEventListener("online", () => socket.hurry());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "visible") return;
    if (socket.isOpen) socket.send({ t: "ping" });
    else socket.hurry();
  });
  return { socket, store, clock };
}
