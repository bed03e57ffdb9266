"""Orders at the till: whoever may, each thing once, and nothing lost between two machines."""

import asyncio
import uuid
from typing import Any

import pytest

from livesell.actions.cashier import Cashier, OfflineOrder
from livesell.config import Sales
from livesell.domain.order import Contact, Placed
from livesell.domain.person import Actor
from livesell.domain.role import Role
from livesell.domain.settlement import pay
from livesell.errors import BadInput, Conflict, LivesellError, NotAllowed, NotFound, Refused
from livesell.payments import PaymentTrouble
from livesell.store import Store
from tests.actions.conftest import SALES
from tests.actions.tills import ANN, BUYER, on_delivery, order_of
from tests.support.build import NOW_MS, FakeClock, a_card, a_request, given_live
from tests.support.placed import HOLD_MS, check_exact, held
from tests.support.till import Till, paid


async def test_a_buyer_gets_a_page_to_pay_on_while_the_hold_lasts(
    cashier: Cashier, store: Store, till: Till, clock: FakeClock
) -> None:
    await given_live(store)
    order = await held(store)
    page = await cashier.checkout("naqu", "buyer", order.id, "https://shop/back")
    assert (page.url, page.expires) == (
        f"https://shop/back?until={NOW_MS + HOLD_MS}", NOW_MS + HOLD_MS,
    )  # fmt: skip
    assert await cashier.checkout("naqu", "buyer", order.id, "https://shop/back") == page
    assert (await order_of(store, order)).payment == f"ref-{order.id}"
    payment = await store.settling.payment("naqu", f"ref-{order.id}")
    assert payment is not None
    assert (payment.state, payment.amount, payment.provider) == ("open", 500, "till")
    with pytest.raises(NotFound):
        await cashier.checkout("naqu", "other", order.id, "https://shop/back")
    clock.set(NOW_MS + HOLD_MS)
    with pytest.raises(Conflict) as raised:
        await cashier.checkout("naqu", "buyer", order.id, "https://shop/back")
    assert raised.value.data == {"state": "expired"}, "the lazy check released it"
    assert till.abandoned == [f"ref-{order.id}"]
    assert (await check_exact(store)).units["tea"].free == 100


async def test_there_is_no_page_without_a_provider(store: Store, clock: FakeClock) -> None:
    await given_live(store)
    order = await held(store)
    with pytest.raises(Conflict) as raised:
        await Cashier(store, clock, {}, Sales()).checkout("naqu", "buyer", order.id, "x")
    assert raised.value.code == "no_provider"
    till = Till("sandbox")
    till.breaks(retry=True)
    with pytest.raises(PaymentTrouble):
        await Cashier(store, clock, {"sandbox": till}, SALES).checkout(
            "naqu", "buyer", order.id, "x"
        )


async def test_a_payment_is_taken_once_however_often_it_is_told(
    cashier: Cashier, store: Store, alarms: list[str]
) -> None:
    await given_live(store)
    order = await held(store)
    await cashier.checkout("naqu", "buyer", order.id, "x")
    await asyncio.gather(*(cashier.take(paid(order)) for _ in range(10)))
    await cashier.take(paid(order))
    await cashier.take(paid(order, id="told-under-another-id"))
    truth = await check_exact(store)
    assert (truth.tally.paid, truth.tally.paid_orders) == (500, 1)
    assert alarms == []
    payment = await store.settling.payment("naqu", f"ref-{order.id}")
    assert payment is not None
    assert payment.state == "paid"


async def test_an_event_that_was_settled_but_not_remembered_comes_again_harmlessly(
    cashier: Cashier, store: Store
) -> None:
    """As after a crash between the two."""
    await given_live(store)
    order = await held(store)
    settlement = pay(order, amount=500, ref=f"ref-{order.id}", by="till", now_ms=NOW_MS)
    assert settlement is not None
    await store.settling.settle("naqu", settlement, by="till")
    await cashier.take(paid(order))
    assert (await check_exact(store)).tally.paid == 500
    assert await store.settling.knows_event("naqu", "till", f"event-{order.id}")


async def test_a_failed_payment_keeps_the_hold_and_may_be_followed_by_a_good_one(
    cashier: Cashier, store: Store, alarms: list[str]
) -> None:
    await given_live(store)
    order = await held(store)
    await cashier.checkout("naqu", "buyer", order.id, "x")
    await cashier.take(paid(order, id="e1", kind="failed"))
    assert (await order_of(store, order)).state == "held"
    await cashier.take(paid(order, id="e2"))
    await cashier.take(paid(order, id="e3", kind="failed"))
    assert (await order_of(store, order)).state == "paid"
    payment = await store.settling.payment("naqu", f"ref-{order.id}")
    assert payment is not None
    assert payment.state == "paid"
    assert alarms == []
    await cashier.take(paid(order, id="e4", kind="ignored"))
    await check_exact(store)


