"""What an order takes: packs and gifts, holds, limits, safety stock, details, and ways in."""

import asyncio
from typing import Any

import pytest
from msgspec.structs import replace

from livesell.domain.card import Gift, Units
from livesell.domain.command import (
    AddCard,
    End,
    Gifts,
    Limits,
    Pause,
    Release,
    Restock,
    SellOn,
    SellOut,
)
from livesell.domain.order import Contact, Order, OrderRequest, Placed
from livesell.domain.recount import recount
from livesell.domain.truth import Tally, Truth
from livesell.errors import Conflict, LivesellError
from livesell.store import Store
from tests.support.build import NOW_MS, a_card, a_request, command, given_live, given_session

HOLD_MS = 900_000
TEA = a_card()
CUP = a_card(id="cup", slot=2, price=300)
TEN = a_card(
    id="ten", slot=3, price=4_000, of="tea", pack=10, gifts=(Gift(card="cup"),), donation=7
)  # fmt: skip
STOCK = {"tea": 100, "cup": 4}


async def given_shop(store: Store, **stock: int) -> None:
    await given_live(store, TEA, CUP, TEN, stock={**STOCK, **stock})


async def place(
    store: Store, now_ms: int = NOW_MS, hold_ms: int = 0, **fields: Any
) -> Placed | tuple[str, dict[str, Any]]:
    (outcome,) = await store.orders.place("naqu", [a_request(**fields)], now_ms, hold_ms)
    return outcome if isinstance(outcome, Placed) else (outcome.code, outcome.data)


async def placed(store: Store, now_ms: int = NOW_MS, hold_ms: int = 0, **fields: Any) -> Order:
    outcome = await place(store, now_ms, hold_ms, **fields)
    assert isinstance(outcome, Placed), outcome
    return outcome.order


async def truth_of(store: Store) -> Truth:
    return await store.sessions.pull("naqu", NOW_MS)


async def assert_exact(store: Store) -> None:
    """Every count is what the facts and the orders say."""
    assert recount(await store.ledger.evidence("naqu", NOW_MS)).differences == ()


# --- packs and gifts -----------------------------------------------------------------------------


async def test_a_pack_takes_pieces_of_its_stock_and_its_gifts(store: Store) -> None:
    await given_shop(store)
    order = await placed(store, card="ten", price=4_000, units=2)
    assert order.lines == (("tea", 20), ("cup", 2))
    assert (order.amount, order.donation, order.state) == (8_000, 7, "placed")
    units = (await truth_of(store)).units
    assert units["tea"] == Units(allocated=100, free=80, sold=20)
    assert units["cup"] == Units(allocated=4, free=2, sold=2)
    assert units["ten"] == Units(orders=1, units=2, ordered=8_000)
    await assert_exact(store)


async def test_whatever_runs_out_first_ends_the_sale(store: Store) -> None:
    await given_shop(store)
    assert await place(store, card="ten", price=4_000, units=5) == ("sold_out", {"left": 4})
    await command(store, Gifts(card="ten", gifts=[]))
    assert await place(store, card="ten", price=4_000, units=11) == ("sold_out", {"left": 10})
    await placed(store, units=95)
    assert await place(store, card="ten", price=4_000) == ("sold_out", {"left": 0})
    assert (await placed(store, units=5)).lines == (("tea", 5),)


async def test_a_gift_of_its_own_stock_is_taken_with_it(store: Store) -> None:
    await given_live(store, a_card(gifts=(Gift(card="tea", units=2),)), stock=10)
    assert await place(store, units=4) == ("sold_out", {"left": 3})
    assert (await placed(store, units=3)).lines == (("tea", 9),)


async def test_packs_pieces_and_gifts_of_one_batch_share_what_is_there(store: Store) -> None:
    await given_shop(store, tea=25, cup=9)
    wanted: list[dict[str, Any]] = [
        {"card": "ten", "price": 4_000}, {"units": 6}, {"card": "ten", "price": 4_000},
        {"units": 5}, {"card": "cup", "price": 300, "units": 9},
    ]  # fmt: skip
    requests = [a_request(viewer=f"v{i}", **fields) for i, fields in enumerate(wanted)]
    outcomes = await store.orders.place("naqu", requests, NOW_MS)
    told = [one.order.lines if isinstance(one, Placed) else one.data for one in outcomes]
    assert told == [
        (("tea", 10), ("cup", 1)), (("tea", 6),), {"left": 0}, (("tea", 5),), {"left": 8},
    ]  # fmt: skip
    await assert_exact(store)


async def test_an_order_keeps_its_lines_when_the_gifts_change(store: Store) -> None:
    await given_shop(store)
    order = await placed(store, card="ten", price=4_000)
    await command(store, Gifts(card="ten", gifts=[Gift(card="cup", units=3)]))
    assert await store.orders.find("naqu", order.id) == order
    again = await placed(store, card="ten", price=4_000, viewer="other")
    assert again.lines == (("tea", 10), ("cup", 3))


