"""First come, first served: the queue's order, its offers, and their end, step by step."""

import asyncio
from typing import Any

import pytest

from livesell.domain.card import Gift, Units
from livesell.domain.command import (
    Close,
    End,
    Extend,
    Open,
    Pause,
    Restock,
    Resume,
    SellOn,
    SellOut,
)
from livesell.domain.waitlist import Offer, QueueEntry
from livesell.errors import LivesellError, NotFound
from livesell.store import Store
from tests.support.build import NOW_MS, a_card, a_request, command, given_live

OFFER_MS = 120_000
END_MS = NOW_MS + 3_600_000
PLANNED = {"planned_start_ms": NOW_MS, "planned_end_ms": END_MS}


async def join(
    store: Store, viewer: str, units: int = 1, card: str = "tea", *, now_ms: int = NOW_MS,
    most: int = 1000,
) -> QueueEntry:  # fmt: skip
    return await store.waitlist.join(
        "naqu", viewer, card, units, most_units=10, most_entries=most, now_ms=now_ms
    )


async def refused(store: Store, viewer: str, units: int = 1, **rest: Any) -> tuple[str, Any]:
    with pytest.raises(LivesellError) as error:
        await join(store, viewer, units, **rest)
    return error.value.code, error.value.data


async def tend(store: Store, now_ms: int = NOW_MS) -> int | None:
    return await store.waitlist.tend("naqu", offer_ms=OFFER_MS, now_ms=now_ms)


async def offers(store: Store) -> list[tuple[str, int]]:
    """Who is offered how many units now, sorted."""
    truth = await store.sessions.pull("naqu", NOW_MS)
    return sorted((offer.viewer, offer.units) for offer in truth.offers)


async def queue(store: Store) -> list[str]:
    return [one.viewer for one in await store.waitlist.queue("naqu")]


async def units(store: Store, card: str = "tea") -> Units:
    return (await store.sessions.pull("naqu", NOW_MS)).units[card]


async def entry(store: Store, viewer: str, card: str = "tea") -> QueueEntry:
    truth = await store.sessions.pull("naqu", NOW_MS)
    [found] = await store.waitlist.of_viewer("naqu", viewer, [truth.cards[card]])
    return found


async def facts(store: Store) -> list[tuple[str, str, dict[str, Any]]]:
    kinds = {"waited", "offered", "offer_lapsed", "offer_taken", "queue_left"}
    found = await store.ledger.entries("naqu", limit=100_000)
    return [(one.kind, one.by, one.data) for one in found if one.kind in kinds]


async def test_who_queues_first_is_offered_what_comes_back_first(store: Store) -> None:
    await given_live(store, stock=0, **PLANNED)
    for place, viewer in enumerate(("ann", "bob", "eve"), 1):
        joined = await join(store, viewer, 2)
        assert (joined.state, joined.place, joined.is_new) == ("waiting", place, True)
    assert (await units(store)).waiting == 6
    assert await tend(store) is None
    await command(store, Restock(card="tea", units=5))
    assert await tend(store) == NOW_MS + OFFER_MS
    assert await offers(store) == [("ann", 2), ("bob", 2)]
    assert await queue(store) == ["eve"]
    counts = await units(store)
    assert (counts.free, counts.offered, counts.waiting) == (5, 4, 2)
    assert (await entry(store, "eve")).place == 1
    truth = await store.sessions.pull("naqu", NOW_MS)
    assert truth.offers[0] == Offer("tea", "ann", 2, NOW_MS + OFFER_MS)
    assert (await facts(store))[-1] == (
        "offered",
        "timer",
        {
            "card": "tea",
            "stock": "tea",
            "viewer": "bob",
            "pieces": 2,
            "until": NOW_MS + OFFER_MS,
        },
    )


async def test_the_first_holds_up_those_behind(store: Store) -> None:
    await given_live(store, stock=0)
    await join(store, "ann", 3)
    await join(store, "bob", 1)
    await command(store, Restock(card="tea", units=2))
    assert await tend(store) is None
    assert await offers(store) == []
    await store.waitlist.leave("naqu", "ann", "tea", NOW_MS)
    await tend(store)
    assert await offers(store) == [("bob", 1)]


