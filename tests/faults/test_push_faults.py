"""Push nodes when the store or a node fails under them. Faults come from a proxy or a signal."""

import asyncio
import contextlib
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from livesell.config import Config, Sales, StoreConfig
from livesell.domain.command import Notice
from livesell.domain.recount import recount
from livesell.store import Store, open_store
from tests.push.conftest import Running, running
from tests.push.pages import Page, page
from tests.support.build import FakeClock, command, given_live
from tests.support.proxy import FaultProxy, fault_proxy
from tests.support.store import fresh_store, kill_server, socket_of
from tests.support.wait import wait_until


@pytest.fixture
async def proxy(store_data: Path, tmp_path: Path) -> AsyncIterator[FaultProxy]:
    async with fault_proxy(socket_of(store_data), tmp_path / "proxy.sock") as one:
        yield one


@pytest.fixture
async def far_store(store_data: Path, proxy: FaultProxy) -> AsyncIterator[Store]:
    """The store as a node sees it through a link that can break."""
    async with fresh_store(store_data, url=f"unix://{proxy.address}", timeout_ms=400) as one:
        yield one


@contextlib.asynccontextmanager
async def own_store(data: Path) -> AsyncIterator[Store]:
    """A store whose server nobody else uses, so that it may be killed."""
    store = await open_store(StoreConfig(timeout_ms=1000), data)
    try:
        yield store
    finally:
        await store.close()


async def order_message(one: Page, order_id: str) -> dict[str, Any]:
    return await one.order(id=order_id)


async def assert_exact(store: Store, now_ms: int) -> None:
    counted = recount(await store.ledger.evidence("naqu", now_ms))
    assert counted.differences == ()


async def test_a_store_that_refuses_gives_busy_and_everything_heals(
    far_store: Store, proxy: FaultProxy, clock: FakeClock
) -> None:
    await given_live(far_store)
    async with running(far_store, clock) as push, page(push.port) as one:
        await one.until_document(lambda d: d["tally"]["concurrent"] == 1, "one viewer")
        proxy.refuse()
        proxy.cut()
        order_id = str(uuid.uuid4())
        await one.send(t="like", n=12)
        answers = [await order_message(one, order_id) for _ in range(3)]
        # What was under way when the link broke may be unknown; after that nothing is sent.
        assert {answer["code"] for answer in answers} <= {"busy", "unknown"}
        assert answers[-1]["code"] == "busy"
        assert answers[-1]["retry_ms"] == 500
        await wait_until(lambda: push.metric("pull_age_seconds") > 1, "the numbers are old")
        assert one.close_code is None
        proxy.heal()
        await one.until_document(lambda d: d["tally"]["likes"] == 12, "the likes")
        again = await order_message(one, order_id)
        assert again["ok"]
        await one.until_document(lambda d: d["tally"]["orders"] == 1, "the order")
    await assert_exact(far_store, clock())


async def test_answers_that_get_lost_are_unknown_and_can_be_asked_for(
    far_store: Store, proxy: FaultProxy, clock: FakeClock
) -> None:
    await given_live(far_store)
    async with running(far_store, clock) as push, page(push.port) as one:
        await one.until_document(lambda d: d["tally"]["concurrent"] == 1, "one viewer")
        assert (await one.order())["ok"]  # the way for orders is open
        proxy.swallow_replies()
        order_id = str(uuid.uuid4())
        await one.send(t="like", n=7)
        lost = await order_message(one, order_id)
        assert (lost["ok"], lost["code"], lost["retry_ms"]) == (False, "unknown", 1000)
        proxy.heal()
        proxy.cut()
        await one.send(t="ask", id=order_id)

        async def is_answered() -> bool:
            answer = one.of_kind("order")[-1]
            if answer.get("code") == "busy":
                await one.send(t="ask", id=order_id)
                await one.until("order", len(one.of_kind("order")) + 1)
            return bool(answer["ok"])

        await wait_until(is_answered, "the order was placed after all")
        resent = await order_message(one, order_id)
        assert resent["dup"]
        await one.until_document(lambda d: d["tally"]["likes"] == 7, "the likes, once")
        await one.until_document(lambda d: d["tally"]["viewers"] == 1, "the viewer, once")
        await one.until_document(lambda d: d["tally"]["orders"] == 2, "both orders, once")
        assert one.close_code is None
    await assert_exact(far_store, clock())


