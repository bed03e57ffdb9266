"""The goodbye of a node: nothing is lost, and everyone is told when to come back."""

import asyncio

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidHandshake

from livesell.errors import CannotStart
from livesell.store import Store
from tests.push.conftest import Start
from tests.push.pages import address, page, token
from tests.support.build import given_live

pytestmark = pytest.mark.either_loop


async def test_a_drain_says_goodbye_and_loses_no_order(store: Store, start: Start) -> None:
    await given_live(store)
    push = await start()
    async with page(push.port) as one, page(push.port, viewer="other") as other:
        await one.until("state")
        await other.until("state")
        ordering = [asyncio.create_task(one.order()) for _ in range(1)]
        await asyncio.gather(*ordering)
        await push.server.drain(3)
        for seen in (one, other):
            assert await seen.until_closed() == 4001
            (bye,) = seen.of_kind("bye")
            assert bye["code"] == 4001
            low, high = bye["retry_ms"]
            assert 0 < low < high <= 60_000
            assert seen.frames[-1] == bye
    assert push.server.connections == 0
    assert (await store.sessions.pull("naqu", 0)).tally.orders == 1


async def test_orders_under_way_are_answered_before_the_goodbye(store: Store, start: Start) -> None:
    await given_live(store)
    push = await start(messages_per_second=1000)
    async with page(push.port) as one:
        await one.until("state")
        ids = [f"00000000-0000-4000-8000-{n:012d}" for n in range(30)]
        for order_id in ids:
            await one.send(t="order", id=order_id, card="tea", units=1, price=500)
        await one.until("order")
        await push.server.drain(3)
        assert await one.until_closed() == 4001
        placed = {answer["id"] for answer in one.of_kind("order") if answer["ok"]}
        busy = {answer["id"] for answer in one.of_kind("order") if answer.get("code") == "busy"}
        assert placed | busy <= set(ids)
    assert (await store.sessions.pull("naqu", 0)).tally.orders == len(placed)


async def test_a_draining_node_takes_nobody_in(store: Store, start: Start) -> None:
    await given_live(store)
    push = await start()
    await push.server.drain(1)
    with pytest.raises((OSError, InvalidHandshake)):
        await connect(address(push.port, token=token()), proxy=None)


async def test_a_port_in_use_is_told(start: Start) -> None:
    push = await start()
    with pytest.raises(CannotStart, match=r"push\.listen") as told:
        await start("node-2", port=push.port)
    assert told.value.code == "port_in_use"


async def test_stopping_twice_and_without_a_drain_leaves_nothing(
    store: Store, start: Start
) -> None:
    await given_live(store)
    push = await start()
    async with page(push.port) as one:
        await one.until("state")
        await push.server.stop()
        await push.server.stop()
        assert await one.until_closed() == 1006
    assert push.registry.get_sample_value("livesell_push_connections") is None