async def test_asking_again_changes_nothing(store: Store) -> None:
    await given_live(store, stock=0)
    await join(store, "ann")
    first = await join(store, "bob", 2)
    again = await join(store, "bob", 2)
    assert (again.place, again.is_new, first.is_new) == (2, False, True)
    assert await refused(store, "bob", 3) == ("already_waiting", {"units": 2})
    assert (await units(store)).waiting == 3
    await command(store, Restock(card="tea", units=3))
    await tend(store)
    offered = await join(store, "bob", 2)
    assert (offered.state, offered.until_ms) == ("offered", NOW_MS + OFFER_MS)
    assert await refused(store, "bob", 1) == ("already_waiting", {"units": 2})
    assert len(await facts(store)) == 4


async def test_each_refusal_says_what_holds(store: Store) -> None:
    shelf = [a_card(limit=3), a_card(id="yak", slot=2, per_order=2), a_card(id="shut", slot=3)]
    await given_live(store, *shelf, stock={"tea": 2, "yak": 0, "shut": 0})
    await command(store, Close(card="shut"))
    assert await refused(store, "ann", 3) == ("in_stock", {"left": 2})
    await store.orders.place("naqu", [a_request(viewer="ann", units=2)], NOW_MS)
    assert await refused(store, "ann", 2) == ("limit", {"left": 1})
    assert await refused(store, "ann", 3, card="yak") == ("limit", {"left": 2})
    assert await refused(store, "ann", card="shut") == ("closed", {})
    assert await refused(store, "ann", card="none") == ("no_such_card", {})
    assert (await join(store, "ann", 1)).place == 1
    await join(store, "bob", most=2)
    assert await refused(store, "eve", most=2) == ("queue_full", {})
    assert await refused(store, "eve", most=0) == ("queue_full", {})
    await command(store, Pause())
    assert (await join(store, "zoe")).place == 3
    await command(store, End())
    assert await refused(store, "max") == ("not_live", {})
    with pytest.raises(LivesellError, match="letters, digits"):
        await join(store, 'x"]')


async def test_more_than_anybody_may_queue_for_is_refused(store: Store) -> None:
    """Else one person could claim all that ever comes back."""
    await given_live(store, stock=0)
    assert await refused(store, "ann", 11) == ("limit", {"left": 10})


async def test_an_offer_lapses_and_goes_to_the_next(store: Store) -> None:
    await given_live(store, stock=0)
    await join(store, "ann")
    await join(store, "bob")
    await command(store, Restock(card="tea", units=1))
    due = await tend(store)
    assert due == NOW_MS + OFFER_MS
    assert await tend(store, due - 1) == due
    assert await offers(store) == [("ann", 1)]
    assert await tend(store, due) == due + OFFER_MS
    assert await offers(store) == [("bob", 1)]
    assert (await entry(store, "ann")).state == "lapsed"
    assert await refused(store, "ann") == ("waited_before", {})
    assert await tend(store, due + OFFER_MS) is None
    counts = await units(store)
    assert (counts.free, counts.offered, counts.waiting) == (1, 0, 0)
    kinds = [kind for kind, _, _ in await facts(store)]
    assert kinds == ["waited", "waited", "offered", "offer_lapsed", "offered", "offer_lapsed"]


async def test_an_offer_that_nobody_has_ended_yet_is_over_all_the_same(store: Store) -> None:
    await given_live(store, stock=0)
    await join(store, "ann")
    await command(store, Restock(card="tea", units=1))
    await tend(store)
    assert await refused(store, "ann", now_ms=NOW_MS + OFFER_MS) == ("waited_before", {})


async def test_who_left_before_an_offer_may_come_back_at_the_end(store: Store) -> None:
    await given_live(store, stock=0)
    await join(store, "ann", 2)
    await join(store, "bob")
    left = await store.waitlist.leave("naqu", "ann", "tea", NOW_MS)
    assert (left.state, left.units) == ("left", 2)
    assert (await store.waitlist.leave("naqu", "ann", "tea", NOW_MS)).state == "left"
    assert (await join(store, "ann", 1)).place == 2
    assert await queue(store) == ["bob", "ann"]
    assert (await units(store)).waiting == 2
    with pytest.raises(NotFound):
        await store.waitlist.leave("naqu", "eve", "tea", NOW_MS)


