/**
 * One socket to the push port that is there as long as it can be: connects, reconnects, listens
 * to goodbyes, and gives up only when the server says so.
 *
 * It knows nothing of documents. Events: `frame` (detail: the frame), `open`, `status` (detail:
 * {status, code}) with a status of "connecting", "open", "waiting" or "stopped".
 * Next: `live.js` joins it with a store.
 */

import { byeDelay, reconnectDelay, verdict } from "./reconnect.js";

export const SUBPROTOCOL = "livesell.v1";

// The server closes whoever says nothing for a minute, however much it sends itself.
const PING_AFTER_MS = 25_000;
// A ping that is not answered within this time means that the connection is dead.
const PONG_WITHIN_MS = 10_000;
const OPEN_WITHIN_MS = 15_000;
// So many failures in a row, and the address or the token may be outdated: ask for both again.
const RENEW_AFTER_FAILURES = 3;
// So many refusals of fresh tokens in a row, and a further one would not help.
const MAX_TOKEN_REFUSALS = 3;
// A connection that lives this long counts as good, so the delays start small again.
const GOOD_AFTER_MS = 5000;

export class LiveSocket extends EventTarget {
  #session;
  #credentials;
  #position;
  #open;
  #random;
  #socket = null;
  #timers = {};
  #failures = 0;
  #tokenRefusals = 0;
  #bye = null;
  #openedAt = 0;
  #isStopped = true;
  #round = 0;

  status = "waiting";

  /**
   * @param session The session's id.
   * @param credentials `async ({renew}) => ({push, token})`; `renew` asks for a new token.
   * @param position `() => ({e, v})` of what the page has, or null; sent when connecting.
   * @param open Makes a WebSocket; replaced in tests.
   */
  constructor({ session, credentials, position = () => null, open, random = Math.random }) {
    super();
    this.#session = session;
    this.#credentials = credentials;
    this.#position = position;
    this.#open = open ?? ((url) => new WebSocket(url, SUBPROTOCOL));
    this.#random = random;
  }

  start() {
    if (!this.#isStopped) return;
    this.#isStopped = false;
    this.#connect(false);
  }

  stop() {
    this.#finish(1000);
    this.#drop();
  }

  /** Tries now instead of after the delay, for example when the network is back. */
  hurry() {
    if (this.#isStopped || this.#socket !== null || !this.#timers.retry) return;
    this.#later("retry", this.#random() * 500, () => this.#connect(false));
  }

  get isOpen() {
    return this.status === "open";
  }

  /** @returns Whether the message went out; what has to arrive is resent by its owner. */
  send(message) {
    if (!this.isOpen) return false;
    this.#socket.send(JSON.stringify(message));
    this.#pingLater();
    return true;
  }

  async #connect(isRenewal) {
    const round = ++this.#round;
    this.#clear("retry");
    this.#tell("connecting");
    let credentials;
    try {
      const renew = isRenewal || this.#failures >= RENEW_AFTER_FAILURES;
      credentials = await this.#credentials({ renew });
    } catch (error) {
      if (round === this.#round) this.#refused(error);
      return;
    }
    if (round === this.#round && !this.#isStopped) this.#attach(credentials);
  }

  #refused(error) {
    if (error.status === 401 || error.status === 403 || error.status === 404) {
      this.#finish(error.status);
    } else this.#retry();
  }

  #attach({ push, token }) {
    let socket;
    try {
      socket = this.#open(this.#url(push, token));
    } catch {
      this.#retry();
      return;
    }
    this.#socket = socket;
    const ours = (handler) => (event) => {
      if (socket === this.#socket) handler(event);
    };
    socket.addEventListener("open", ours(() => this.#opened()));
    socket.addEventListener("message", ours((event) => this.#received(event.data)));
    socket.addEventListener("close", ours((event) => this.#closed(event.code)));
    this.#later("dead", OPEN_WITHIN_MS, () => this.#abandon());
  }

  #url(push, token) {
    const query = new URLSearchParams({ token });
    const position = this.#position();
    if (position) {
      query.set("e", position.e);
      query.set("v", position.v);
    }
    const base = push.replace(/\/+$/, "");
    return `${base}/v1/sessions/${encodeURIComponent(this.#session)}?${query}`;
  }

  #opened() {
    this.#openedAt = Date.now();
    this.#bye = null;
    this.#tell("open");
    this.dispatchEvent(new Event("open"));
    this.#heard();
    this.#pingLater();
  }

  #received(data) {
    this.#heard();
    let frame;
    try {
      frame = JSON.parse(data);
    } catch {
      return;
    }
    if (frame.t === "state" || frame.t === "patch") this.#tokenRefusals = 0;
    if (frame.t === "bye") this.#bye = frame;
    this.dispatchEvent(new CustomEvent("frame", { detail: frame }));
  }

  #heard() {
    this.#clear("dead");
  }

  #pingLater() {
    this.#later("silence", PING_AFTER_MS, () => {
      this.send({ t: "ping" });
      this.#later("dead", PONG_WITHIN_MS, () => this.#abandon());
    });
  }

  /** Closing a dead connection may take minutes, so it is left behind. */
  #abandon() {
    this.#drop();
    this.#closed(1006);
  }

  #drop() {
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  #closed(code) {
    const wasGood = this.isOpen && Date.now() - this.#openedAt >= GOOD_AFTER_MS;
    this.#socket = null;
    this.#clear("dead");
    this.#clear("silence");
    if (wasGood) this.#failures = 0;
    const next = verdict(code);
    if (next === "stop") this.#finish(code);
    else if (next === "renew") this.#renew(code);
    else this.#retry();
  }

  #renew(code) {
    this.#tokenRefusals += 1;
    if (this.#tokenRefusals > MAX_TOKEN_REFUSALS) this.#finish(code);
    else this.#retry(true);
  }

  #retry(isRenewal = false) {
    if (this.#isStopped) return;
    const delay = this.#bye
      ? byeDelay(this.#bye.retry_ms, this.#random)
      : reconnectDelay(this.#failures, this.#random);
    this.#bye = null;
    this.#failures += 1;
    this.#tell("waiting");
    this.#later("retry", delay, () => this.#connect(isRenewal));
  }

  #finish(code) {
    this.#isStopped = true;
    this.#round += 1;
    for (const name of Object.keys(this.#timers)) this.#clear(name);
    this.#tell("stopped", code);
  }

  #tell(status, code = null) {
    this.status = status;
    this.dispatchEvent(new CustomEvent("status", { detail: { status, code } }));
  }

  #later(name, delayMs, callback) {
    this.#clear(name);
    this.#timers[name] = setTimeout(() => {
      delete this.#timers[name];
      callback();
    }, delayMs);
  }

  #clear(name) {
    clearTimeout(this.#timers[name]);
    delete this.#timers[name];
  }
}
