import asyncio

import pytest

from livesell.actions.timetable import Timetable
from livesell.domain.command import Extend, Pause, Start
from livesell.domain.session import State
from livesell.errors import NotFound
from livesell.store import Store
from tests.support.build import NOW_MS, FakeClock, command, given_session

START_MS, END_MS = NOW_MS + 60_000, NOW_MS + 3_660_000
PLANNED = {"planned_start_ms": START_MS, "planned_end_ms": END_MS}


@pytest.fixture
def timetable(store: Store, clock: FakeClock) -> Timetable:
    return Timetable(store, clock)


async def state_of(store: Store) -> State:
    return (await store.sessions.pull("naqu", NOW_MS)).session.state


async def test_a_session_starts_and_ends_at_its_times(
    timetable: Timetable, store: Store, clock: FakeClock
) -> None:
    await given_session(store, **PLANNED)
    assert await timetable.wake("naqu") == START_MS
    assert await state_of(store) is State.SCHEDULED
    clock.set(START_MS)
    assert await timetable.wake("naqu") == END_MS
    assert await state_of(store) is State.LIVE
    clock.set(END_MS)
    assert await timetable.wake("naqu") is None
    assert await state_of(store) is State.ENDED
    facts = [(entry.kind, entry.by) for entry in await store.ledger.entries("naqu")]
    assert facts[-2:] == [("started", "timer"), ("ended", "timer")]


async def test_within_its_grace_a_session_starts_late(
    timetable: Timetable, store: Store, clock: FakeClock
) -> None:
    await given_session(store, **PLANNED, grace_s=600)
    clock.set(START_MS + 600_000)
    assert await timetable.wake("naqu") == END_MS
    assert await state_of(store) is State.LIVE


async def test_beyond_its_grace_a_session_is_missed(
    timetable: Timetable, store: Store, clock: FakeClock
) -> None:
    await given_session(store, **PLANNED, grace_s=600)
    clock.set(START_MS + 600_001)
    assert await timetable.wake("naqu") is None
    assert await state_of(store) is State.MISSED


async def test_a_paused_session_ends_too(
    timetable: Timetable, store: Store, clock: FakeClock
) -> None:
    await given_session(store, **PLANNED)
    await command(store, Start())
    await command(store, Pause())
    clock.set(END_MS + 5)
    await timetable.wake("naqu")
    assert await state_of(store) is State.ENDED


async def test_an_extended_session_goes_on(
    timetable: Timetable, store: Store, clock: FakeClock
) -> None:
    await given_session(store, **PLANNED)
    await command(store, Start())
    await command(store, Extend(planned_end_ms=END_MS + 60_000))
    clock.set(END_MS)
    assert await timetable.wake("naqu") == END_MS + 60_000
    assert await state_of(store) is State.LIVE


async def test_several_processes_start_a_session_once(store: Store, clock: FakeClock) -> None:
    await given_session(store, **PLANNED)
    clock.set(START_MS)
    processes = [Timetable(store, clock) for _ in range(5)]
    answers = await asyncio.gather(*(one.wake("naqu") for one in processes))
    assert answers == [END_MS] * 5
    kinds = [entry.kind for entry in await store.ledger.entries("naqu")]
    assert kinds.count("started") == 1


async def test_all_lists_what_the_clock_has_something_to_say_to(
    timetable: Timetable, store: Store
) -> None:
    await given_session(store, **PLANNED)
    await given_session(store, id="draft")
    await given_session(store, id="manual")
    await command(store, Start(), "manual")
    sessions = await store.sessions.list()
    assert await timetable.plan(sessions) == {"naqu": START_MS}


async def test_an_unknown_session_is_told(timetable: Timetable) -> None:
    with pytest.raises(NotFound):
        await timetable.wake("nope")
