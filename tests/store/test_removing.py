"""Cards and drafts are removed with all that is theirs, and never when anybody wanted them."""

import pytest

from livesell.actions.staff import Staff
from livesell.domain.command import AddCard, RemoveCard, Restock, Schedule, Start
from livesell.errors import Conflict, NotFound
from livesell.store import Store
from tests.support.build import (
    NOW_MS,
    FakeClock,
    a_card,
    a_request,
    command,
    given_live,
    given_session,
)

YAK = a_card(id="yak", slot=2, title="娘亚牦牛肉")
PACK = a_card(id="pack", slot=3, title="十罐", of="tea", pack=10)


async def is_exact(store: Store) -> bool:
    return (await Staff(store, FakeClock(), "ordered").recount("naqu")).is_exact


async def refused(store: Store, card: str) -> str:
    with pytest.raises(Conflict) as conflict:
        await command(store, RemoveCard(card=card))
    return conflict.value.code


async def test_a_card_leaves_nothing_behind(store: Store) -> None:
    await given_session(store, a_card(), YAK)
    await command(store, Restock(card="yak", units=5))
    await command(store, RemoveCard(card="yak"))
    truth = await store.sessions.pull("naqu", NOW_MS)
    assert (list(truth.cards), list(truth.units), truth.session.rundown) == (
        ["tea"], ["tea"], ("tea",),
    )  # fmt: skip
    assert await is_exact(store)


async def test_its_id_and_its_number_are_free_again(store: Store) -> None:
    await given_session(store, a_card(), YAK)
    await command(store, RemoveCard(card="yak"))
    await command(store, AddCard(card=YAK, stock=3))
    assert (await store.sessions.pull("naqu", NOW_MS)).units["yak"].free == 3
    assert await is_exact(store)


async def test_nobody_can_order_it_any_more(store: Store) -> None:
    await given_live(store, a_card(), YAK)
    await command(store, RemoveCard(card="yak"))
    (answer,) = await store.orders.place("naqu", [a_request(card="yak")], now_ms=NOW_MS, hold_ms=0)
    assert getattr(answer, "code", "") == "no_such_card"


async def test_a_card_that_was_ordered_stays(store: Store) -> None:
    await given_live(store, a_card(), YAK)
    await store.orders.place("naqu", [a_request(card="yak")], now_ms=NOW_MS, hold_ms=0)
    assert await refused(store, "yak") == "card_ordered"


async def test_a_draft_leaves_no_key_behind(store: Store) -> None:
    await given_session(store)
    await store.sessions.remove_draft("naqu")
    with pytest.raises(NotFound):
        await store.sessions.pull("naqu", NOW_MS)
    assert await store.sessions.list() == []
    assert await store.ledger.entries("naqu") == []
    with pytest.raises(NotFound):
        await store.sessions.remove_draft("naqu")
    await given_session(store)
    assert [one.id for one in await store.sessions.all()] == ["naqu"]


@pytest.mark.parametrize(
    "done", [Start(), Schedule(planned_start_ms=NOW_MS, planned_end_ms=NOW_MS + 1)]
)
async def test_what_is_no_draft_stays(store: Store, done: Start | Schedule) -> None:
    await given_session(store)
    await command(store, done)
    with pytest.raises(Conflict) as conflict:
        await store.sessions.remove_draft("naqu")
    assert conflict.value.code == "not_a_draft"
    assert [one.id for one in await store.sessions.all()] == ["naqu"]


async def test_more_sessions_than_are_read_at_once(store: Store) -> None:
    for n in range(3):
        await given_session(store, id=f"s-{n}")
    assert [one.id for one in await store.sessions.all()] == ["s-0", "s-1", "s-2"]


async def test_those_on_air_are_found_whatever_their_plan(store: Store) -> None:
    await given_live(store)
    await given_session(store, id="draft")
    assert [one.id for one in await store.sessions.on_air()] == ["naqu"]


async def test_plans_that_take_some_of_a_time_are_found(store: Store) -> None:
    hour = 3_600_000
    for name, start in (("a", 0), ("b", 1), ("c", 2), ("d", 3)):
        plan = {"planned_start_ms": NOW_MS + start * hour}
        await given_session(store, id=name, **plan, planned_end_ms=NOW_MS + (start + 1) * hour)
    found = await store.sessions.planned_between(NOW_MS + hour, NOW_MS + 3 * hour)
    assert sorted(one.id for one in found) == ["b", "c"]


async def test_a_plan_that_was_refused_leaves_the_list_as_it_was(store: Store) -> None:
    hour = 3_600_000
    await given_session(store)
    first = Schedule(planned_start_ms=NOW_MS + hour, planned_end_ms=NOW_MS + 2 * hour)
    await command(store, first)
    late = Schedule(planned_start_ms=NOW_MS + 90 * hour, planned_end_ms=NOW_MS + 91 * hour)
    with pytest.raises(Conflict):
        await command(store, late, expected_version=1)
    found = await store.sessions.planned_between(NOW_MS + hour, NOW_MS + 2 * hour)
    assert [one.id for one in found] == ["naqu"]