async def test_a_pack_can_be_added_during_the_show(store: Store) -> None:
    await given_shop(store)
    five = a_card(id="five", slot=9, price=2_200, of="tea", pack=5, open=True)
    await command(store, AddCard(card=five))
    assert (await placed(store, card="five", price=2_200)).lines == (("tea", 5),)
    await assert_exact(store)


# --- limits and reserves -------------------------------------------------------------------------


async def test_there_is_a_limit_for_an_order_and_one_for_a_viewer(store: Store) -> None:
    await given_live(store, a_card(limit=5, per_order=3))
    assert await place(store, units=4) == ("limit", {"left": 3})
    await placed(store, units=3)
    assert await place(store, units=3) == ("limit", {"left": 2})
    await command(store, Limits(card="tea", limit=None, per_order=None))
    await placed(store, units=30)


async def test_only_the_host_releases_the_safety_stock(store: Store) -> None:
    await given_live(store, a_card(safety=8), stock=10)
    assert await place(store, units=3) == ("sold_out", {"left": 2})
    await command(store, Release(card="tea", units=1))
    await placed(store, units=3)
    assert await place(store) == ("sold_out", {"left": 0})
    await command(store, Release(card="tea"))
    await placed(store, units=7)
    await assert_exact(store)


async def test_the_safety_stock_holds_for_packs_too(store: Store) -> None:
    await given_shop(store, cup=50)
    await command(store, Limits(card="tea", safety=75))
    assert await place(store, card="ten", price=4_000, units=3) == ("sold_out", {"left": 2})


async def test_what_the_host_says_is_sold_out_is(store: Store) -> None:
    await given_shop(store)
    await command(store, SellOut(card="tea"))
    assert await place(store) == ("sold_out", {"left": 0})
    await placed(store, card="ten", price=4_000)
    await command(store, SellOn(card="tea"))
    await placed(store)
    await command(store, SellOut(card="tea"))
    await command(store, Restock(card="tea", units=1))
    await placed(store)


async def test_no_stock_is_taken_away_that_is_kept_for_somebody(store: Store) -> None:
    await given_live(store, a_card(safety=4), stock=10)
    await placed(store, units=2, hold_ms=HOLD_MS)
    with pytest.raises(Conflict) as refused:
        await command(store, Restock(card="tea", units=-5))
    assert (refused.value.code, refused.value.data) == ("below_zero", {"left": 4})
    await command(store, Restock(card="tea", units=-4))
    assert (await truth_of(store)).units["tea"].free == 4


async def test_a_command_that_changes_nothing_makes_no_version(store: Store) -> None:
    await given_live(store)
    before = await store.ledger.evidence("naqu", NOW_MS)
    same = Limits(card="tea", limit=None)
    first = await command(store, same, command_id="same")
    assert (first.version, first.dup) == (before.truth.version, False)
    assert await store.ledger.evidence("naqu", NOW_MS) == before
    assert (await command(store, same, command_id="same")).dup
    with pytest.raises(Conflict, match="was used for another command"):
        await command(store, SellOut(card="tea"), command_id="same")


# --- holds ---------------------------------------------------------------------------------------


async def test_a_prepaid_order_is_held_for_its_payment(store: Store) -> None:
    await given_shop(store)
    order = await placed(store, card="ten", price=4_000, hold_ms=HOLD_MS)
    assert (order.state, order.hold_until_ms) == ("held", NOW_MS + HOLD_MS)
    truth = await truth_of(store)
    assert truth.units["tea"] == Units(allocated=100, free=90, held=10)
    assert truth.units["cup"] == Units(allocated=4, free=3, held=1)
    assert truth.next_hold_ms == NOW_MS + HOLD_MS
    assert truth.tally == Tally(
        orders=1, units=1, ordered=4_000, held_orders=1, held_amount=4_000, buyers=1
    )
    await assert_exact(store)


async def test_what_costs_nothing_is_not_held(store: Store) -> None:
    await given_live(store, a_card(price=0))
    order = await placed(store, price=0, hold_ms=HOLD_MS)
    assert (order.state, order.hold_until_ms) == ("placed", None)
    assert (await truth_of(store)).next_hold_ms is None


async def test_the_first_hold_to_end_is_told(store: Store) -> None:
    await given_live(store)
    for hold_ms in (HOLD_MS, 60_000, 120_000):
        await placed(store, hold_ms=hold_ms)
    assert (await truth_of(store)).next_hold_ms == NOW_MS + 60_000


async def test_a_hold_that_has_run_out_stands_in_nobodys_way(store: Store) -> None:
    await given_live(store, stock=3)
    first = await placed(store, units=2, hold_ms=60_000)
    assert await place(store, NOW_MS + 59_999, units=2) == ("sold_out", {"left": 1})
    requests = [a_request(viewer=f"v{n}", units=units) for n, units in enumerate((2, 1, 1))]
    outcomes = await store.orders.place("naqu", requests, NOW_MS + 60_000)
    codes = ["placed" if isinstance(one, Placed) else one.code for one in outcomes]
    assert codes == ["placed", "placed", "sold_out"]
    assert (await store.orders.find("naqu", first.id) or first).state == "expired"
    await assert_exact(store)


