"""The fan-out alone: one frame each, nobody waits for the slow, everyone gets a turn."""

import asyncio
from typing import cast

from livesell.domain.role import Role
from livesell.domain.truth import Truth
from livesell.push.room import SLICE, Room
from tests.push.fakes import (
    FakePipe,
    FakeSeat,
    FakeSteady,
    FakeStore,
    a_room,
    a_setting,
    a_truth,
    with_notice,
)
from tests.support.build import NOW_MS


def a_full_room(count: int, steady: FakeSteady | None = None) -> tuple[Room, list[FakeSeat], Truth]:
    room = a_room(a_setting(FakeStore(), steady or FakeSteady()))
    truth = room.truth = a_truth()
    seats = [FakeSeat(f"v{n}") for n in range(count)]
    for seat in seats:
        audience = room.seat(seat, truth, NOW_MS)
        seat.send(audience.state())
        seat.leave = lambda one: room.remove(one)
    return room, seats, truth


async def test_everyone_is_written_the_same_bytes() -> None:
    room, seats, truth = a_full_room(3)
    await room.deliver(with_notice(truth, "你好"), NOW_MS)
    written = [cast("FakePipe", seat.pipe).written[-1] for seat in seats]
    assert written[0] is written[1] is written[2]
    assert seats[0].frames[-1]["d"] == {"notice": "你好"}


async def test_no_change_is_no_frame() -> None:
    room, seats, truth = a_full_room(1)
    await room.deliver(truth, NOW_MS)
    assert len(seats[0].frames) == 1


async def test_a_paused_seat_is_skipped_and_caught_up_with_one_state() -> None:
    room, (slow, healthy), truth = a_full_room(2)
    slow.is_paused = True
    for n in range(5):
        await room.deliver(with_notice(truth, f"{n}"), NOW_MS)
    room.tend()
    assert len(slow.frames) == 1
    assert len(healthy.of_kind("patch")) == 5
    slow.is_paused = False
    room.tend()
    assert [frame["t"] for frame in slow.frames] == ["state", "state"]
    assert slow.frames[-1]["v"] == healthy.frames[-1]["v"]
    assert slow.frames[-1]["d"]["notice"] == "4"
    assert not room.behind
    await room.deliver(with_notice(truth, "5"), NOW_MS)
    assert slow.frames[-1]["t"] == "patch"


async def test_a_seat_that_is_behind_for_too_long_is_closed() -> None:
    steady = FakeSteady()
    room, (slow, healthy), truth = a_full_room(2, steady)
    slow.is_paused = True
    await room.deliver(with_notice(truth, "1"), NOW_MS)
    steady.now += 15
    room.tend()
    assert {slow.closed, healthy.closed} == {None}
    steady.now += 0.1
    room.tend()
    assert (slow.closed, healthy.closed) == (4008, None)
    assert len(room) == 1


async def test_the_loop_runs_between_slices() -> None:
    room, seats, truth = a_full_room(SLICE * 3)
    delivering = asyncio.create_task(room.deliver(with_notice(truth, "1"), NOW_MS))
    await asyncio.sleep(0)
    assert sum(len(seat.frames) == 2 for seat in seats) == SLICE
    await delivering
    assert all(len(seat.frames) == 2 for seat in seats)


async def test_whoever_joins_or_leaves_within_a_round_is_not_confused() -> None:
    room, seats, truth = a_full_room(SLICE * 2)
    newer = with_notice(truth, "1")
    delivering = asyncio.create_task(room.deliver(newer, NOW_MS))
    await asyncio.sleep(0)
    late = FakeSeat("late")
    late.send(room.seat(late, newer, NOW_MS).state())
    last = next(seat for seat in seats if len(seat.frames) == 1)
    last.close(4001)
    await delivering
    assert [frame["t"] for frame in late.frames] == ["state"]
    assert len(last.frames) == 1


async def test_a_round_begins_elsewhere_each_time() -> None:
    room, _, _ = a_full_room(SLICE * 3)
    first = [room.viewers.in_turn()[0] for _ in range(3)]
    assert len(set(first)) == 3
    assert set(room.viewers.in_turn()) == set(room.viewers.seats)


async def test_a_document_that_nobody_followed_is_brought_up_at_the_next_join() -> None:
    room, (seat,), truth = a_full_room(1)
    seat.close(4001)
    await room.deliver(with_notice(truth, "1"), NOW_MS)
    back = FakeSeat()
    audience = room.seat(back, with_notice(truth, "1"), NOW_MS)
    assert audience.v == 2
    assert b'"notice":"1"' in audience.state()


async def test_the_crew_has_its_own_document_and_versions() -> None:
    room, (viewer,), truth = a_full_room(1)
    crew = FakeSeat("host", Role.STAFF)
    room.seat(crew, truth, NOW_MS)
    await room.deliver(a_truth(version=2), NOW_MS)
    assert crew.of_kind("patch")[0]["d"] == {"version": 2}
    assert viewer.of_kind("patch") == []
