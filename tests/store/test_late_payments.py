"""Money that comes too late or twice: for the goods if they are there, else back."""

import pytest

from livesell.domain.command import EndFlash, Limits, PrepareFlash, StartFlash
from livesell.domain.order import Placed
from livesell.errors import Conflict
from livesell.store import Store
from tests.store.settling import LATER_MS, cancelling, expiring, paying, settle
from tests.support.build import NOW_MS, a_card, a_request, command, given_live
from tests.support.placed import check_exact, held, placed


async def test_a_late_payment_takes_the_goods_again(store: Store) -> None:
    await given_live(store, stock=2)
    order = await settle(store, await held(store, units=2), expiring())
    assert (await check_exact(store)).units["tea"].free == 2
    order = await settle(store, order, paying(now_ms=LATER_MS + 9))
    truth = await check_exact(store)
    assert (truth.units["tea"].free, truth.units["tea"].sold) == (0, 2)
    assert (truth.tally.expired_orders, truth.tally.paid, truth.tally.buyers) == (0, 1000, 1)
    assert order.state == "paid"


async def test_a_late_payment_for_goods_that_are_gone_is_a_refund(store: Store) -> None:
    await given_live(store, stock=2)
    order = await settle(store, await held(store, units=2), expiring())
    await placed(store, now_ms=LATER_MS, viewer="faster")
    with pytest.raises(Conflict) as raised:
        await settle(store, order, paying(now_ms=LATER_MS + 9))
    assert (raised.value.code, raised.value.data) == ("sold_out", {"left": 1})
    await check_exact(store)
    order = await settle(store, order, paying(now_ms=LATER_MS + 9, rehold=False, provider="stripe"))
    assert order.state == "expired"
    truth = await check_exact(store)
    assert (truth.tally.paid, truth.tally.expired_orders) == (0, 1)
    (owed,) = await store.settling.refunds("naqu")
    assert (owed.order, owed.amount, owed.state, owed.cause) == (order.id, 1000, "due", "paid_late")


async def test_a_late_payment_leaves_what_is_promised_to_others(store: Store) -> None:
    await given_live(store, a_card(safety=0), stock=3)
    order = await settle(store, await held(store, units=2), expiring())
    await command(store, Limits(card="tea", safety=2), now_ms=LATER_MS)
    with pytest.raises(Conflict) as raised:
        await settle(store, order, paying(now_ms=LATER_MS + 9))
    assert raised.value.data == {"left": 1}


async def test_a_second_payment_is_given_back(store: Store) -> None:
    await given_live(store)
    order = await settle(store, await held(store), paying("p1"))
    order = await settle(store, order, paying("p2", provider="stripe"))
    (owed,) = await store.settling.refunds("naqu")
    assert (owed.payment, owed.cause, owed.amount) == ("p2", "paid_twice", 500)
    assert (await check_exact(store)).tally.paid == 500


async def flash_started(store: Store, units: int = 5) -> int:
    """A flash sale of the tea at 3.00; answers when its orders begin."""
    await command(
        store, PrepareFlash(id="f1", card="tea", price=300, units=units, countdown_s=10, lasts_s=60)
    )
    await command(store, StartFlash(flash="f1"))
    return NOW_MS + 10_000


async def test_flash_orders_that_come_back_while_it_runs_go_back_to_it(store: Store) -> None:
    await given_live(store, stock=20)
    now_ms = await flash_started(store)
    first = await held(store, units=2, price=300, now_ms=now_ms)
    second = await held(store, units=1, price=300, now_ms=now_ms)
    assert (await check_exact(store)).units["tea"].flash == 2
    first = await settle(store, first, cancelling(now_ms + 1))
    assert (await check_exact(store)).units["tea"].flash == 4
    await settle(store, second, cancelling(now_ms + 60_000))
    assert (await check_exact(store)).units["tea"].flash == 4, "it is over by the clock"
    await command(store, EndFlash(flash="f1"), now_ms=now_ms + 60_001)
    truth = await check_exact(store)
    assert (truth.units["tea"].flash, truth.units["tea"].free) == (0, 20)


async def test_a_late_payment_of_a_flash_order_takes_from_the_flash_sale(store: Store) -> None:
    await given_live(store, stock=5)
    now_ms = await flash_started(store)
    (outcome,) = await store.orders.place("naqu", [a_request(price=300, units=2)], now_ms, 1000)
    assert isinstance(outcome, Placed)
    order = await settle(store, outcome.order, expiring(now_ms + 1000))
    assert (await check_exact(store)).units["tea"].flash == 5
    await settle(store, order, paying(now_ms=now_ms + 2000))
    truth = await check_exact(store)
    assert (truth.units["tea"].flash, truth.units["tea"].free, truth.units["tea"].sold) == (3, 3, 2)
