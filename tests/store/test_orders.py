"""An order is placed at most once per id, wholly or not at all, and never from nothing."""

import asyncio
import uuid
from collections import Counter
from typing import Any

import pytest

from livesell.domain.card import Units
from livesell.domain.command import Close, Pause, Price, Show
from livesell.domain.order import Contact, Order, OrderRequest, Placed
from livesell.domain.recount import recount
from livesell.domain.truth import TickerEntry
from livesell.errors import LivesellError
from livesell.store import Store
from tests.support.build import NOW_MS, a_card, a_request, command, given_live, given_session


async def place(store: Store, request: OrderRequest, now_ms: int = NOW_MS) -> Placed:
    (outcome,) = await store.orders.place("naqu", [request], now_ms)
    assert isinstance(outcome, Placed), outcome
    return outcome


async def refused(store: Store, **fields: Any) -> tuple[str, dict[str, Any]]:
    (outcome,) = await store.orders.place("naqu", [a_request(**fields)], NOW_MS)
    assert isinstance(outcome, LivesellError), outcome
    return outcome.code, outcome.data


async def test_an_order_is_on_record_with_its_number_and_amount(store: Store) -> None:
    await given_live(store)
    request = a_request(units=3, name="张三", contact=Contact(name="张三", phone="139"))
    placed = await place(store, request)
    assert placed == Placed(
        order=Order(
            id=request.id, n=1, viewer="buyer", card="tea", units=3, price=500, amount=1500,
            at_ms=NOW_MS, name="张三", state="placed", lines=(("tea", 3),),
        )
    )  # fmt: skip
    assert await store.orders.find("naqu", request.id) == placed.order
    assert await store.orders.contacts("naqu", [request.id]) == {request.id: request.contact}
    units = (await store.sessions.pull("naqu", NOW_MS)).units["tea"]
    assert units == Units(allocated=100, free=97, sold=3, orders=1, units=3, ordered=1500)


async def test_a_resent_order_gets_the_first_answer(store: Store) -> None:
    await given_live(store, stock=1)
    request = a_request()
    first = await place(store, request)
    await command(store, Close(card="tea"))
    again = await place(store, request, NOW_MS + 60_000)
    assert again == Placed(order=first.order, dup=True)
    assert (await store.sessions.pull("naqu", NOW_MS)).tally.orders == 1


async def test_a_resend_in_the_same_batch_is_the_same_order(store: Store) -> None:
    await given_live(store)
    request = a_request()
    first, again = await store.orders.place("naqu", [request, request], NOW_MS)
    assert isinstance(first, Placed)
    assert again == Placed(order=first.order, dup=True)


@pytest.mark.parametrize("other", [{"units": 2}, {"price": 501}, {"viewer": "x"}, {"card": "y"}])
async def test_an_id_stands_for_one_order_only(store: Store, other: dict[str, Any]) -> None:
    await given_live(store)
    request = a_request()
    await place(store, request)
    assert await refused(store, id=request.id, **other) == ("id_reused", {})


async def test_each_refusal_says_what_holds_now(store: Store) -> None:
    await given_live(store, a_card(limit=3), a_card(id="yak", slot=2), stock={"tea": 9, "yak": 2})
    await place(store, a_request(units=2))
    assert await refused(store, card="pig") == ("no_such_card", {})
    assert await refused(store, price=499) == ("price_changed", {"price": 500})
    assert await refused(store, units=2) == ("limit", {"left": 1})
    assert await refused(store, card="yak", units=3) == ("sold_out", {"left": 2})
    await command(store, Price(card="tea", price=450))
    assert await refused(store) == ("price_changed", {"price": 450})
    await command(store, Close(card="tea"))
    assert await refused(store) == ("closed", {})
    await command(store, Pause())
    assert await refused(store) == ("not_live", {})


async def test_nothing_is_sold_before_the_start(store: Store) -> None:
    await given_session(store, a_card(open=True))
    assert await refused(store) == ("not_live", {})


async def test_a_session_that_does_not_exist_sells_nothing(store: Store) -> None:
    assert await refused(store) == ("not_live", {})


async def test_a_refusal_writes_nothing(store: Store) -> None:
    await given_live(store, stock=1)
    before = await store.ledger.evidence("naqu", NOW_MS)
    await refused(store, units=2)
    await refused(store, price=1)
    await refused(store, card="tea:open")
    assert await store.ledger.evidence("naqu", NOW_MS) == before


async def test_an_id_that_no_script_should_see_is_refused_alone(store: Store) -> None:
    await given_live(store)
    good = a_request()
    bad, fine = await store.orders.place("naqu", [a_request(viewer='"]'), good], NOW_MS)
    assert isinstance(bad, LivesellError)
    assert bad.code == "bad_id"
    assert isinstance(fine, Placed)
    assert fine.order.id == good.id


async def test_a_batch_is_answered_in_its_order_and_sells_only_what_is_there(store: Store) -> None:
    await given_live(store, stock=3)
    requests = [a_request(viewer=f"v{i}", units=units) for i, units in enumerate((2, 2, 1, 1))]
    outcomes = await store.orders.place("naqu", requests, NOW_MS)
    codes = ["placed" if isinstance(one, Placed) else one.code for one in outcomes]
    assert codes == ["placed", "sold_out", "placed", "sold_out"]
    assert await store.orders.place("naqu", [], NOW_MS) == []


