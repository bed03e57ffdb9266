"""Each transition is written down once, on the order as it was read, and recounts exactly."""

import asyncio

import pytest
from msgspec.structs import replace

from livesell.domain.card import Gift
from livesell.domain.command import Price, Restock, Show
from livesell.domain.order import Order
from livesell.domain.refund import Payment, Refund
from livesell.domain.settlement import awaited, fulfil
from livesell.errors import Conflict, NotFound
from livesell.store import Alarm, Store
from livesell.store.settling import MOST_ALARMS
from tests.store.settling import (
    LATER_MS,
    Decide,
    cancelling,
    expiring,
    paying,
    refunding,
    settle,
    truth_of,
)
from tests.support.build import NOW_MS, a_card, a_request, command, given_live
from tests.support.placed import HOLD_MS, check_exact, held, placed


async def test_a_held_order_is_paid_and_fulfilled(store: Store) -> None:
    await given_live(store, a_card(donation=20))
    order = await held(store, units=2)
    assert (await check_exact(store)).tally.held_amount == 1000
    assert await store.settling.next_hold("naqu") == LATER_MS
    order = await settle(store, order, paying())
    truth = await check_exact(store)
    assert (truth.units["tea"].held, truth.units["tea"].sold) == (0, 2)
    assert (truth.tally.paid, truth.tally.paid_orders, truth.tally.held_orders) == (1000, 1, 0)
    assert truth.tally.donated == 40
    assert await store.settling.next_hold("naqu") is None
    order = await settle(store, order, lambda one: fulfil(one, by="ann", now_ms=NOW_MS + 9))
    assert await store.orders.find("naqu", order.id) == order
    assert [step.what for step in order.history] == ["paid", "fulfilled"]
    await check_exact(store)
    facts = await store.ledger.entries("naqu")
    assert [(one.kind, one.by, one.at_ms) for one in facts[-2:]] == [
        ("order_paid", "x", NOW_MS + 5), ("order_fulfilled", "x", NOW_MS + 9),
    ]  # fmt: skip


async def test_a_cancelled_order_takes_back_what_it_had_added(store: Store) -> None:
    await given_live(store, a_card(donation=20, limit=2))
    await command(store, Show(card="tea"))
    before = await truth_of(store)
    order = await placed(store, units=2, name="苗")
    await settle(store, order, cancelling())
    truth = await check_exact(store)
    assert truth.units == before.units
    assert truth.tally == replace(before.tally, cancelled_orders=1)
    assert truth.ticker == ()
    assert (await store.ledger.evidence("naqu", NOW_MS)).taken == {}
    await placed(store, units=2)
    await check_exact(store)


async def test_a_viewer_with_two_orders_stays_a_buyer_until_both_are_gone(store: Store) -> None:
    await given_live(store)
    first, second = await placed(store), await placed(store)
    await settle(store, first, cancelling())
    assert (await check_exact(store)).tally.buyers == 1
    await settle(store, second, cancelling())
    assert (await check_exact(store)).tally.buyers == 0


async def test_packs_and_gifts_go_back_to_their_own_stock(store: Store) -> None:
    shelf = [
        a_card(),
        a_card(id="cup", slot=2),
        a_card(id="pack", slot=3, of="tea", pack=10, gifts=(Gift(card="cup"),)),
    ]
    await given_live(store, *shelf, stock={"tea": 30, "cup": 3, "pack": 0})
    order = await held(store, card="pack", units=2)
    truth = await check_exact(store)
    assert (truth.units["tea"].held, truth.units["cup"].held) == (20, 2)
    order = await settle(store, order, paying())
    order = await settle(store, order, refunding(500, 1))
    truth = await check_exact(store)
    assert (truth.units["tea"].free, truth.units["cup"].free) == (20, 2)
    order = await settle(store, order, refunding(500, 1, refund_id="r2", restock=False))
    truth = await check_exact(store)
    assert (truth.units["tea"].written_off, truth.units["tea"].sold) == (10, 0)
    assert order.state == "refunded"
    assert truth.tally.refunded == 1000


