/**
 * The buying part of the viewer's page: orders, paying, details, the waitlist. It is loaded once
 * the show is on screen, so that nobody waits for it to see the show.
 */

import "./ls-my-orders.js";
import "./ls-order-sheet.js";
import "./ls-queue-sheet.js";
import "./ls-turn.js";
import { OrderDesk } from "./order-desk.js";
import { OrderHttp } from "./order-http.js";
import { OrderMemory } from "./order-memory.js";
import { QueueDesk } from "./queue-desk.js";
import { ViewerOrders } from "./viewer-orders.js";
import { ViewerQueue } from "./viewer-queue.js";

export class Buying {
  #desk;
  #queueDesk;
  #orders;
  #queue;
  #isListed = false;

  /** @param parts `{session, socket, store, clock, visit, stage}` of the page. */
  constructor({ session, socket, store, clock, visit, stage }) {
    const http = new OrderHttp({ session, token: () => visit.token });
    const send = (message) => socket.send(message);
    const { toast } = stage;
    const changed = (wishes) => {
      stage.wishes = wishes;
      if (store.document) this.#orders.paint(store.document);
    };
    this.#desk = new OrderDesk({ session, send, post: http.post, ask: http.ask });
    this.#queueDesk = new QueueDesk(http);
    const memory = new OrderMemory(session);
    const shared = { store, clock, toast };
    this.#queue = new ViewerQueue({ ...shared, desk: this.#queueDesk, changed });
    this.#orders = new ViewerOrders({ ...shared, desk: this.#desk, queue: this.#queue, http, memory });
  }

  /** The socket is open (again). */
  async opened() {
    this.#desk.opened();
    const isFirst = !this.#isListed;
    this.#isListed = true;
    // The lists are a comfort: what happens from here on arrives over the socket anyway.
    const [orders] = await Promise.allSettled([
      isFirst || this.#orders.areAged ? this.#orders.load() : null,
      isFirst || this.#queueDesk.isWaiting ? this.#queueDesk.load() : null,
    ]);
    if (orders.status === "rejected") this.#isListed = false;
  }

  answered = (answer) => this.#desk.take(answer);

  wished = (frame) => this.#queueDesk.take(frame);

  paint(document) {
    this.#orders.paint(document);
    this.#queue.paint();
  }

  ask = (card, facts) => this.#orders.ask(card, facts);

  openList = () => this.#orders.openList();
}