@pytest.mark.parametrize(
    ("fields", "code", "kind"),
    [
        ({"amount": 499}, "wrong_amount", Refused),
        ({"currency": "USD"}, "wrong_currency", Refused),
        ({"ref": ""}, "no_reference", Refused),
        ({"order": str(uuid.uuid4())}, "no_such_order", NotFound),
        ({"order": "nonsense"}, "no_such_order", NotFound),
        ({"order": "nonsense", "kind": "failed"}, "no_such_order", NotFound),
        ({"kind": "refunded", "refund": "nobody's"}, "no_such_refund", NotFound),
    ],
)
async def test_what_fits_no_order_is_refused_and_alarmed(
    cashier: Cashier,
    store: Store,
    alarms: list[str],
    fields: dict[str, Any],
    code: str,
    kind: type[LivesellError],
) -> None:
    await given_live(store)
    order = await held(store)
    for _ in range(3):
        with pytest.raises(kind) as raised:
            await cashier.take(paid(order, **fields))
        assert raised.value.code == code
    assert alarms == [code], "once, though it was told three times"
    (alarm,) = await store.settling.alarms("naqu")
    assert (alarm.code, alarm.provider, alarm.message) == (code, "till", raised.value.message)
    assert (await order_of(store, order)).state == "held"
    await check_exact(store)


@pytest.mark.parametrize("session", ["nowhere", "../x", ""])
async def test_a_payment_for_no_session_is_alarmed(
    cashier: Cashier, store: Store, alarms: list[str], session: str
) -> None:
    await given_live(store)
    order = await held(store)
    with pytest.raises(NotFound):
        await cashier.take(paid(order, session=session))
    assert alarms == ["no_such_session"]


async def test_a_late_payment_is_taken_when_the_goods_are_there(
    cashier: Cashier, store: Store, clock: FakeClock, alarms: list[str]
) -> None:
    await given_live(store, stock=1)
    order = await held(store)
    clock.set(NOW_MS + HOLD_MS)
    assert await cashier.expire("naqu") is None
    await cashier.take(paid(order))
    assert (await order_of(store, order)).state == "paid"
    assert (await check_exact(store)).tally.paid == 500
    assert alarms == []


async def test_a_late_payment_goes_back_when_the_goods_are_gone(
    cashier: Cashier, store: Store, clock: FakeClock, till: Till, alarms: list[str]
) -> None:
    await given_live(store, stock=1)
    order = await held(store)
    clock.set(NOW_MS + HOLD_MS)
    await cashier.expire("naqu")
    (other,) = await store.orders.place("naqu", [a_request(viewer="faster")], clock(), HOLD_MS)
    assert isinstance(other, Placed)
    for _ in range(2):
        await cashier.take(paid(order))
    await cashier.take(paid(order, id="told-again"))
    assert (await order_of(store, order)).state == "expired"
    (refund,) = await store.settling.refunds("naqu")
    assert (refund.state, refund.amount, refund.cause) == ("done", 500, "paid_late")
    assert till.refunded == [(refund.id, 500, "CNY")]
    assert alarms[0] == "paid_late"
    truth = await check_exact(store)
    assert (truth.tally.paid, truth.tally.refunded) == (0, 0), "the shop never had it"


async def test_a_payment_and_the_end_of_the_hold_race(
    cashier: Cashier, store: Store, clock: FakeClock
) -> None:
    await given_live(store, stock=20)
    orders = [await held(store, viewer=f"v{n}") for n in range(20)]
    clock.set(NOW_MS + HOLD_MS)
    await asyncio.gather(
        cashier.expire("naqu"), *(cashier.take(paid(one)) for one in orders), cashier.expire("naqu")
    )
    assert {(await order_of(store, one)).state for one in orders} == {"paid"}
    truth = await check_exact(store)
    assert (truth.units["tea"].sold, truth.tally.paid, truth.tally.expired_orders) == (
        20,
        10_000,
        0,
    )


async def test_the_second_of_two_payments_goes_back(
    cashier: Cashier, store: Store, till: Till, alarms: list[str]
) -> None:
    await given_live(store)
    order = await held(store)
    await asyncio.gather(
        cashier.take(paid(order)), cashier.take(paid(order, id="e2", ref="another"))
    )
    assert (await order_of(store, order)).state == "paid"
    assert [amount for _, amount, _ in till.refunded] == [500]
    assert alarms == ["paid_twice"]
    assert (await check_exact(store)).tally.paid == 500


