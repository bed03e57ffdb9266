"""The machine's clock is set forward or back during a sale: no stock is lost, no figure is odd."""

import itertools
import random
from typing import Any

import msgspec
import pytest

from livesell.actions.cashier import Cashier
from livesell.actions.staff import Staff
from livesell.config import Sales
from livesell.domain.command import EndFlash, PrepareFlash, StartFlash
from livesell.domain.figures import Figures
from livesell.domain.order import Order, Placed
from livesell.domain.person import Actor
from livesell.domain.recount import recount
from livesell.domain.role import Role
from livesell.errors import LivesellError
from livesell.payments import PaymentEvent
from livesell.store import Store
from tests.support.build import NOW_MS, FakeClock, a_request, command, given_live

HOLD_MS = 15 * 60_000
HOUR_MS = 3_600_000

STAFF = Actor(name="staff", role=Role.STAFF)
events = itertools.count()


def cashier_of(store: Store, clock: FakeClock) -> Cashier:
    return Cashier(store, clock, {}, Sales())


async def hold(store: Store, clock: FakeClock, **fields: Any) -> Order:
    (placed,) = await store.orders.place("naqu", [a_request(**fields)], clock(), HOLD_MS)
    assert isinstance(placed, Placed), placed
    return placed.order


async def paid(store: Store, clock: FakeClock, order: Order) -> Order:
    event = PaymentEvent(
        id=f"e-{next(events)}", provider="sandbox", kind="paid", session="naqu", order=order.id,
        amount=order.amount, currency="CNY", ref=f"p-{order.id}",
    )  # fmt: skip
    await cashier_of(store, clock).take(event)
    return await found(store, order)


async def found(store: Store, order: Order) -> Order:
    one = await store.orders.find("naqu", order.id)
    assert one is not None
    return one


async def sound(store: Store, clock: FakeClock) -> Figures:
    """Everything agrees, and no figure is below zero, whatever the clock says now."""
    assert recount(await store.ledger.evidence("naqu", clock())).differences == ()
    figures = await Staff(store, clock, "paid").figures("naqu")
    for name, value in msgspec.to_builtins(figures).items():
        if isinstance(value, int | float):
            assert value >= 0, (name, value)
    return figures


async def test_forward_over_a_hold_it_expires_and_a_late_payment_takes_it_back(
    store: Store, clock: FakeClock
) -> None:
    await given_live(store, stock=10)
    order = await hold(store, clock, units=4)
    clock.advance(ms=24 * HOUR_MS)
    await cashier_of(store, clock).expire("naqu")
    assert (await found(store, order)).state == "expired"
    assert (await store.sessions.pull("naqu", clock())).units["tea"].free == 10
    assert (await paid(store, clock, order)).state == "paid"
    assert (await sound(store, clock)).paid == order.amount


async def test_a_hold_that_ran_out_makes_room_at_once_without_a_timer(
    store: Store, clock: FakeClock
) -> None:
    await given_live(store, stock=5)
    store.orders.expire_due = store.settling.expire_due
    order = await hold(store, clock, units=5)
    clock.advance(ms=HOLD_MS)
    await hold(store, clock, units=5, viewer="next")
    assert (await found(store, order)).state == "expired"
    await sound(store, clock)


async def test_back_before_a_hold_it_goes_on_and_can_be_paid(
    store: Store, clock: FakeClock
) -> None:
    await given_live(store, stock=10)
    clock.advance(ms=HOUR_MS)
    order = await hold(store, clock)
    clock.set(NOW_MS - HOUR_MS)
    again_ms = await cashier_of(store, clock).expire("naqu")
    assert again_ms == order.hold_until_ms
    assert (await found(store, order)).state == "held"
    assert (await paid(store, clock, order)).state == "paid"
    figures = await sound(store, clock)
    assert (figures.live_s, figures.paid) == (0, order.amount)


async def test_back_after_a_hold_ran_out_it_stays_expired_and_its_stock_free(
    store: Store, clock: FakeClock
) -> None:
    await given_live(store, stock=3)
    order = await hold(store, clock, units=3)
    clock.advance(ms=HOLD_MS)
    await cashier_of(store, clock).expire("naqu")
    clock.set(NOW_MS)
    other = await hold(store, clock, units=3, viewer="next")
    after = await paid(store, clock, order)
    assert (after.state, after.paid) == ("expired", 0)
    (refund,) = await store.settling.refunds("naqu")
    assert (refund.order, refund.amount) == (order.id, order.amount)
    assert (await found(store, other)).state == "held"
    await sound(store, clock)


