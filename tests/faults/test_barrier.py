"""Five hundred buyers press three times each for a hundred units, on two nodes, at once."""

import asyncio
import contextlib
import uuid
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pytest

from livesell.config import Config, Push, Sales
from livesell.domain.recount import recount
from livesell.replay.client import Socket, request
from livesell.store import Store
from tests.push.conftest import running
from tests.push.pages import token
from tests.support.build import NOW_MS, FakeClock, given_live
from tests.support.wait import wait_until

BUYERS, PRESSES, UNITS = 500, 3, 100


class Buyer:
    """Two sockets of one viewer, such as a phone that changes its network: a node each."""

    def __init__(self, number: int, ports: tuple[int, int]) -> None:
        self.order_id = str(uuid.UUID(int=number, version=4))
        self.answers: list[dict[str, Any]] = []
        self._path = f"/v1/sessions/naqu?token={token(f'buyer-{number}')}"
        self._ports = ports
        self._sockets: list[Socket] = []

    async def come_in(self) -> None:
        loop = asyncio.get_running_loop()
        for port in self._ports:
            socket = Socket(self, request("127.0.0.1", port, self._path))
            await loop.create_connection(partial(_itself, socket), "127.0.0.1", port)
        await wait_until(lambda: len(self._sockets) == 2, "both sockets are open", 30)

    def press(self, time: int) -> None:
        wanted = {"t": "order", "id": self.order_id, "card": "tea", "units": 1, "price": 500}
        self._sockets[time % 2].send(msgspec.json.encode(wanted))

    def leave(self) -> None:
        for socket in self._sockets:
            socket.drop()

    def opened(self, socket: Socket) -> None:
        self._sockets.append(socket)

    def received(self, payload: bytes) -> None:
        if payload.startswith(b'{"t":"order"'):
            self.answers.append(msgspec.json.decode(payload))

    def refused(self, status: int, retry_s: float | None) -> None:
        raise AssertionError(f"refused with {status}")

    def failed(self) -> None:
        raise AssertionError("no connection")

    def closed(self, socket: Socket, code: int | None) -> None: ...


def _itself(socket: Socket) -> Socket:
    return socket


async def pressed(ports: tuple[int, int]) -> list[Buyer]:
    """Everyone comes in, waits at the barrier, and presses on one node, the other, and again."""
    buyers = [Buyer(n, ports if n % 2 else ports[::-1]) for n in range(BUYERS)]
    for first in range(0, BUYERS, 50):
        await asyncio.gather(*(one.come_in() for one in buyers[first : first + 50]))
    try:
        for time in range(PRESSES):
            for one in buyers:
                one.press(time)
        await wait_until(
            lambda: all(len(one.answers) == PRESSES for one in buyers), "every answer", 60
        )
    finally:
        for one in buyers:
            one.leave()
    return buyers


@pytest.mark.parametrize("payment", ["on_delivery", "prepaid"])
async def test_a_hundred_units_are_sold_to_a_hundred_of_five_hundred(
    store: Store, store_data: Path, clock: FakeClock, payment: Any
) -> None:
    await given_live(store, stock=UNITS)
    sales = Sales(payment=payment, provider="sandbox" if payment == "prepaid" else "")
    config = Config(push=Push(joins_per_second=10_000, tick_ms=1000), sales=sales)
    async with contextlib.AsyncExitStack() as stack:
        nodes = [
            await stack.enter_async_context(running(store, clock, node=name, config=config))
            for name in ("node-1", "node-2")
        ]
        buyers = await pressed((nodes[0].port, nodes[1].port))
    winners = [one for one in buyers if one.answers[0]["ok"]]
    assert len(winners) == UNITS
    for one in winners:
        assert len({answer["order"]["n"] for answer in one.answers}) == 1
        # The first press was new; which node's answer came first is chance.
        assert Counter(answer.get("dup", False) for answer in one.answers) == {True: 2, False: 1}
    for one in buyers:
        if one not in winners:
            assert {answer["code"] for answer in one.answers} == {"sold_out"}
    assert {one.answers[0]["order"]["n"] for one in winners} == set(range(1, UNITS + 1))
    evidence = await store.ledger.evidence("naqu", NOW_MS)
    assert {order.id for order in evidence.orders} == {one.order_id for one in winners}
    units = evidence.truth.units["tea"]
    assert (units.free, units.held + units.sold) == (0, UNITS)
    assert recount(evidence).differences == ()