async def test_the_limit_holds_within_a_batch_and_per_person(store: Store) -> None:
    await given_live(store, a_card(limit=2))
    requests = [a_request(viewer=viewer) for viewer in ("a", "a", "a", "b")]
    outcomes = await store.orders.place("naqu", requests, NOW_MS)
    assert [isinstance(one, Placed) for one in outcomes] == [True, True, False, True]


async def test_an_order_belongs_to_the_window_it_was_placed_in(store: Store) -> None:
    await given_live(store, a_card(donation=20))
    await place(store, a_request(units=1))
    await command(store, Show(card="tea"))
    await place(store, a_request(units=2))
    truth = await store.sessions.pull("naqu", NOW_MS)
    units = truth.units["tea"]
    assert (units.orders, units.sold, units.ordered) == (2, 3, 1500)
    assert (units.window_orders, units.window_units, units.window_ordered) == (1, 2, 1000)
    assert truth.tally.donated == 60
    facts = [one.data for one in await store.ledger.entries("naqu") if one.kind == "ordered"]
    assert [(one["window"], one["donation"]) for one in facts] == [(0, 20), (1, 20)]


async def test_strangers_see_the_five_newest_orders_with_masked_names(store: Store) -> None:
    await given_live(store)
    await place(store, a_request(name="李四"))
    requests = [a_request(name=f"苗{n}") for n in range(6)]
    await store.orders.place("naqu", requests, NOW_MS + 7)
    ticker = (await store.sessions.pull("naqu", NOW_MS)).ticker
    assert [one.n for one in ticker] == [7, 6, 5, 4, 3]
    assert ticker[0] == TickerEntry(n=7, name="苗**", card="tea", units=1, at=NOW_MS + 7)


async def test_sums_beyond_what_a_float_prints_stay_exact(store: Store) -> None:
    price = 10**10
    await given_live(store, a_card(price=price, donation=price), stock=10_000)
    requests = [a_request(price=price, units=999) for _ in range(10)]
    await store.orders.place("naqu", requests, NOW_MS)
    evidence = await store.ledger.evidence("naqu", NOW_MS)
    assert evidence.truth.tally.ordered == 10 * 999 * price
    assert evidence.truth.tally.donated == 10 * 999 * price
    assert recount(evidence).differences == ()


async def test_a_viewer_sees_only_the_viewers_own_orders_newest_first(store: Store) -> None:
    await given_live(store)
    for viewer in ("v1", "v10", "v1", "v1.x", "v1:0", "v", "v1"):
        await place(store, a_request(viewer=viewer))
    own = await store.orders.of_viewer("naqu", "v1")
    assert [(one.viewer, one.n) for one in own] == [("v1", 7), ("v1", 3), ("v1", 1)]
    assert await store.orders.of_viewer("naqu", "nobody") == []


async def test_orders_are_paged_by_their_number(store: Store) -> None:
    await given_live(store)
    await store.orders.place("naqu", [a_request() for _ in range(12)], NOW_MS)
    assert [one.n for one in await store.orders.page("naqu", 0, 5)] == [1, 2, 3, 4, 5]
    assert [one.n for one in await store.orders.page("naqu", 10, 5)] == [11, 12]
    assert await store.orders.page("naqu", 12, 5) == []


async def test_contacts_stand_apart_and_only_where_there_are_any(store: Store) -> None:
    await given_live(store)
    request = a_request()
    await place(store, request)
    assert await store.orders.contacts("naqu", [request.id, str(uuid.uuid4())]) == {}
    assert await store.orders.contacts("naqu", []) == {}
    ordered = [one for one in await store.ledger.entries("naqu") if one.kind == "ordered"]
    assert "name" not in ordered[0].data


async def test_300_buyers_who_resend_get_exactly_the_100_units(store: Store) -> None:
    await given_live(store, stock=100)
    requests = [a_request(viewer=f"buyer-{n}") for n in range(300)]
    answers: dict[str, list[Placed | LivesellError]] = {one.id: [] for one in requests}

    async def tap(request: OrderRequest) -> None:
        for _ in range(3):
            answers[request.id] += await store.orders.place("naqu", [request], NOW_MS)

    await asyncio.gather(*(tap(one) for one in requests))
    outcomes = Counter(_told(given) for given in answers.values())
    assert outcomes == {"placed": 100, "sold_out": 200}
    evidence = await store.ledger.evidence("naqu", NOW_MS)
    assert evidence.truth.units["tea"].free == 0
    assert evidence.truth.units["tea"].sold == len(evidence.orders) == 100
    assert recount(evidence).differences == ()


def _told(given: list[Placed | LivesellError]) -> str:
    """What one buyer was told, three times the same."""
    first, *again = given
    if isinstance(first, Placed):
        assert not first.dup
        assert again == [Placed(order=first.order, dup=True)] * 2
        return "placed"
    assert all(isinstance(one, LivesellError) and one.code == first.code for one in again)
    return first.code


async def test_refusals_are_not_remembered(store: Store) -> None:
    await given_live(store, a_card(open=False))
    await command(store, Close(card="tea"))
    request = a_request()
    assert (await refused(store, id=request.id))[0] == "closed"
    assert await store.orders.find("naqu", request.id) is None
