"""A commit stands once, on the version it was decided on, or not at all."""

import asyncio
from typing import Any

import pytest

from livesell.domain.command import (
    AddCard,
    End,
    Notice,
    Pause,
    Price,
    Restock,
    Schedule,
    Show,
    Start,
)
from livesell.domain.decision import decide
from livesell.domain.session import State
from livesell.errors import Conflict, NotFound
from livesell.store import Store
from tests.support.build import NOW_MS, a_card, a_change, a_session, command, given_live
from tests.support.build import given_session as given


async def create(store: Store, **options: Any) -> int:
    how = {"command_id": "c1", "digest": "d", "by": "host", "now_ms": NOW_MS, **options}
    return (await store.sessions.create(a_change(), **how)).version


async def test_a_created_session_is_read_back_as_it_was(store: Store) -> None:
    change = a_change(planned_start_ms=NOW_MS, planned_end_ms=NOW_MS + 1000)
    committed = await store.sessions.create(
        change, command_id="c1", digest="d", by="host", now_ms=NOW_MS
    )
    truth = await store.sessions.pull("naqu", NOW_MS)
    assert committed.version == truth.version == 1
    assert truth.session == change.session
    assert truth.cards == change.cards
    assert truth.units["tea"].free == truth.units["tea"].allocated == 100


async def test_an_id_is_taken_once(store: Store) -> None:
    await create(store)
    with pytest.raises(Conflict) as refused:
        await create(store, command_id="c2")
    assert refused.value.code == "session_exists"


async def test_creating_again_with_the_same_command_id_is_the_same_creation(store: Store) -> None:
    await create(store)
    again = await store.sessions.create(
        a_change(), command_id="c1", digest="d", by="host", now_ms=NOW_MS
    )
    assert again.dup
    assert again.version == 1


async def test_a_command_counts_once_however_often_it_is_sent(store: Store) -> None:
    await given_live(store)
    first = await command(store, Restock(card="tea", units=5), command_id="restock")
    await command(store, Notice(text="later"))
    again = await command(store, Restock(card="tea", units=5), command_id="restock")
    assert again.dup
    assert again.version == first.version
    assert (await store.sessions.pull("naqu", NOW_MS)).units["tea"].free == 105


async def test_a_command_id_for_something_else_is_refused(store: Store) -> None:
    await given_live(store)
    await command(store, Restock(card="tea", units=5), command_id="one")
    with pytest.raises(Conflict) as refused:
        await command(store, Restock(card="tea", units=6), command_id="one")
    assert refused.value.code == "command_reused"


async def test_what_a_command_id_did_can_be_asked(store: Store) -> None:
    await given(store)
    await command(store, Notice(text="hello"), command_id="hello")
    assert await store.sessions.committed("naqu", "hello") == (2, repr(Notice(text="hello")))
    assert await store.sessions.committed("naqu", "other") is None


async def test_of_two_operators_at_once_one_wins_and_the_other_learns_the_version(
    store: Store,
) -> None:
    await given_live(store)
    version = (await store.sessions.pull("naqu", NOW_MS)).version
    outcomes = await asyncio.gather(
        command(store, Price(card="tea", price=400), expected_version=version),
        command(store, Price(card="tea", price=300), expected_version=version),
        return_exceptions=True,
    )
    won = [one for one in outcomes if not isinstance(one, BaseException)]
    lost = [one for one in outcomes if isinstance(one, Conflict)]
    assert [one.version for one in won] == [version + 1]
    assert [(one.code, one.data) for one in lost] == [
        ("version_conflict", {"version": version + 1})
    ]
    truth = await store.sessions.pull("naqu", NOW_MS)
    facts = [one for one in await store.ledger.entries("naqu") if one.kind == "priced"]
    assert [fact.data["price"] for fact in facts] == [truth.cards["tea"].price]


async def test_stock_never_goes_below_zero_and_a_refusal_changes_nothing(store: Store) -> None:
    await given(store, stock=10)
    before = await store.ledger.evidence("naqu", NOW_MS)
    with pytest.raises(Conflict) as refused:
        await command(store, Restock(card="tea", units=-11))
    assert (refused.value.code, refused.value.data) == ("below_zero", {"left": 10})
    assert await store.ledger.evidence("naqu", NOW_MS) == before


