"""The buyer's details are asked once, stand apart, and are forgotten without touching a total."""

import asyncio

import pytest

from livesell.domain.order import Contact, Order, Placed
from livesell.domain.recount import recount
from livesell.domain.settlement import pay
from livesell.domain.truth import TickerEntry
from livesell.errors import BadInput, Conflict
from livesell.store import Store
from tests.support.build import NOW_MS, a_request, given_live

WHO = Contact(name="苗", phone="139", address="那曲", note="早上")


async def placed(store: Store, **fields: object) -> Order:
    (outcome,) = await store.orders.place("naqu", [a_request(**fields)], NOW_MS, 60_000)
    assert isinstance(outcome, Placed), outcome
    return outcome.order


async def test_details_are_asked_once(store: Store) -> None:
    await given_live(store)
    await store.details.remember("naqu", "v", WHO)
    assert await store.details.of("naqu", "v") == WHO
    order = await placed(store, viewer="v")
    assert await store.orders.contacts("naqu", [order.id]) == {order.id: WHO}
    await store.details.remember("naqu", "v", Contact())
    assert await store.details.of("naqu", "v") is None
    assert await store.details.of_all("naqu", []) == {}


async def test_an_erased_person_leaves_every_total_as_it_was(store: Store) -> None:
    await given_live(store)
    first = await placed(store, viewer="v", name='"q', contact=WHO)
    await placed(store, viewer="v.x", name="李四", contact=WHO)
    second = await placed(store, viewer="v", name="苗", units=2)
    await store.details.remember("naqu", "v", WHO)
    before = await store.ledger.evidence("naqu", NOW_MS)
    assert await store.details.erase("naqu", "v", by="ann", now_ms=NOW_MS + 1) == 2
    after = await store.ledger.evidence("naqu", NOW_MS)
    assert recount(after).differences == ()
    assert (after.truth.tally, after.truth.units) == (before.truth.tally, before.truth.units)
    assert [order.name for order in after.orders] == ["", "李四", ""]
    assert await store.details.of("naqu", "v") is None
    ids = [order.id for order in after.orders]
    assert list(await store.orders.contacts("naqu", ids)) == [after.orders[1].id]
    assert [one.name for one in after.truth.ticker] == ["**", "李**", "**"]
    assert after.truth.ticker[0] == TickerEntry(n=3, name="**", card="tea", units=2, at=NOW_MS)
    fact = after.ledger[-1]
    assert (fact.kind, fact.by, fact.data) == ("erased", "ann", {"viewer": "v"})
    assert [(one.id, one.state) for one in await store.orders.of_viewer("naqu", "v")] == [
        (second.id, "held"), (first.id, "held"),
    ]  # fmt: skip


async def test_erasing_twice_or_nobody_is_harmless(store: Store) -> None:
    await given_live(store)
    await placed(store, viewer="v", name="苗")
    assert await store.details.erase("naqu", "v", by="ann", now_ms=NOW_MS) == 1
    assert await store.details.erase("naqu", "v", by="ann", now_ms=NOW_MS) == 1
    assert await store.details.erase("naqu", "nobody", by="ann", now_ms=NOW_MS) == 0
    with pytest.raises(BadInput):
        await store.details.erase("naqu", 'x"', by="ann", now_ms=NOW_MS)


async def test_erasing_meets_payments_and_new_orders(store: Store) -> None:
    """Whatever is settled at the same time stays settled, and no name comes back with it."""
    await given_live(store)
    orders = [await placed(store, viewer="v", name="苗") for _ in range(5)]

    async def pay_for(order: Order) -> None:
        for _ in range(8):
            current = await store.orders.find("naqu", order.id)
            assert current is not None
            done = pay(current, amount=500, ref=order.id, by="x", now_ms=NOW_MS)
            assert done is not None
            try:
                await store.settling.settle("naqu", done, by="x")
            except Conflict:
                continue
            return

    await asyncio.gather(
        store.details.erase("naqu", "v", by="v", now_ms=NOW_MS), *(pay_for(one) for one in orders)
    )
    evidence = await store.ledger.evidence("naqu", NOW_MS)
    assert recount(evidence).differences == ()
    assert {(one.state, one.name) for one in evidence.orders} == {("paid", "")}