async def test_the_same_settlement_twice_is_one(store: Store) -> None:
    await given_live(store)
    order = await held(store)
    settlement = paying()(order)
    assert settlement is not None
    for _ in range(3):
        after = await store.settling.settle("naqu", settlement, by="x")
        assert after == settlement.after
    assert (await check_exact(store)).tally.paid_orders == 1


@pytest.mark.parametrize(
    "rivals",
    [
        (paying(), cancelling()),
        (paying("p1"), paying("p2")),
        (paying(now_ms=LATER_MS), expiring()),
        (expiring(), cancelling(LATER_MS)),
        (cancelling(), cancelling(NOW_MS + 6)),
    ],
)
async def test_of_two_that_race_one_wins(store: Store, rivals: tuple[Decide, Decide]) -> None:
    await given_live(store)
    order = await held(store)
    outcomes = await asyncio.gather(
        *(settle(store, order, one) for one in rivals), return_exceptions=True
    )
    lost = [one for one in outcomes if isinstance(one, Conflict)]
    assert [one.code for one in lost] == ["order_changed"]
    (won,) = [one for one in outcomes if isinstance(one, Order)]
    assert await store.orders.find("naqu", order.id) == won
    await check_exact(store)


async def test_twenty_who_race_for_one_order_settle_it_once(store: Store) -> None:
    await given_live(store)
    order = await held(store)
    outcomes = await asyncio.gather(
        *(settle(store, order, paying(f"p{n}")) for n in range(20)), return_exceptions=True
    )
    assert sum(isinstance(one, Order) for one in outcomes) == 1
    truth = await check_exact(store)
    assert (truth.tally.paid, truth.tally.paid_orders) == (500, 1)


async def test_a_settlement_of_an_order_that_is_not_there(store: Store) -> None:
    await given_live(store)
    order = await held(store)
    settlement = paying()(order)
    assert settlement is not None
    other = replace(order, id="00000000-0000-0000-0000-000000000001")
    with pytest.raises(NotFound) as raised:
        await store.settling.settle("naqu", replace(settlement, before=other), by="x")
    assert raised.value.code == "no_such_order"


async def test_holds_that_are_over_expire_once_in_several_processes(store: Store) -> None:
    await given_live(store, stock=200)
    requests = [a_request(viewer=f"v{n}") for n in range(130)]
    await store.orders.place("naqu", requests, NOW_MS, HOLD_MS)
    await held(store, now_ms=NOW_MS + 1, viewer="later")
    assert await store.settling.expire_due("naqu", LATER_MS - 1) == []
    sweeps = await asyncio.gather(*(store.settling.expire_due("naqu", LATER_MS) for _ in range(3)))
    expired = {order.id for orders in sweeps for order in orders}
    assert expired == {one.id for one in requests}
    truth = await check_exact(store)
    assert (truth.tally.expired_orders, truth.tally.held_orders) == (130, 1)
    assert truth.units["tea"].free == 199
    assert await store.settling.next_hold("naqu") == LATER_MS + 1
    assert await store.settling.next_holds(["naqu", "other"]) == {"naqu": LATER_MS + 1}


async def test_a_buyer_gets_what_a_hold_has_left_that_nobody_released_yet(store: Store) -> None:
    await given_live(store, stock=1)
    await held(store)
    order = await placed(store, viewer="next", now_ms=LATER_MS)
    assert order.viewer == "next"
    await check_exact(store)


async def test_a_page_to_pay_on_is_noted_without_touching_the_hold(store: Store) -> None:
    await given_live(store)
    order = await settle(store, await held(store), lambda one: awaited(one, "p1", NOW_MS))
    assert order.payment == "p1"
    assert await store.settling.next_hold("naqu") == LATER_MS
    await check_exact(store)


