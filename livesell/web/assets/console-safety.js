/**
 * The console's safety net: the last command and its undo, what colleagues did, what waits for the
 * link, and whether what is on the page can be trusted. `console.js` hands in what it has.
 */

import "./ls-command-dock.js";
import "./ls-doings.js";
import "./ls-stale.js";
import "./ls-undo.js";
import { holderOf } from "./command-lease.js";
import { CommandMemory } from "./command-memory.js";
import { setFlag } from "./crew-dom.js";
import { StaleWatch } from "./stale-watch.js";
import { STATUS } from "./store.js";
import { newUuid } from "./uuid.js";

const PARTS = ["ls-undo", "ls-doings", "ls-stale", "ls-command-dock"];

/** The device's memory, or null where the browser has none for this page. */
function deviceStorage() {
  try {
    return globalThis.localStorage;
  } catch {
    return null;
  }
}

export class ConsoleSafety {
  #page;
  #watch;
  #storage = deviceStorage();
  #me = null;

  /** @param page `{session, store, socket, commands, give, render}` */
  constructor(page) {
    this.#page = page;
    const { socket, commands } = page;
    this.#watch = new StaleWatch(() => {
      if (!socket.send({ t: "ping" })) socket.hurry();
    });
    socket.addEventListener("frame", ({ detail }) => {
      this.#watch.heard({ isAnswer: detail.t === "hello" || detail.t === "state" });
    });
    this.#watch.addEventListener("change", page.render);
    this.#watch.start();
    addEventListener("offline", () => this.#watch.lost());
    addEventListener("storage", ({ key }) => commands.heard(key));
    this.#listen();
  }

  #listen() {
    const { commands } = this.#page;
    const heard = {
      "take-back": (id) => commands.drop(id),
      "confirm-old": (id) => commands.confirm(id),
      dismiss: (id) => commands.dismiss(id),
      repeat: (id) => this.#repeat(id),
      "send-now": () => commands.nudge(),
    };
    for (const [name, act] of Object.entries(heard)) {
      document.addEventListener(name, ({ detail }) => act(detail));
    }
  }

  /** What was given up is given again, on what is there now. */
  #repeat(id) {
    const { commands, give, store } = this.#page;
    const { command, place } = commands.dropped.find((one) => one.id === id);
    commands.dismiss(id);
    give(command, place, store.document.version);
  }

  /** Who is signed in: from now on what waits is kept for that person alone. */
  signedIn(me) {
    this.#me = me;
    const { session, commands } = this.#page;
    const about = { login: me.name, session, storage: this.#storage };
    commands.keep({
      waiting: new CommandMemory({ kind: "waiting", ...about }),
      dropped: new CommandMemory({ kind: "dropped", ...about }),
      hold: holderOf(`commands/${encodeURIComponent(me.name)}/${session}`, {
        locks: globalThis.navigator.locks, storage: this.#storage, tab: newUuid(),
      }),
    });
  }

  /** As `store.status`, and also "reconnecting" while nobody knows whether the page is current. */
  get status() {
    const { status } = this.#page.store;
    return status === STATUS.live && this.#watch.isDoubtful ? STATUS.reconnecting : status;
  }

  set view(view) {
    const { store, commands } = this.#page;
    commands.flashes = view.document.flashes ?? {};
    commands.tick();
    setFlag(document.body, "data-waits", view.status === STATUS.reconnecting || commands.isStuck);
    const whole = {
      ...view,
      me: this.#me,
      ageMs: store.isStale ? store.ageMs : this.#watch.ageMs,
      isStoreAway: store.isStale,
      hasSlept: this.#watch.hasSlept && store.status === STATUS.live,
    };
    for (const part of PARTS) document.querySelector(part).view = whole;
  }
}
