"""The store has done it and its answer is lost: whoever asks again gets the first answer."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from livesell.actions.cashier import Cashier
from livesell.config import Sales
from livesell.domain.card import Card, Gift
from livesell.domain.order import Order, Placed
from livesell.domain.person import Actor
from livesell.domain.recount import recount
from livesell.domain.role import Role
from livesell.domain.settlement import cancel, expire, fulfil, pay
from livesell.errors import Busy, Conflict, OutcomeUnknown
from livesell.payments import PaymentEvent
from livesell.store import Store
from livesell.store.scripts import script
from tests.conftest import no_task_left
from tests.support.build import NOW_MS, FakeClock, a_card, a_request, given_live
from tests.support.proxy import FaultProxy, fault_proxy
from tests.support.store import fresh_store, socket_of

# What a busy machine needs for an answer that does come.
TIMEOUT_MS = 500
HOLD_MS = 60_000
PLACE, SETTLE = (script(name).sha.encode() for name in ("place_order", "settle_order"))

STAFF = Actor(name="staff", role=Role.STAFF)
PACK = Card(
    id="ten", slot=2, title="凉茶十袋", price=4500, of="tea", pack=10, gifts=(Gift(card="cup"),)
)


@pytest.fixture
async def proxied(store_data: Path, tmp_path: Path) -> AsyncIterator[tuple[Store, FaultProxy]]:
    """A live session behind a proxy that can lose the answer to one script."""
    async with fault_proxy(socket_of(store_data), tmp_path / "proxy.sock") as proxy:
        url = f"unix://{proxy.address}"
        async with fresh_store(store_data, url=url, timeout_ms=TIMEOUT_MS) as store:
            cup = a_card(id="cup", slot=3, title="木碗")
            await given_live(store, a_card(limit=5), PACK, cup, stock={"tea": 100, "cup": 9})
            yield store, proxy
    await no_task_left()


async def held(store: Store, **fields: object) -> Order:
    (placed,) = await store.orders.place("naqu", [a_request(**fields)], NOW_MS, HOLD_MS)
    assert isinstance(placed, Placed)
    return placed.order


async def assert_exact(store: Store) -> None:
    assert recount(await store.ledger.evidence("naqu", NOW_MS)).differences == ()


async def facts(store: Store, kind: str) -> int:
    return sum(one.kind == kind for one in await store.ledger.entries("naqu"))


@pytest.mark.parametrize("hold_ms", [0, HOLD_MS], ids=["on delivery", "held"])
async def test_orders_that_are_sent_again_get_the_first_answers(
    proxied: tuple[Store, FaultProxy], hold_ms: int
) -> None:
    store, proxy = proxied
    requests = [
        a_request(units=3),
        a_request(card="ten", price=4500),
        a_request(units=9, viewer="greedy"),
        a_request(price=499),
    ]
    proxy.lose_reply_to(PLACE)
    lost = await store.orders.place("naqu", requests, NOW_MS, hold_ms)
    assert [type(one) for one in lost] == [OutcomeUnknown] * 4
    told = await store.orders.place("naqu", requests, NOW_MS + 5000, hold_ms)
    for request, outcome in zip(requests[:2], told[:2], strict=True):
        assert isinstance(outcome, Placed)
        assert outcome.dup
        assert outcome.order == await store.orders.find("naqu", request.id)
        assert outcome.order.at_ms == NOW_MS
    assert [getattr(one, "code", "") for one in told[2:]] == ["limit", "price_changed"]
    assert await store.orders.place("naqu", requests[:2], NOW_MS + 9000, hold_ms) == told[:2]
    units = (await store.sessions.pull("naqu", NOW_MS)).units
    assert (units["tea"].free, units["cup"].free) == (100 - 3 - 10, 8)
    assert await facts(store, "ordered") == 2
    await assert_exact(store)


async def test_the_limit_counts_an_order_once_whose_answer_was_lost(
    proxied: tuple[Store, FaultProxy],
) -> None:
    store, proxy = proxied
    request = a_request(units=4)
    proxy.lose_reply_to(PLACE)
    await store.orders.place("naqu", [request], NOW_MS)
    (again,) = await store.orders.place("naqu", [request], NOW_MS)
    assert isinstance(again, Placed)
    (one_more, too_many) = await store.orders.place(
        "naqu", [a_request(), a_request(units=2)], NOW_MS
    )
    assert isinstance(one_more, Placed)
    assert getattr(too_many, "code", "") == "limit"


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("step", ["pay", "cancel", "expire"])
async def test_a_transition_is_made_once_however_often_its_answer_is_lost(
    proxied: tuple[Store, FaultProxy], step: str, times: int
) -> None:
    store, proxy = proxied
    order = await held(store, card="ten", price=4500)
    settlement = {
        "pay": pay(order, amount=order.amount, ref="p-1", by="bank", now_ms=NOW_MS),
        "cancel": cancel(order, by="buyer", now_ms=NOW_MS),
        "expire": expire(order, now_ms=NOW_MS + HOLD_MS),
    }[step]
    assert settlement is not None
    proxy.lose_reply_to(SETTLE, times)
    after = await store.settling.settle("naqu", settlement, by="x")
    assert after == settlement.after == await store.orders.find("naqu", order.id)
    # And whoever comes with the same once more is told the same.
    assert await store.settling.settle("naqu", settlement, by="x") == after
    assert len(after.history) == 1
    assert await facts(store, settlement.facts[0].kind) == 1
    free = (await store.sessions.pull("naqu", NOW_MS)).units["tea"].free
    assert free == (90 if step == "pay" else 100)
    await assert_exact(store)


async def test_of_two_steps_that_race_after_a_lost_answer_one_is_told(
    proxied: tuple[Store, FaultProxy],
) -> None:
    store, proxy = proxied
    order = await held(store)
    paid = pay(order, amount=order.amount, ref="p-1", by="bank", now_ms=NOW_MS)
    called_off = cancel(order, by="buyer", now_ms=NOW_MS)
    assert paid is not None
    assert called_off is not None
    proxy.lose_reply_to(SETTLE)
    await store.settling.settle("naqu", paid, by="bank")
    with pytest.raises(Conflict, match="changed this order first"):
        await store.settling.settle("naqu", called_off, by="buyer")
    await assert_exact(store)


async def test_a_payment_whose_steps_lose_their_answers_is_taken_once(
    proxied: tuple[Store, FaultProxy], clock: FakeClock
) -> None:
    store, proxy = proxied
    order = await held(store, units=2)
    cashier = Cashier(store, clock, {}, Sales())
    event = PaymentEvent(
        id="e-1", provider="sandbox", kind="paid", session="naqu", order=order.id,
        amount=order.amount, currency="CNY", ref="p-1",
    )  # fmt: skip
    # The settlement, the note of the payment and the memory of the event, each in its turn.
    for mark in (SETTLE, b":payments", b":events"):
        proxy.lose_reply_to(mark)
        with contextlib.suppress(Busy, OutcomeUnknown):  # the provider sends it again
            await cashier.take(event)
    await cashier.take(event)
    proxy.lose_reply_to(SETTLE)
    fulfilled = await cashier.fulfil("naqu", order.id, by=STAFF)
    assert [step.what for step in fulfilled.history] == ["paid", "fulfilled"]
    assert (await store.sessions.pull("naqu", NOW_MS)).tally.paid == order.amount
    assert fulfil(fulfilled, by="staff", now_ms=NOW_MS) is None
    await assert_exact(store)


async def test_a_refund_whose_answer_is_lost_is_given_once(
    proxied: tuple[Store, FaultProxy], clock: FakeClock
) -> None:
    store, proxy = proxied
    order = await held(store, units=3)
    cashier = Cashier(store, clock, {}, Sales())
    settlement = pay(order, amount=order.amount, ref="p-1", by="bank", now_ms=NOW_MS)
    assert settlement is not None
    await store.settling.settle("naqu", settlement, by="bank")
    for _ in range(3):
        proxy.lose_reply_to(SETTLE)
        after = await cashier.refund(
            "naqu", order.id, by=STAFF, amount=500, units=1, refund_id="r-1"
        )
        proxy.heal()
    assert (after.refunded, after.returned) == (500, 1)
    assert len(await store.settling.refunds("naqu")) == 1
    assert (await store.sessions.pull("naqu", NOW_MS)).units["tea"].free == 98
    await assert_exact(store)
