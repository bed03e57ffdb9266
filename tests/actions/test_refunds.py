"""Refunds: what is given back, through which provider, and what becomes of it."""

import pytest

from livesell.actions.cashier import Cashier
from livesell.domain.order import Order
from livesell.errors import Conflict, NotFound, Refused
from livesell.store import Store
from tests.actions.conftest import SALES
from tests.actions.tills import ANN, on_delivery
from tests.support.build import NOW_MS, FakeClock, given_live
from tests.support.placed import check_exact, held
from tests.support.till import Till, paid


async def test_a_refund_gives_all_back_unless_told(
    cashier: Cashier, store: Store, till: Till
) -> None:
    await given_live(store)
    order = await held(store, units=4)
    await cashier.take(paid(order))
    part = await cashier.refund("naqu", order.id, by=ANN, amount=500, units=1, refund_id="r1")
    assert (part.state, part.refunded, part.returned) == ("paid", 500, 1)
    again = await cashier.refund("naqu", order.id, by=ANN, amount=500, units=1, refund_id="r1")
    assert again == part
    with pytest.raises(Conflict) as raised:
        await cashier.refund("naqu", order.id, by=ANN, amount=501, refund_id="r1")
    assert raised.value.code == "refund_known"
    with pytest.raises(Refused) as beyond:
        await cashier.refund("naqu", order.id, by=ANN, amount=1501)
    assert beyond.value.data == {"left": 1500}
    rest = await cashier.refund("naqu", order.id, by=ANN, restock=False, cause="damp")
    assert (rest.state, rest.refunded, rest.returned) == ("refunded", 2000, 4)
    assert [amount for _, amount, _ in till.refunded] == [500, 1500]
    truth = await check_exact(store)
    assert (truth.units["tea"].written_off, truth.units["tea"].free) == (3, 97)
    assert (truth.tally.paid, truth.tally.refunded) == (2000, 2000)


async def test_a_refund_of_an_order_on_delivery_is_handed_over(
    cashier: Cashier, store: Store, till: Till
) -> None:
    await given_live(store)
    order = await on_delivery(store)
    await cashier.fulfil("naqu", order.id, by=ANN)
    await cashier.refund("naqu", order.id, by=ANN)
    (refund,) = await store.settling.refunds("naqu")
    assert (refund.state, refund.provider, till.refunded) == ("done", "", [])
    await check_exact(store)


async def refunded_through(cashier: Cashier, store: Store) -> Order:
    await given_live(store)
    order = await held(store)
    await cashier.take(paid(order))
    return await cashier.refund("naqu", order.id, by=ANN, refund_id="r1")


async def state_of_refund(store: Store) -> str:
    refund = await store.settling.refund("naqu", "r1")
    assert refund is not None
    return refund.state


async def test_a_provider_that_is_away_is_asked_again(
    cashier: Cashier, store: Store, till: Till, clock: FakeClock, alarms: list[str]
) -> None:
    till.breaks(retry=True)
    await refunded_through(cashier, store)
    assert await state_of_refund(store) == "due"
    at_ms = await cashier.work_refunds("naqu")
    assert at_ms == NOW_MS + 15_000
    clock.set(at_ms)
    assert await cashier.work_refunds("naqu") == at_ms + 30_000, "each pause is twice the last"
    till.trouble = None
    clock.set(at_ms + 30_000)
    assert await cashier.work_refunds("naqu") is None
    assert (await state_of_refund(store), alarms) == ("done", [])
    await check_exact(store)


async def test_a_provider_that_took_a_refund_tells_what_came_of_it(
    cashier: Cashier, store: Store, till: Till, clock: FakeClock, alarms: list[str]
) -> None:
    till.answer = "sent"
    order = await refunded_through(cashier, store)
    assert await state_of_refund(store) == "sent"
    told = paid(order, id="e9", kind="refunded", refund="r1")
    for _ in range(2):
        await cashier.take(told)
    assert await state_of_refund(store) == "done"
    await cashier.take(paid(order, id="e10", kind="refund_failed", refund="r1"))
    assert (await state_of_refund(store), alarms) == ("failed", ["refund_failed"])
    await check_exact(store)


async def test_a_refund_that_failed_is_asked_for_again_by_staff(
    cashier: Cashier, store: Store, till: Till, alarms: list[str]
) -> None:
    till.breaks(retry=False)
    await refunded_through(cashier, store)
    assert (await state_of_refund(store), alarms) == ("failed", ["refund_failed"])
    await check_exact(store)
    till.trouble = None
    await cashier.retry_refund("naqu", "r1", by=ANN)
    assert await state_of_refund(store) == "done"
    await check_exact(store)
    with pytest.raises(Conflict) as raised:
        await cashier.retry_refund("naqu", "r1", by=ANN)
    assert raised.value.code == "wrong_refund_state"
    with pytest.raises(NotFound):
        await cashier.retry_refund("naqu", "r2", by=ANN)


async def test_a_refund_through_a_provider_that_is_gone_is_alarmed(
    cashier: Cashier, store: Store, clock: FakeClock
) -> None:
    await given_live(store)
    order = await held(store)
    await cashier.take(paid(order))
    alarms: list[str] = []
    other = Cashier(store, clock, {}, SALES, alarms.append)
    await other.refund("naqu", order.id, by=ANN, refund_id="r1")
    assert (await state_of_refund(store), alarms) == ("due", ["no_provider"])
    await check_exact(store)
