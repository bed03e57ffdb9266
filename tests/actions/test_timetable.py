import asyncio

import pytest

from livesell.actions.timetable import Timetable
from livesell.domain.command import (
    EndFlash,
    Extend,
    Notice,
    Pause,
    PrepareFlash,
    Start,
    StartFlash,
)
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


FLASH_END_MS = NOW_MS + 70_000


async def given_flash(store: Store) -> None:
    await given_session(store, **{**PLANNED, "planned_start_ms": NOW_MS})
    await command(store, Start())
    await command(store, PrepareFlash(card="tea", price=400, units=5, lasts_s=60, id="f"))
    await command(store, StartFlash(flash="f"))


async def test_a_flash_sale_is_ended_once_by_however_many_processes(
    store: Store, clock: FakeClock
) -> None:
    await given_flash(store)
    processes = [Timetable(store, clock) for _ in range(5)]
    assert await processes[0].wake("naqu") == FLASH_END_MS
    planned = await processes[0].plan(await store.sessions.list())
    assert planned["naqu"] == FLASH_END_MS
    clock.set(FLASH_END_MS + 3)
    answers = await asyncio.gather(*(one.wake("naqu") for one in processes))
    assert answers == [END_MS] * 5
    ends = [entry for entry in await store.ledger.entries("naqu") if entry.kind == "flash_ended"]
    assert [(entry.by, entry.data["flash"]) for entry in ends] == [("timer", "f")]
    truth = await store.sessions.pull("naqu", clock())
    assert truth.session.flashes[0].ended_ms == FLASH_END_MS
    assert truth.units["tea"].flash == 0


async def test_a_flash_sale_that_a_host_ended_is_left_alone(
    timetable: Timetable, store: Store, clock: FakeClock
) -> None:
    await given_flash(store)
    await command(store, EndFlash(flash="f"), now_ms=NOW_MS + 20_000)
    await command(store, Notice(text="谢谢"))
    clock.set(FLASH_END_MS)
    before = await store.ledger.entries("naqu")
    assert await timetable.wake("naqu") == END_MS
    assert await store.ledger.entries("naqu") == before


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