async def test_when_a_hold_cannot_be_released_its_stock_stays_held(store: Store) -> None:
    await given_live(store, stock=1)
    await placed(store, hold_ms=60_000)
    late_ms = NOW_MS + 60_000

    async def fails(session_id: str, now_ms: int) -> None:
        assert (session_id, now_ms) == ("naqu", late_ms)
        raise Conflict("order_changed", "Somebody was faster.")

    store.orders.expire_due = fails
    assert await place(store, late_ms) == ("sold_out", {"left": 0})
    store.orders.expire_due = None
    assert await place(store, late_ms) == ("sold_out", {"left": 0})


# --- details -------------------------------------------------------------------------------------

FIRST = Contact(name="张三", phone="139")


async def contact_of(store: Store, order: Order) -> Contact | None:
    return (await store.orders.contacts("naqu", [order.id])).get(order.id)


async def test_a_buyer_is_asked_once(store: Store) -> None:
    await given_live(store)
    assert await contact_of(store, await placed(store)) is None
    assert await contact_of(store, await placed(store, contact=FIRST)) == FIRST
    assert await contact_of(store, await placed(store)) == FIRST
    moved = Contact(name="张三", phone="138", address="拉萨")
    assert await contact_of(store, await placed(store, contact=moved)) == moved
    assert await contact_of(store, await placed(store)) == moved
    assert await contact_of(store, await placed(store, viewer="other")) is None


async def test_what_is_refused_is_not_remembered(store: Store) -> None:
    await given_live(store, stock=1)
    assert await place(store, units=2, contact=FIRST) == ("sold_out", {"left": 1})
    assert await contact_of(store, await placed(store)) is None


# --- typed in for a caller -----------------------------------------------------------------------


def a_call(**fields: Any) -> OrderRequest:
    return replace(a_request(**{"viewer": "caller", **fields}), way="offline", by="miao")


async def test_a_callers_order_is_apart_in_the_figures(store: Store) -> None:
    await given_live(store, a_card(donation=20, limit=1, safety=90), stock=100)
    await command(store, SellOut(card="tea"))
    await command(store, Pause())
    request = a_call(units=95, price=450, contact=FIRST, name="张三")
    (outcome,) = await store.orders.place("naqu", [request], NOW_MS, HOLD_MS)
    assert isinstance(outcome, Placed)
    order = outcome.order
    assert (order.way, order.by, order.state, order.n) == ("offline", "miao", "placed", 1)
    assert (order.amount, order.donation) == (95 * 450, 0)
    truth = await truth_of(store)
    assert truth.units["tea"] == Units(allocated=100, free=5, sold=95)
    assert truth.tally == Tally(offline_orders=1, offline_units=95, offline_amount=95 * 450)
    assert (truth.ticker, await store.ledger.timeline("naqu")) == ((), {})
    assert await contact_of(store, order) == FIRST
    fact = (await store.ledger.entries("naqu"))[-1]
    assert (fact.by, fact.data["way"]) == ("miao", "offline")
    await assert_exact(store)


async def test_a_caller_gets_no_more_than_there_is(store: Store) -> None:
    await given_live(store, stock=3)
    outcomes = await store.orders.place("naqu", [a_call(units=4), a_call(card="no")], NOW_MS)
    assert [one.code for one in outcomes if isinstance(one, LivesellError)] == [
        "sold_out", "no_such_card",
    ]  # fmt: skip


async def test_callers_order_before_and_after_the_show_but_not_without_one(store: Store) -> None:
    await given_session(store, a_card(), stock=5)
    (draft,) = await store.orders.place("naqu", [a_call()], NOW_MS)
    assert isinstance(draft, LivesellError)
    assert draft.code == "not_live"
    await given_live(store, id="over")
    await command(store, End(), "over")
    (after,) = await store.orders.place("over", [a_call()], NOW_MS)
    assert isinstance(after, Placed)


async def test_a_name_that_no_script_should_see_is_refused(store: Store) -> None:
    await given_live(store)
    bad = replace(a_call(), by='"]')
    (outcome,) = await store.orders.place("naqu", [bad], NOW_MS)
    assert isinstance(outcome, LivesellError)
    assert outcome.code == "bad_id"


# --- a crowd -------------------------------------------------------------------------------------


@pytest.mark.parametrize("hold_ms", [0, HOLD_MS])
async def test_a_crowd_buys_packs_pieces_and_gifts_to_the_last_piece(
    store: Store, hold_ms: int
) -> None:
    await given_shop(store, tea=120, cup=7)
    kinds: list[dict[str, Any]] = [
        {"card": "ten", "price": 4_000}, {"card": "tea"}, {"card": "cup", "price": 300},
    ]  # fmt: skip
    requests = [a_request(viewer=f"v{n}", **kinds[n % 3]) for n in range(240)]

    async def tap(request: OrderRequest) -> None:
        for _ in range(2):
            await store.orders.place("naqu", [request], NOW_MS, hold_ms)

    await asyncio.gather(*(tap(one) for one in requests))
    units = (await truth_of(store)).units
    assert units["cup"].free == 0
    assert units["tea"].free >= 0
    assert all(one.free + one.held + one.sold == one.allocated for one in units.values())
    await assert_exact(store)
