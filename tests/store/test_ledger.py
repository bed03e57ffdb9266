"""Whatever happens in whatever order, every total can be counted again from the facts."""

import contextlib
import itertools
import uuid
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from livesell.domain.command import (
    AnyCommand,
    Close,
    End,
    Hide,
    Open,
    Pause,
    Price,
    Restock,
    Resume,
    Show,
)
from livesell.domain.recount import recount
from livesell.errors import Conflict, NotFound
from livesell.store import Beat, Store, Taps
from tests.support.build import NOW_MS, a_card, a_request, command, given_live

CARDS = ("tea", "yak")
VIEWERS = ("a", "b", "c")
_session_numbers = itertools.count()

cards = st.sampled_from(CARDS)
viewers = st.sampled_from(VIEWERS)
commands: st.SearchStrategy[AnyCommand] = st.one_of(
    st.builds(Restock, card=cards, units=st.integers(-5, 5).filter(bool)),
    st.builds(Price, card=cards, price=st.sampled_from((400, 500))),
    st.builds(Show, card=cards),
    st.builds(Open, card=cards),
    st.builds(Close, card=cards),
    st.sampled_from((Hide(), Pause(), Resume(), Resume(), Resume())),
)
order = st.fixed_dictionaries(
    {
        "viewer": viewers,
        "card": cards,
        "units": st.integers(1, 3),
        "price": st.sampled_from((400, 500)),
        "id": st.integers(0, 20).map(lambda n: str(uuid.UUID(int=n))),
    }
)
taps = st.builds(
    Taps, visit=viewers, viewer=viewers, n=st.integers(0, 40), at_most=st.integers(0, 20)
)
beat = st.fixed_dictionaries(
    {
        "node": st.sampled_from(("n1", "n2")),
        "seq": st.integers(1, 6),
        "viewers": st.integers(0, 9),
        "joined": st.lists(viewers, max_size=3),
        "watched": st.dictionaries(viewers, st.integers(0, 5000)),
    }
)
moves = st.lists(
    st.one_of(
        st.tuples(st.just("place"), st.lists(order, min_size=1, max_size=4)),
        st.tuples(st.just("command"), commands),
        st.tuples(st.just("like"), st.lists(taps, min_size=1, max_size=3)),
        st.tuples(st.just("beat"), beat),
        st.tuples(st.just("wait"), st.sampled_from((1, 4000, 11_000, 31 * 60_000))),
    ),
    min_size=12,
    max_size=40,
)


class Course:
    """One run through a session, on a clock of its own."""

    def __init__(self, store: Store, session_id: str) -> None:
        self.store, self.session_id, self.now_ms = store, session_id, NOW_MS

    async def move(self, kind: str, what: Any) -> None:
        await getattr(self, f"_{kind}")(what)

    async def _place(self, orders: list[dict[str, Any]]) -> None:
        requests = [a_request(**fields) for fields in orders]
        await self.store.orders.place(self.session_id, requests, self.now_ms)

    async def _command(self, one: AnyCommand) -> None:
        # What the host may not do now changes nothing.
        with contextlib.suppress(Conflict):
            await command(self.store, one, self.session_id, now_ms=self.now_ms)

    async def _like(self, batch: list[Taps]) -> None:
        await self.store.likes.credit(self.session_id, batch, self.now_ms)

    async def _beat(self, fields: dict[str, Any]) -> None:
        one = Beat(now_ms=self.now_ms, lease_ms=5000, **fields)
        await self.store.presence.beat(self.session_id, one)

    async def _wait(self, ms: int) -> None:
        self.now_ms += ms


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(moves=moves)
async def test_every_total_can_be_counted_again(store: Store, moves: list[Any]) -> None:
    session_id = f"course-{next(_session_numbers)}"
    shelf = [a_card(id="tea", donation=20), a_card(id="yak", slot=2, limit=4)]
    await given_live(store, *shelf, stock={"tea": 8, "yak": 5}, id=session_id)
    course = Course(store, session_id)
    last = await store.sessions.pull(session_id, course.now_ms)
    for move in (*moves, ("command", End()), ("like", [Taps("late", "late", 5, 5)])):
        await course.move(*move)
        last = await store.sessions.pull(session_id, course.now_ms, last)
        assert last == await store.sessions.pull(session_id, course.now_ms)
        assert all(units.free >= 0 for units in last.units.values())
    evidence = await store.ledger.evidence(session_id, course.now_ms)
    assert recount(evidence).differences == ()
    assert evidence.timeline == await store.ledger.timeline(session_id)


async def test_entries_are_read_on_from_the_last_one_seen(store: Store) -> None:
    await given_live(store)
    await store.orders.place("naqu", [a_request() for _ in range(5)], NOW_MS)
    everything = await store.ledger.entries("naqu")
    first = await store.ledger.entries("naqu", limit=3)
    rest = await store.ledger.entries("naqu", after=first[-1].id)
    assert [*first, *rest] == everything
    assert await store.ledger.entries("naqu", after=everything[-1].id) == []
    assert [one.kind for one in everything[:4]] == ["created", "card_added", "started", "opened"]


async def test_there_is_no_evidence_of_what_does_not_exist(store: Store) -> None:
    with pytest.raises(NotFound):
        await store.ledger.evidence("nothing-here", NOW_MS)
    assert await store.ledger.entries("nothing-here") == []
    assert await store.ledger.timeline("nothing-here") == {}