async def test_who_declines_an_offer_gets_no_other(store: Store) -> None:
    await given_live(store, stock=0)
    await join(store, "ann")
    await join(store, "bob")
    await command(store, Restock(card="tea", units=1))
    await tend(store)
    declined = await store.waitlist.leave("naqu", "ann", "tea", NOW_MS)
    assert declined.state == "lapsed"
    assert (await facts(store))[-1][:2] == ("offer_lapsed", "ann")
    await tend(store)
    assert await offers(store) == [("bob", 1)]
    assert await refused(store, "ann") == ("waited_before", {})


async def test_an_offer_never_outlives_the_session(store: Store) -> None:
    await given_live(store, stock=0, **PLANNED)
    await join(store, "ann")
    await join(store, "bob")
    await command(store, Restock(card="tea", units=1))
    assert await tend(store, END_MS - 5000) == END_MS
    assert await tend(store, END_MS) is None
    assert await offers(store) == []
    assert await queue(store) == ["bob"]


async def test_an_end_that_comes_earlier_shortens_the_offers(store: Store) -> None:
    await given_live(store, stock=0, **PLANNED)
    await join(store, "ann")
    await command(store, Restock(card="tea", units=1))
    assert await tend(store) == NOW_MS + OFFER_MS
    await command(store, Extend(planned_end_ms=NOW_MS + 60_000))
    assert await tend(store) == NOW_MS + 60_000
    assert (await entry(store, "ann")).until_ms == NOW_MS + 60_000