async def test_holds_expire_at_their_time_and_their_pages_close(
    cashier: Cashier, store: Store, clock: FakeClock, till: Till
) -> None:
    await given_live(store)
    first = await held(store)
    await cashier.checkout("naqu", "buyer", first.id, "x")
    await held(store, hold_ms=HOLD_MS + 5, viewer="later")
    assert await cashier.expire("naqu") == NOW_MS + HOLD_MS
    session = (await store.sessions.pull("naqu", NOW_MS)).session
    assert await cashier.holds([session]) == {"naqu": NOW_MS + HOLD_MS}
    clock.set(NOW_MS + HOLD_MS)
    till.breaks(retry=True)
    assert await cashier.expire("naqu") == NOW_MS + HOLD_MS + 5, "a page that stays is no trouble"
    assert (await check_exact(store)).tally.expired_orders == 1


async def test_a_buyer_cancels_only_what_is_held_and_the_buyers_own(
    cashier: Cashier, store: Store, till: Till
) -> None:
    await given_live(store)
    order = await held(store)
    await cashier.checkout("naqu", "buyer", order.id, "x")
    with pytest.raises(NotFound):
        await cashier.cancel("naqu", order.id, by=Actor(name="other", role=Role.VIEWER))
    for _ in range(2):
        cancelled = await cashier.cancel("naqu", order.id, by=BUYER, cause="changed my mind")
        assert (cancelled.state, cancelled.history[-1].by) == ("cancelled", "buyer")
    assert till.abandoned == [f"ref-{order.id}"]
    other = await on_delivery(store)
    with pytest.raises(NotAllowed):
        await cashier.cancel("naqu", other.id, by=BUYER)
    paid_order = await held(store)
    await cashier.take(paid(paid_order))
    with pytest.raises(Conflict) as raised:
        await cashier.cancel("naqu", paid_order.id, by=BUYER)
    assert raised.value.data == {"state": "paid"}
    await check_exact(store)


async def test_staff_cancel_and_fulfil_orders_on_delivery(cashier: Cashier, store: Store) -> None:
    await given_live(store)
    first, second = await on_delivery(store), await on_delivery(store)
    assert (
        await cashier.cancel("naqu", first.id, by=ANN, cause="nobody home")
    ).state == "cancelled"
    assert (await cashier.fulfil("naqu", second.id, by=ANN)).state == "fulfilled"
    assert (await cashier.fulfil("naqu", second.id, by=ANN)).state == "fulfilled"
    truth = await check_exact(store)
    assert (truth.tally.paid, truth.tally.cancelled_orders) == (500, 1)


async def test_only_the_crew_settles(cashier: Cashier, store: Store) -> None:
    await given_live(store)
    order = await held(store)
    for deed in (
        cashier.fulfil("naqu", order.id, by=BUYER),
        cashier.refund("naqu", order.id, by=BUYER),
        cashier.retry_refund("naqu", "r1", by=BUYER),
        cashier.enter("naqu", an_offline_order(), by=BUYER),
        cashier.cancel("naqu", order.id, by=Actor(name="x", role=Role.OVERLAY)),
    ):
        with pytest.raises(NotAllowed):
            await deed


def an_offline_order(**fields: Any) -> OfflineOrder:
    blank: dict[str, Any] = {
        "id": str(uuid.uuid4()), "card": "tea", "units": 2, "price": 500,
        "contact": Contact(name="卓玛", phone="139"),
    }  # fmt: skip
    return OfflineOrder(**{**blank, **fields})


async def test_a_callers_order_is_typed_once_and_counted_apart(
    cashier: Cashier, store: Store
) -> None:
    await given_live(store, a_card(safety=99))
    typed = an_offline_order()
    order = await cashier.enter("naqu", typed, by=ANN)
    assert await cashier.enter("naqu", typed, by=ANN) == order
    assert (order.way, order.by, order.state, order.name) == ("offline", "ann", "placed", "卓玛")
    truth = await check_exact(store)
    assert (truth.tally.offline_orders, truth.tally.offline_amount, truth.tally.orders) == (
        1, 1000, 0,
    )  # fmt: skip
    with pytest.raises(Refused) as raised:
        await cashier.enter("naqu", an_offline_order(units=99), by=ANN)
    assert raised.value.code == "sold_out"


async def test_orders_that_are_not_there(cashier: Cashier, store: Store) -> None:
    await given_live(store)
    nobody = str(uuid.uuid4())
    for deed in (
        cashier.fulfil("naqu", nobody, by=ANN),
        cashier.cancel("naqu", nobody, by=ANN),
        cashier.refund("naqu", nobody, by=ANN),
        cashier.checkout("naqu", "buyer", nobody, "x"),
    ):
        with pytest.raises(NotFound) as raised:
            await deed
        assert raised.value.code == "no_such_order"
    with pytest.raises(BadInput):
        await cashier.fulfil("naqu", "7", by=ANN)
