"""The queue alone: batches, two in flight, an answer for everyone."""

import asyncio
from typing import cast

from livesell.domain.order import Order, OrderRequest, Placed
from livesell.errors import Busy, LivesellError, OutcomeUnknown
from livesell.push import orders
from livesell.push.orders import OrderQueue
from livesell.store import Store
from tests.push.fakes import FakeSeat, FakeSteady, FakeStore, a_setting
from tests.support.build import NOW_MS, a_request
from tests.support.wait import wait_until


class Gated(FakeStore):
    """Answers when the gate is open."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = asyncio.Event()
        self.answer = accepted

    async def place(
        self, session: str, requests: object, now_ms: int, hold_ms: int = 0
    ) -> list[Placed | LivesellError]:
        found = await super().place(session, cast("list[OrderRequest]", requests), now_ms, hold_ms)
        await self.gate.wait()
        return found


def accepted(request: OrderRequest) -> Placed:
    order = Order(
        id=request.id,
        n=1,
        viewer=request.viewer,
        card=request.card,
        units=request.units,
        price=request.price,
        amount=request.units * request.price,
        at_ms=NOW_MS,
        name=request.name,
        state="placed",
    )
    return Placed(order=order)


def a_queue(store: FakeStore) -> OrderQueue:
    setting = a_setting(store, FakeSteady())
    return OrderQueue(
        "naqu",
        store=cast("Store", store),
        clock=setting.clock,
        steady=setting.steady,
        metrics=setting.metrics,
    )


def put(queue: OrderQueue, seat: FakeSeat, count: int) -> None:
    for _ in range(count):
        request = a_request()
        queue.put(seat, request.id, request)


async def test_what_arrives_together_travels_together_two_batches_at_a_time() -> None:
    store, seat = Gated(), FakeSeat()
    queue = a_queue(store)
    put(queue, seat, 600)
    await wait_until(lambda: len(store.batches) == 2, "two batches are under way")
    put(queue, seat, 10)
    await asyncio.sleep(0)
    assert [len(batch) for batch in store.batches] == [256, 256]
    assert len(queue) == 610
    store.gate.set()
    await queue.finish(5)
    assert [len(batch) for batch in store.batches] == [256, 256, 98]
    assert len(seat.of_kind("order")) == 610
    assert all(answer["ok"] for answer in seat.of_kind("order"))
    assert len(queue) == 0


async def test_a_store_that_is_away_gives_busy_and_one_that_is_lost_unknown() -> None:
    store, seat = FakeStore(), FakeSeat()
    queue = a_queue(store)
    for error, code, retry_ms in (
        (Busy("store_away", "For operators."), "busy", 500),
        (OutcomeUnknown("timeout", "For operators."), "unknown", 1000),
        (RuntimeError("a bug"), "unknown", 1000),
    ):
        store.error = error
        put(queue, seat, 1)
        await queue.finish(5)
        answer = seat.of_kind("order")[-1]
        assert (answer["ok"], answer["code"], answer["retry_ms"]) == (False, code, retry_ms)
        assert "operators" not in answer["message"]


async def test_a_queue_that_is_too_long_says_busy_at_once() -> None:
    store, seat = Gated(), FakeSeat()
    queue = a_queue(store)
    put(queue, seat, orders.MOST_WAITING + 1)
    assert [answer["code"] for answer in seat.of_kind("order")] == ["busy"]
    store.gate.set()
    await queue.finish(5)
    assert len(seat.of_kind("order")) == orders.MOST_WAITING + 1


async def test_finishing_has_an_end() -> None:
    store, seat = Gated(), FakeSeat()
    queue = a_queue(store)
    put(queue, seat, 1)
    await queue.finish(0.05)
    assert len(queue) == 1
    await queue.stop()
    assert len(queue) == 0
    assert seat.of_kind("order") == []
