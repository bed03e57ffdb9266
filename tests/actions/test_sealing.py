"""Ledgers are sealed when a session is over, once, whoever does it; what is changed is named."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from livesell.actions.chores import Chore, Chores
from livesell.actions.sealing import TAIL_MS, Sealing
from livesell.actions.timetable import Timetable
from livesell.domain.command import Cancel, Start
from livesell.errors import NotFound
from livesell.store import Store
from tests.support.build import NOW_MS, FakeClock, command, given_live, given_session
from tests.support.closed import given_ended, given_sealed
from tests.support.store import client, socket_of


@pytest.fixture
def sealing(store: Store, clock: FakeClock) -> Sealing:
    return Sealing(store, clock)


async def test_a_session_on_air_is_not_sealed(store: Store, sealing: Sealing) -> None:
    await given_live(store)
    assert await sealing.seal("naqu") is None
    assert (await sealing.verify("naqu")).seals == ()


async def test_an_ended_session_is_sealed_after_a_short_tail(
    store: Store, sealing: Sealing, clock: FakeClock
) -> None:
    await given_ended(store, clock)
    due_ms = await sealing.seal("naqu")
    assert due_ms == clock() + TAIL_MS
    clock.set(due_ms)
    assert await sealing.seal("naqu") is None
    found = await sealing.verify("naqu")
    assert found.is_intact
    assert found.entries == found.sealed == len(await store.ledger.entries("naqu"))
    assert found.seals[0].at_ms == due_ms


async def test_what_is_settled_afterwards_continues_the_chain(
    store: Store, store_data: Path, sealing: Sealing, clock: FakeClock
) -> None:
    await given_sealed(store, clock)
    first = await sealing.verify("naqu")
    later_ms = clock.advance(minutes=60)
    _append(store, store_data, later_ms)
    assert await sealing.seal("naqu") == later_ms + TAIL_MS
    clock.set(later_ms + TAIL_MS)
    assert await sealing.seal("naqu") is None
    found = await sealing.verify("naqu", first.digest)
    assert found.is_intact
    assert [seal.entries for seal in found.seals] == [first.entries, first.entries + 1]
    assert found.noted_entries == first.entries


async def test_a_cancelled_and_a_missed_session_are_sealed(
    store: Store, sealing: Sealing, clock: FakeClock
) -> None:
    await given_session(store)
    await command(store, Cancel())
    assert await sealing.seal("naqu") == NOW_MS + TAIL_MS
    planned = {"planned_start_ms": NOW_MS + 1000, "planned_end_ms": NOW_MS + 5000}
    await given_session(store, id="late", grace_s=0, **planned)
    clock.advance(s=6)
    await Timetable(store, clock).wake("late")
    clock.advance(TAIL_MS)
    assert await sealing.seal("late") is None
    before = (await sealing.verify("late")).entries
    await command(store, Start(), "late", now_ms=clock())  # by its host, late
    assert await sealing.seal("late") is None
    assert (await sealing.verify("late")).sealed == before


async def test_several_processes_seal_once(store: Store, clock: FakeClock) -> None:
    await given_ended(store, clock, orders=1500)
    clock.advance(TAIL_MS)
    answers = await asyncio.gather(*(Sealing(store, clock).seal("naqu") for _ in range(5)))
    assert answers == [None] * 5
    found = await Sealing(store, clock).verify("naqu")
    assert found.is_intact
    assert len(found.seals) == 1


async def test_the_timer_seals_when_it_wakes(
    store: Store, store_data: Path, sealing: Sealing, clock: FakeClock
) -> None:
    await given_ended(store, clock)
    chores = Chores(store, clock, [Chore("seal", sealing.seal, sealing.plan)])
    assert await chores.all() == {"naqu": clock()}
    due_ms = await chores.wake("naqu")
    assert due_ms == clock() + TAIL_MS
    clock.set(due_ms)
    assert await chores.wake("naqu") is None
    assert (await store.seals.standing("naqu")).seals == 1
    assert await chores.all() == {}
    # What no message told of is found by the next sweep.
    _append(store, store_data, clock())
    assert await chores.all() == {"naqu": clock()}


async def test_an_unknown_session_has_no_seal(sealing: Sealing) -> None:
    for ask in (sealing.seal, sealing.verify):
        with pytest.raises(NotFound):
            await ask("nope")


async def test_harm_behind_the_stores_back_is_named(
    store: Store, store_data: Path, sealing: Sealing, clock: FakeClock
) -> None:
    await given_sealed(store, clock)
    entries = await store.ledger.entries("naqu")
    ordered = next(entry for entry in entries if entry.kind == "ordered")
    with client(socket_of(store_data)) as behind:
        behind.xdel(_key(store, "ledger"), ordered.id)
    first = (await sealing.verify("naqu")).first
    assert first is not None
    assert (first.what, first.id) == ("missing", ordered.id)
    # A ledger that has lost entries gets no further seal.
    clock.advance(TAIL_MS)
    assert await sealing.seal("naqu") is None
    assert (await store.seals.standing("naqu")).seals == 1


def _key(store: Store, name: str) -> str:
    return store.archives.link.keys.of("naqu", name)


def _append(store: Store, data: Path, now_ms: int) -> None:
    with client(socket_of(data)) as behind:
        fact: dict[Any, Any] = {"k": "noted", "at": str(now_ms), "by": "staff", "d": "{}"}
        behind.xadd(_key(store, "ledger"), fact)