async def test_an_offline_order_is_apart_through_its_whole_life(store: Store) -> None:
    await given_live(store)
    order = await placed(store, units=2, viewer="offline:1", way="offline", by="ann")
    truth = await check_exact(store)
    assert (truth.tally.orders, truth.tally.offline_orders, truth.tally.offline_amount) == (
        0, 1, 1000,
    )  # fmt: skip
    order = await settle(store, order, lambda one: fulfil(one, by="ann", now_ms=NOW_MS))
    order = await settle(store, order, refunding(400, 1))
    truth = await check_exact(store)
    assert (truth.tally.offline_units, truth.tally.offline_amount) == (1, 600)
    await settle(store, order, refunding(600, 1, refund_id="r2"))
    truth = await check_exact(store)
    assert (truth.tally.offline_orders, truth.tally.offline_amount, truth.tally.paid) == (0, 0, 0)


async def test_a_refund_id_stands_for_one_refund(store: Store) -> None:
    await given_live(store)
    first = await settle(store, await held(store), paying())
    second = await settle(store, await held(store), paying())
    await settle(store, first, refunding(100))
    with pytest.raises(Conflict) as raised:
        await settle(store, second, refunding(100))
    assert raised.value.code == "refund_known"
    await check_exact(store)


async def test_a_refund_goes_from_state_to_state_once(store: Store) -> None:
    await given_live(store)
    order = await settle(store, await held(store), paying())
    await settle(store, order, refunding(100, provider="stripe"))
    due = await store.settling.refund("naqu", "r1")
    assert isinstance(due, Refund)
    sent = replace(due, state="sent")
    put = store.settling.put_refund
    assert await put("naqu", due, sent, None, by="x", now_ms=NOW_MS)
    assert await put("naqu", due, sent, None, by="x", now_ms=NOW_MS), "the same again"
    assert not await put("naqu", due, replace(due, state="failed"), None, by="x", now_ms=NOW_MS)
    assert await store.settling.refund("naqu", "r1") == sent
    gone = replace(due, id="r9")
    assert not await put("naqu", gone, replace(gone, state="sent"), None, by="x", now_ms=NOW_MS)


async def test_payments_and_events_are_on_record(store: Store) -> None:
    await given_live(store)
    settling = store.settling
    payment = Payment(
        ref="p1", order="o", provider="stripe", amount=5, currency="CNY", at_ms=NOW_MS
    )
    await settling.add_payment("naqu", payment)
    await settling.put_payment("naqu", replace(payment, state="paid"))
    await settling.add_payment("naqu", payment)
    assert await settling.payment("naqu", "p1") == replace(payment, state="paid")
    assert await settling.payment("naqu", "p2") is None
    assert not await settling.knows_event("naqu", "stripe", "e1")
    await settling.remember_event("naqu", "stripe", "e1", NOW_MS)
    assert await settling.knows_event("naqu", "stripe", "e1")
    assert not await settling.knows_event("naqu", "sandbox", "e1")


async def test_alarms_are_kept_newest_first_once_for_an_event(store: Store) -> None:
    await given_live(store)
    settling = store.settling
    one = Alarm(at_ms=NOW_MS, code="wrong_amount", message="m", event="e1")
    assert await settling.put_alarm("naqu", one)
    assert not await settling.put_alarm("naqu", replace(one, at_ms=NOW_MS + 1))
    for n in range(MOST_ALARMS):
        await settling.put_alarm("naqu", Alarm(at_ms=n, code="x", message="m"))
    alarms = await settling.alarms("naqu")
    assert len(alarms) == MOST_ALARMS
    assert alarms[0].at_ms == MOST_ALARMS - 1


async def test_a_price_change_or_a_restock_in_between_changes_no_order(store: Store) -> None:
    await given_live(store)
    order = await held(store)
    await command(store, Price(card="tea", price=900))
    await command(store, Restock(card="tea", units=-10))
    await settle(store, order, paying())
    assert (await check_exact(store)).tally.paid == 500


async def test_each_transition_wakes_the_pages(store: Store) -> None:
    await given_live(store)
    order = await held(store)
    woken: asyncio.Queue[str] = asyncio.Queue()
    ready = asyncio.Event()
    listening = asyncio.create_task(store.wake.listen(woken.put_nowait, ready.set))
    try:
        await asyncio.wait_for(ready.wait(), 10)
        await settle(store, order, paying())
        assert await asyncio.wait_for(woken.get(), 10) == "naqu"
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
