/** The socket that is there as long as it can be. Time is made; the socket is held by hand. */

import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { LiveSocket } from "../../livesell/web/assets/socket.js";
import { HandSocket, settle } from "./device.js";

let sockets;
let renewals;
let statuses;

beforeEach((context) => {
  sockets = [];
  renewals = [];
  statuses = [];
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
});

async function start({ position, credentials } = {}) {
  const live = new LiveSocket({
    session: "naqu",
    position,
    random: () => 0.5,
    credentials:
      credentials ??
      (async ({ renew }) => {
        renewals.push(renew);
        return { push: "ws://host:8081/", token: `t${renewals.length}` };
      }),
    open: (url) => {
      sockets.push(new HandSocket(url));
      return sockets.at(-1);
    },
  });
  live.addEventListener("status", ({ detail }) => statuses.push([detail.status, detail.code]));
  live.start();
  await settle();
  return live;
}

async function pass(ms) {
  mock.timers.tick(ms);
  await settle();
}

test("the address names session, token and position", async () => {
  await start({ position: () => ({ e: "n1", v: 7 }) });
  assert.equal(sockets[0].url.href, "ws://host:8081/v1/sessions/naqu?token=t1&e=n1&v=7");
});

test("frames are handed on; messages go out only while it is open", async () => {
  const live = await start();
  const heard = [];
  live.addEventListener("frame", ({ detail }) => heard.push(detail.t));
  assert.equal(live.send({ t: "like", n: 1 }), false);
  sockets[0].open();
  sockets[0].hear({ t: "hello" });
  assert.deepEqual(heard, ["hello"]);
  assert.equal(live.send({ t: "like", n: 1 }), true);
  assert.deepEqual(sockets[0].sent, [{ t: "like", n: 1 }]);
});

test("a lost connection comes back with the same token and a growing delay", async () => {
  await start();
  sockets[0].open();
  sockets[0].end(1006);
  await pass(499);
  assert.equal(sockets.length, 1);
  await pass(1);
  assert.equal(sockets.length, 2);
  sockets[1].end(1006);
  await pass(999);
  assert.equal(sockets.length, 2);
  await pass(1);
  assert.equal(sockets.length, 3);
  assert.deepEqual(renewals, [false, false, false]);
});

test("after three failures the token and the address are asked for anew", async () => {
  await start();
  for (const delay of [500, 1000, 2000]) {
    sockets.at(-1).end(1006);
    await pass(delay);
  }
  assert.deepEqual(renewals, [false, false, false, true]);
});

test("a connection that lived lets the delays begin small again", async () => {
  await start();
  sockets[0].end(1006);
  await pass(500);
  sockets[1].open();
  await pass(6000);
  sockets[1].end(1006);
  await pass(500);
  assert.equal(sockets.length, 3);
});

test("a goodbye decides the delay", async () => {
  await start();
  sockets[0].open();
  sockets[0].hear({ t: "bye", code: 4001, retry_ms: [4000, 8000] });
  sockets[0].end(4001);
  await pass(5999);
  assert.equal(sockets.length, 1);
  await pass(1);
  assert.equal(sockets.length, 2);
});

test("a refused token is renewed, three times at most", async () => {
  const live = await start();
  for (const delay of [500, 1000, 2000]) {
    sockets.at(-1).open();
    sockets.at(-1).end(4500);
    await pass(delay);
  }
  assert.deepEqual(renewals, [false, true, true, true]);
  sockets.at(-1).open();
  sockets.at(-1).end(4500);
  await pass(60_000);
  assert.equal(sockets.length, 4);
  assert.deepEqual(statuses.at(-1), ["stopped", 4500]);
  assert.equal(live.isOpen, false);
});

for (const code of [4503, 4504, 4509, 4510]) {
  test(`close code ${code} is for good`, async () => {
    await start();
    sockets[0].open();
    sockets[0].end(code);
    await pass(120_000);
    assert.equal(sockets.length, 1);
    assert.deepEqual(statuses.at(-1), ["stopped", code]);
  });
}

test("a page that only listens says something now and then", async () => {
  await start();
  sockets[0].open();
  for (let second = 0; second < 60; second += 1) {
    await pass(1000);
    sockets[0].hear({ t: "patch", e: "n1", v: second, d: {} });
  }
  assert.deepEqual(sockets[0].sent, [{ t: "ping" }, { t: "ping" }]);
  assert.equal(sockets.length, 1);
});

test("silence is broken by a ping; no answer means that the connection is dead", async () => {
  await start();
  sockets[0].open();
  await pass(24_999);
  assert.deepEqual(sockets[0].sent, []);
  await pass(1);
  assert.deepEqual(sockets[0].sent, [{ t: "ping" }]);
  sockets[0].hear({ t: "hello" });
  await pass(25_000);
  assert.equal(sockets[0].sent.length, 2);
  await pass(10_000);
  assert.equal(sockets[0].isClosed, true);
  assert.deepEqual(statuses.at(-1), ["waiting", null]);
});

test("a handshake that never ends is given up", async () => {
  await start();
  await pass(15_000);
  assert.equal(sockets[0].isClosed, true);
  await pass(500);
  assert.equal(sockets.length, 2);
});

test("what an abandoned socket says later is not heard", async () => {
  const live = await start();
  const heard = [];
  live.addEventListener("frame", ({ detail }) => heard.push(detail));
  await pass(15_000);
  sockets[0].open();
  sockets[0].hear({ t: "hello" });
  sockets[0].end(4503);
  assert.deepEqual(heard, []);
  assert.notEqual(live.status, "stopped");
});

test("the network's return shortens the wait", async () => {
  const live = await start();
  for (const delay of [500, 1000, 2000, 4000]) {
    sockets.at(-1).end(1006);
    await pass(delay);
  }
  sockets.at(-1).end(1006);
  live.hurry();
  await pass(250);
  assert.equal(sockets.length, 6);
});

test("no service: it keeps asking; an unknown session: it stops", async () => {
  let status = 0;
  const credentials = async () => {
    throw Object.assign(new Error("away"), { status });
  };
  await start({ credentials });
  await pass(500);
  await pass(1000);
  assert.equal(sockets.length, 0);
  assert.equal(statuses.at(-1)[0], "waiting");
  status = 404;
  await pass(2000);
  assert.deepEqual(statuses.at(-1), ["stopped", 404]);
});

test("stop ends everything", async () => {
  const live = await start();
  sockets[0].open();
  live.stop();
  await pass(120_000);
  assert.equal(sockets[0].isClosed, true);
  assert.equal(sockets.length, 1);
});