@pytest.mark.parametrize("most", [200, 2])
async def test_the_end_of_the_session_ends_queue_and_offers(
    store: Store, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("livesell.store.waitlist.MOST_STEPS", most)
    await given_live(store, stock=0)
    for n in range(7):
        await join(store, f"v{n}")
    await command(store, Restock(card="tea", units=3))
    while await tend(store) == NOW_MS:
        pass
    assert len(await offers(store)) == 3
    await command(store, End())
    while await tend(store) == NOW_MS:
        pass
    counts = await units(store)
    assert (counts.free, counts.offered, counts.waiting) == (3, 0, 0)
    assert (await queue(store), await offers(store)) == ([], [])
    assert (await entry(store, "v0")).state == "lapsed"
    assert (await entry(store, "v6")).state == "left"
    assert await tend(store) is None


async def test_in_a_pause_offers_run_out_and_nobody_is_offered_more(store: Store) -> None:
    await given_live(store, stock=0)
    await join(store, "ann")
    await join(store, "bob")
    await command(store, Restock(card="tea", units=1))
    due = await tend(store)
    assert due is not None
    await command(store, Pause())
    assert await tend(store, due) is None
    assert (await entry(store, "ann")).state == "lapsed"
    assert await offers(store) == []
    await command(store, Resume())
    assert await tend(store, due) == due + OFFER_MS
    assert await offers(store) == [("bob", 1)]


async def test_a_clock_that_is_set_back_lengthens_no_offer(store: Store) -> None:
    await given_live(store, stock=0)
    await join(store, "ann")
    await command(store, Restock(card="tea", units=1))
    assert await tend(store) == NOW_MS + OFFER_MS
    before = NOW_MS - 3_600_000
    assert await tend(store, before) == before + OFFER_MS
    assert (await entry(store, "ann")).until_ms == before + OFFER_MS
    # Machines whose clocks differ by a little do not quarrel about it.
    assert await tend(store, before - 5000) == before + OFFER_MS


async def test_two_who_tend_at_once_offer_once(store: Store) -> None:
    await given_live(store, stock=0)
    for n in range(20):
        await join(store, f"v{n:02}")
    await command(store, Restock(card="tea", units=5))
    answers = await asyncio.gather(*(tend(store) for _ in range(8)))
    assert set(answers) == {NOW_MS + OFFER_MS}
    assert await offers(store) == [(f"v{n:02}", 1) for n in range(5)]
    kinds = [kind for kind, _, _ in await facts(store)]
    assert kinds.count("offered") == 5


async def test_nothing_to_do_wakes_nobody(store: Store) -> None:
    await given_live(store, stock=0)
    await join(store, "ann")
    before = (await store.sessions.pull("naqu", NOW_MS)).queue
    await tend(store)
    await tend(store)
    assert (await store.sessions.pull("naqu", NOW_MS)).queue == before


async def test_hundreds_who_join_at_once_stand_in_one_order(store: Store) -> None:
    await given_live(store, stock=0)
    joined = await asyncio.gather(*(join(store, f"v{n}") for n in range(300)))
    assert sorted(one.place or 0 for one in joined) == list(range(1, 301))
    in_order = sorted(zip(joined, range(300), strict=True), key=lambda one: one[0].place or 0)
    assert await queue(store) == [f"v{n}" for _, n in in_order]
    assert [by for _, by, _ in await facts(store)] == await queue(store)
    await command(store, Restock(card="tea", units=40))
    await tend(store)
    first = sorted(f"v{n}" for _, n in in_order[:40])
    assert [viewer for viewer, _ in await offers(store)] == first


async def test_packs_and_single_pieces_of_one_stock_share_a_queue(store: Store) -> None:
    ten = a_card(id="ten", slot=2, of="tea", pack=10, price=4500)
    await given_live(store, a_card(), ten, stock={"tea": 0})
    await join(store, "ann", 2, "ten")
    await join(store, "bob", 3, "tea")
    counts = await units(store)
    assert (counts.waiting, (await units(store, "ten")).waiting) == (23, 0)
    await command(store, Restock(card="tea", units=19))
    await tend(store)
    assert await offers(store) == []
    await command(store, Restock(card="tea", units=2))
    await tend(store)
    assert await offers(store) == [("ann", 2)]
    await command(store, Restock(card="tea", units=2))
    await tend(store)
    assert await offers(store) == [("ann", 2), ("bob", 3)]
    counts = await units(store)
    assert (counts.free, counts.offered, counts.waiting) == (23, 23, 0)


async def test_gifts_have_to_be_there_and_are_promised_once(store: Store) -> None:
    gift = a_card(gifts=(Gift(card="cup", units=1),))
    await given_live(store, gift, a_card(id="cup", slot=2), stock={"tea": 0, "cup": 3})
    for viewer in ("ann", "bob", "eve"):
        await join(store, viewer, 2)
    await command(store, Restock(card="tea", units=6))
    await tend(store)
    assert await offers(store) == [("ann", 2)]
    await tend(store)
    assert await offers(store) == [("ann", 2)]
    await command(store, Restock(card="cup", units=1))
    await tend(store)
    assert await offers(store) == [("ann", 2), ("bob", 2)]


async def test_a_card_that_rests_keeps_its_queue_and_holds_up_nobody_elses(store: Store) -> None:
    ten = a_card(id="ten", slot=2, of="tea", pack=10, price=4500)
    await given_live(store, a_card(), ten, stock={"tea": 0})
    await join(store, "ann", 1, "ten")
    await join(store, "bob", 1, "tea")
    await command(store, Close(card="ten"))
    await command(store, Restock(card="tea", units=11))
    await tend(store)
    assert await offers(store) == [("bob", 1)]
    await command(store, Open(card="ten"))
    await tend(store)
    assert await offers(store) == [("ann", 1), ("bob", 1)]


async def test_what_is_sold_out_by_hand_is_queued_for_and_not_offered(store: Store) -> None:
    await given_live(store, stock=5)
    assert (await refused(store, "ann"))[0] == "in_stock"
    await command(store, SellOut(card="tea"))
    assert (await join(store, "ann")).place == 1
    await tend(store)
    assert await offers(store) == []
    await command(store, SellOn(card="tea"))
    await tend(store)
    assert await offers(store) == [("ann", 1)]


async def test_the_safety_stock_is_offered_to_nobody(store: Store) -> None:
    await given_live(store, a_card(safety=2), stock=2)
    assert (await join(store, "ann")).place == 1
    await tend(store)
    assert await offers(store) == []
    await command(store, Restock(card="tea", units=1))
    await tend(store)
    assert await offers(store) == [("ann", 1)]


async def test_an_unknown_session_has_no_queue(store: Store) -> None:
    assert await refused(store, "ann") == ("not_live", {})
    assert await tend(store) is None
    assert await store.waitlist.queue("naqu") == []