async def test_a_card_added_while_live_can_be_pulled(store: Store) -> None:
    await given_live(store)
    yak = a_card(id="yak", slot=2, price=12_800, limit=3, donation=20)
    await command(store, AddCard(card=yak, stock=7))
    truth = await store.sessions.pull("naqu", NOW_MS)
    assert truth.cards["yak"] == yak
    assert truth.units["yak"].free == 7
    assert truth.session.rundown == ("tea", "yak")


async def test_every_fact_is_on_the_ledger_with_who_and_when(store: Store) -> None:
    await given_live(store)
    await command(store, Show(card="tea"), now_ms=NOW_MS + 5)
    (shown,) = [one for one in await store.ledger.entries("naqu") if one.kind == "shown"]
    assert (shown.by, shown.at_ms, shown.data) == ("host", NOW_MS + 5, {"card": "tea"})


async def test_records_of_the_same_version_are_not_sent_again(store: Store) -> None:
    await given_live(store)
    first = await store.sessions.pull("naqu", NOW_MS)
    second = await store.sessions.pull("naqu", NOW_MS + 1, first)
    assert second.session is first.session
    assert second.cards is first.cards
    await command(store, Notice(text="new"))
    third = await store.sessions.pull("naqu", NOW_MS + 2, second)
    assert third.session.notice == "new"
    assert third == await store.sessions.pull("naqu", NOW_MS + 2)


async def test_records_of_another_session_are_not_taken_for_this_ones(store: Store) -> None:
    await given(store, id="one")
    await given(store, id="two")
    one = await store.sessions.pull("one", NOW_MS)
    assert (await store.sessions.pull("two", NOW_MS, one)).session.id == "two"


@pytest.mark.parametrize("name", ["nothing-here", "../etc", "{naqu}", "", "NAQU", "a" * 49])
async def test_a_session_that_does_not_exist_is_not_found(store: Store, name: str) -> None:
    with pytest.raises(NotFound) as refused:
        await store.sessions.pull(name, NOW_MS)
    assert refused.value.code == "no_such_session"


async def test_a_commit_cannot_bring_a_session_into_being(store: Store) -> None:
    change = decide(a_session(), {}, Start(), NOW_MS)
    with pytest.raises(NotFound):
        await store.sessions.commit(
            change, expected_version=3, command_id="c", digest="d", by="host", now_ms=NOW_MS
        )
    assert await store.sessions.list() == []


async def test_the_list_has_drafts_and_then_the_latest_first(store: Store) -> None:
    hour = 3_600_000
    for name, start in (("early", 1), ("late", 3), ("middle", 2)):
        times = {
            "planned_start_ms": NOW_MS + start * hour,
            "planned_end_ms": NOW_MS + 9 * hour,
        }
        await given(store, id=name, **times)
    await given(store, id="draft")
    assert [one.id for one in await store.sessions.list()] == ["draft", "late", "middle", "early"]
    assert [one.id for one in await store.sessions.list(limit=2)] == ["draft", "late"]
    moved = Schedule(planned_start_ms=NOW_MS + 8 * hour, planned_end_ms=NOW_MS + 9 * hour)
    await command(store, moved, "early")
    assert [one.id for one in await store.sessions.list(limit=2)] == ["draft", "early"]


async def test_the_course_of_a_session_is_kept(store: Store) -> None:
    await given_live(store)
    await command(store, Pause(), now_ms=NOW_MS + 10)
    assert (await store.sessions.pull("naqu", NOW_MS)).session.state is State.PAUSED
    await command(store, End(), now_ms=NOW_MS + 30)
    ended = (await store.sessions.pull("naqu", NOW_MS)).session
    assert (ended.state, ended.ended_ms, ended.paused_ms) == (State.ENDED, NOW_MS + 30, 20)


async def test_two_hundred_cards_in_any_script_come_back(store: Store) -> None:
    cards = [
        a_card(id=f"card-{n}", slot=n, title="藏 བོད" * 10, story="\u2028 😀 \"'\\\n" * 30)
        for n in range(1, 201)
    ]
    change = a_change()
    change = type(change)(
        session=change.session,
        cards={card.id: card for card in cards},
        stock={card.id: card.slot for card in cards},
        facts=change.facts,
    )
    await store.sessions.create(change, command_id="c", digest="d", by="host", now_ms=NOW_MS)
    truth = await store.sessions.pull("naqu", NOW_MS)
    assert list(truth.cards.values()) == cards
    assert truth.units["card-200"].free == 200