async def test_an_order_whose_answer_was_lost_before_the_jump_keeps_its_time(
    store: Store, clock: FakeClock
) -> None:
    await given_live(store)
    request = a_request()
    (first,) = await store.orders.place("naqu", [request], clock(), HOLD_MS)
    for jump_ms in (HOUR_MS, -2 * HOUR_MS):
        clock.advance(ms=jump_ms)
        (again,) = await store.orders.place("naqu", [request], clock(), HOLD_MS)
        assert isinstance(first, Placed)
        assert again == Placed(order=first.order, dup=True)
    await sound(store, clock)


async def given_flash(store: Store, clock: FakeClock) -> tuple[int, int]:
    """A flash sale of 10 units for 400 that has been started; when it begins and ends."""
    prepare = PrepareFlash(card="tea", price=400, units=10, countdown_s=10, lasts_s=60)
    await command(store, prepare, now_ms=clock())
    await command(store, StartFlash(flash="flash-1"), now_ms=clock())
    (flash,) = (await store.sessions.pull("naqu", clock())).session.flashes
    assert flash.starts_ms is not None
    assert flash.ends_ms is not None
    return flash.starts_ms, flash.ends_ms


async def answer(store: Store, clock: FakeClock, price: int, units: int = 1) -> str:
    """ "flash" or "" for an order that is taken, else the code of the refusal."""
    request = a_request(price=price, units=units, viewer=f"viewer-{next(events)}")
    (outcome,) = await store.orders.place("naqu", [request], clock())
    if isinstance(outcome, LivesellError):
        return outcome.code
    return "flash" if outcome.order.flash else ""


async def test_a_flash_sale_goes_by_the_clock_as_it_is_when_somebody_orders(
    store: Store, clock: FakeClock
) -> None:
    await given_live(store, stock=30)
    starts_ms, ends_ms = await given_flash(store, clock)
    assert [await answer(store, clock, 400), await answer(store, clock, 500)] == [
        "price_changed", "",
    ]  # fmt: skip
    clock.set(starts_ms)
    assert await answer(store, clock, 400) == "flash"
    clock.set(ends_ms + HOUR_MS)
    assert await answer(store, clock, 400) == "price_changed"
    # Its pieces are everybody's again before any timer has looked.
    assert await answer(store, clock, 500, 28) == ""
    await sound(store, clock)
    clock.set(starts_ms + 1)
    # Set back into it: its claim is in force again, but there is nothing left to sell at its price.
    assert await answer(store, clock, 400, 5) == "price_changed"
    assert await answer(store, clock, 500) == "sold_out"
    await sound(store, clock)
    units = (await store.sessions.pull("naqu", clock())).units["tea"]
    assert (units.free, units.sold) == (0, 30)
    await command(store, EndFlash(flash="flash-1"), now_ms=clock())
    await sound(store, clock)


async def test_a_flash_sale_that_is_ended_after_the_clock_went_back_gives_its_claim_back(
    store: Store, clock: FakeClock
) -> None:
    await given_live(store, stock=30)
    starts_ms, _ = await given_flash(store, clock)
    clock.set(starts_ms)
    assert await answer(store, clock, 400, 3) == "flash"
    clock.set(NOW_MS - HOUR_MS)
    assert await answer(store, clock, 500, 21) == "sold_out"
    await command(store, EndFlash(flash="flash-1"), now_ms=clock())
    assert await answer(store, clock, 500, 27) == ""
    await sound(store, clock)


@pytest.mark.parametrize("seed", range(4))
async def test_a_sale_with_a_clock_that_jumps_all_the_time_stays_exact(
    store: Store, clock: FakeClock, seed: int
) -> None:
    await given_live(store, stock=40)
    store.orders.expire_due = store.settling.expire_due
    dice, orders = random.Random(seed), list[Order]()
    cashier = cashier_of(store, clock)
    for _ in range(60):
        clock.advance(ms=dice.choice((0, 1, 9_999, HOLD_MS, HOUR_MS, -HOUR_MS, -HOLD_MS, -1)))
        match dice.randrange(6):
            case 0 | 1:
                request = a_request(units=dice.randint(1, 4), viewer=f"v-{dice.randrange(9)}")
                (placed,) = await store.orders.place("naqu", [request], clock(), HOLD_MS)
                if isinstance(placed, Placed):
                    orders.append(placed.order)
            case 2 if orders:
                await paid(store, clock, dice.choice(orders))
            case 3:
                await cashier.expire("naqu")
            case 4 if orders:
                await _tried(cashier.cancel("naqu", dice.choice(orders).id, by=STAFF))
            case 5 if orders:
                await _tried(cashier.refund("naqu", dice.choice(orders).id, by=STAFF))
    figures = await sound(store, clock)
    assert figures.orders <= 40


async def _tried(step: Any) -> None:
    """A step that the order's state may refuse."""
    try:
        await step
    except LivesellError as error:
        if error.code != "wrong_order_state":
            raise