async def test_a_link_that_hangs_keeps_the_pages_and_their_last_numbers(
    far_store: Store, proxy: FaultProxy, clock: FakeClock
) -> None:
    await given_live(far_store)
    async with running(far_store, clock) as push, page(push.port) as one:
        await one.until("state")
        proxy.stall()
        assert (await order_message(one, str(uuid.uuid4())))["code"] in {"busy", "unknown"}
        async with page(push.port, viewer="late") as late:
            # The room is known, so even now a newcomer is shown the last numbers.
            await late.until("state")
            assert late.d == one.d
        await one.until("stale")
        assert push.metric("stale_rooms") == 1
        proxy.heal()
        await one.until("fresh")
        await command(far_store, Notice(text="back"))
        await one.until_document(lambda d: d.get("notice") == "back", "the notice")


async def test_a_killed_store_loses_nothing_that_was_acknowledged(
    tmp_path: Path, clock: FakeClock
) -> None:
    data = tmp_path / "data"
    async with own_store(data) as store:
        await given_live(store, stock=1000)
        # These buyers try again at once, more often than people may.
        eager = Config(sales=Sales(orders_per_minute=6000))
        async with running(store, clock, config=eager) as push:
            sold = await sell_while(store, push, lambda: kill_server(data))
            truth = await store.sessions.pull("naqu", clock())
            on_record = {order.id for order in await store.orders.page("naqu")}
            assert sold <= on_record
            assert truth.tally.orders == len(on_record)
            await wait_for_likes(store, clock, 10 * 20)
        await assert_exact(store, clock())


async def sell_while(store: Store, push: Running, fault: Any) -> set[str]:
    """Ten buyers order twenty times each and resend until they know; the fault comes in the middle.

    Returns:
        The ids that were acknowledged.
    """
    acknowledged: set[str] = set()
    has_begun = asyncio.Event()

    async def buy(number: int) -> None:
        async with page(push.port, viewer=f"buyer-{number}") as one:
            await one.until("state")
            for n in range(20):
                order_id = str(uuid.uuid4())
                answer: dict[str, Any] = {"ok": False}
                await one.send(t="like", n=n + 1)
                while not answer["ok"]:
                    answer = await order_message(one, order_id)
                    assert answer["ok"] or answer["code"] in {"busy", "unknown"}
                acknowledged.add(order_id)
                if n == 5:
                    has_begun.set()
            await one.until_document(lambda d: d["tally"]["orders"] >= 20, "the orders are shown")

    async def break_it() -> None:
        await has_begun.wait()
        await asyncio.to_thread(fault)

    async with asyncio.TaskGroup() as group:
        group.create_task(break_it())
        for number in range(10):
            group.create_task(buy(number))
    assert len(acknowledged) == 200
    return acknowledged


async def wait_for_likes(store: Store, clock: FakeClock, expected: int) -> None:
    async def are() -> bool:
        return (await store.sessions.pull("naqu", clock())).tally.likes == expected

    await wait_until(are, f"{expected} likes")


async def test_viewers_of_a_dead_node_vanish_with_its_lease_and_their_likes_do_not(
    store: Store, clock: FakeClock
) -> None:
    await given_live(store)
    async with running(store, clock, node="node-2") as other:
        async with running(store, clock, node="node-1") as push, page(push.port) as one:
            await one.until_document(lambda d: d["tally"]["concurrent"] == 1, "one viewer")
            await one.send(t="like", n=5)
            await one.until_document(lambda d: d["tally"]["likes"] == 5, "the likes")
            await one.send(t="like", n=6)
            await push.server.stop()  # without a word, as a killed process
            assert await one.until_closed() == 1006
        assert (await store.sessions.pull("naqu", clock())).concurrent == 1
        clock.advance(s=11)
        async with page(other.port) as again:
            await again.until("state")
            assert (await store.sessions.pull("naqu", clock())).concurrent <= 1
            await again.send(t="like", n=6)
            await again.until_document(lambda d: d["tally"]["likes"] == 6, "all likes")
            await again.until_document(lambda d: d["tally"]["viewers"] == 1, "one viewer, once")
    await assert_exact(store, clock())
