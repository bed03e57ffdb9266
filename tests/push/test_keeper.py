"""The loops of a room, with a store that fails when it is told to."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from msgspec.structs import replace

from livesell.domain.role import Role
from livesell.domain.session import State
from livesell.errors import Busy, NotFound, OutcomeUnknown
from livesell.push.hub import Hub
from livesell.push.keeper import UNLOAD_AFTER_S
from tests.push.fakes import FakeSeat, FakeStore, a_setting, a_truth, with_notice
from tests.support.build import NOW_MS, a_session
from tests.support.wait import wait_until

LIVE = a_truth(session=a_session(state=State.LIVE, started_ms=NOW_MS))
AWAY = Busy("busy", "The store does not answer.")


class Skipping:
    """The loop's own time, which a test may skip ahead."""

    def __init__(self) -> None:
        self.skipped = 0.0

    def __call__(self) -> float:
        return asyncio.get_running_loop().time() + self.skipped


@contextlib.asynccontextmanager
async def hub_of(
    store: FakeStore, steady: Skipping | None = None, tick_ms: int = 10
) -> AsyncIterator[Hub]:
    hub = Hub(a_setting(store, steady or Skipping(), tick_ms=tick_ms))
    try:
        yield hub
    finally:
        await hub.stop()


def join(hub: Hub, viewer: str = "buyer", role: Role = Role.VIEWER) -> FakeSeat:
    seat = FakeSeat(viewer, role)
    seat.leave = hub.leave
    hub.join(seat, "naqu")
    return seat


async def test_joins_wait_for_the_first_pull_and_are_greeted_then() -> None:
    store = FakeStore()
    store.error = AWAY
    async with hub_of(store) as hub:
        seats = [join(hub), join(hub, "other")]
        await wait_until(lambda: store.pulls > 2, "tries to pull")
        assert seats[0].frames == []
        assert seats[0].closed is None
        hub.receive(seats[0], '{"t":"ping"}')
        store.error = None
        await wait_until(lambda: len(seats[0].frames) == 3, "the greeting and the answer")
        assert [frame["t"] for frame in seats[0].frames] == ["hello", "state", "hello"]
        await wait_until(lambda: len(seats[1].frames) == 2, "the greeting")


async def test_a_page_that_says_too_much_before_it_is_greeted_is_told_off() -> None:
    store = FakeStore()
    store.error = AWAY
    async with hub_of(store) as hub:
        seat = join(hub)
        answers = [hub.receive(seat, '{"t":"ping"}') for _ in range(40)]
        assert answers.count(False) == 8


async def test_while_the_store_is_away_pages_keep_what_they_have_and_then_heal() -> None:
    store = FakeStore()
    store.truth = LIVE
    async with hub_of(store) as hub:
        seat = join(hub)
        await wait_until(lambda: seat.of_kind("state"), "the state")
        store.error, pulls = AWAY, store.pulls
        await wait_until(lambda: store.pulls > pulls + 3, "tries to pull")
        keeper = hub.rooms["naqu"]
        assert keeper.is_store_away
        store.truth, store.error = with_notice(LIVE, "back"), None
        await wait_until(lambda: seat.of_kind("patch"), "the patch")
        await wait_until(lambda: not keeper.is_store_away, "the store is back")
        assert seat.closed is None


async def test_a_bug_in_a_step_does_not_end_the_loops() -> None:
    store = FakeStore()
    store.error = RuntimeError("a bug")
    async with hub_of(store) as hub:
        seat = join(hub)
        await wait_until(lambda: store.pulls > 2, "tries to pull")
        store.error = None
        await wait_until(lambda: seat.of_kind("state"), "the state")


async def test_an_unknown_session_closes_and_leaves_no_room() -> None:
    store = FakeStore()
    store.error = NotFound("no_such_session", "There is none.")
    async with hub_of(store) as hub:
        seat = join(hub)
        await wait_until(lambda: seat.closed == 4510, "it is closed")
        assert hub.rooms == {}
        assert store.left == []


async def test_a_storm_of_wakes_costs_few_pulls() -> None:
    store = FakeStore()
    async with hub_of(store, tick_ms=10_000) as hub:
        seat = join(hub)
        await wait_until(lambda: seat.of_kind("state"), "the state")
        before = store.pulls
        until = asyncio.get_running_loop().time() + 0.2
        while asyncio.get_running_loop().time() < until:
            hub.wake("naqu")
            hub.wake("elsewhere")
            hub.gap()
            await asyncio.sleep(0)
        assert 2 <= store.pulls - before <= 12


async def test_an_empty_room_gives_its_lease_back_and_goes() -> None:
    store, steady = FakeStore(), Skipping()
    store.truth = LIVE
    async with hub_of(store, steady) as hub:
        seat = join(hub)
        await wait_until(lambda: store.beats, "the first beat")
        assert store.beats[0].joined == ["buyer"]
        assert (store.beats[0].viewers, store.beats[0].lease_ms) == (1, 10_000)
        seat.close(4001)
        steady.skipped = UNLOAD_AFTER_S + 1
        await wait_until(lambda: not hub.rooms, "the room is gone")
        assert store.left == ["node-1"]
        assert store.beats[-1].viewers == 0


async def test_a_beat_that_failed_is_sent_again_as_it_was() -> None:
    store = FakeStore()
    store.truth = LIVE
    async with hub_of(store) as hub:
        join(hub)
        await wait_until(lambda: len(store.beats) >= 1, "a beat")
        store.beats.clear()
        store.error = OutcomeUnknown("unknown", "No answer.")
        join(hub, "other")
        await wait_until(lambda: len(store.beats) >= 2, "the beat, and again")
        store.error = None
        await wait_until(lambda: len({beat.seq for beat in store.beats}) >= 2, "the next one")
        first = [beat for beat in store.beats if beat.seq == store.beats[0].seq]
        assert len(first) >= 3
        assert all(beat == first[0] for beat in first)
        told = [
            name for seq in {beat.seq: beat for beat in store.beats}.values() for name in seq.joined
        ]
        assert told == ["other"]


async def test_going_live_counts_everyone_as_joined_at_once() -> None:
    store = FakeStore()
    async with hub_of(store) as hub:
        for name in ("one", "two"):
            join(hub, name)
        join(hub, "host", Role.STAFF)
        join(hub, "obs", Role.OVERLAY)
        await wait_until(lambda: store.beats, "a beat")
        assert store.beats[-1].joined == []
        assert (store.beats[-1].viewers, store.beats[-1].crew) == (2, 1)
        assert store.beats[-1].connections == 4
        store.truth = LIVE
        await wait_until(lambda: store.beats[-1].joined, "the beat of going live", timeout_s=1)
        assert store.beats[-1].joined == ["one", "two"]


async def test_likes_that_were_not_acknowledged_are_sent_again() -> None:
    store = FakeStore()
    store.truth = LIVE
    async with hub_of(store) as hub:
        seat = join(hub)
        await wait_until(lambda: seat.of_kind("state"), "the state")
        store.error = OutcomeUnknown("unknown", "No answer.")
        hub.receive(seat, '{"t":"like","n":7}')
        hub.receive(seat, '{"t":"like","n":9}')
        room = hub.rooms["naqu"].room
        pulls = store.pulls
        await wait_until(lambda: store.pulls > pulls + 2, "some ticks")
        assert len(room.likes) == 1
        store.error = None
        await wait_until(lambda: store.credits, "the credit")
        assert [(tap.n, tap.visit) for tap in store.credits[0]] == [(9, "visit-buyer")]
        await wait_until(lambda: not len(room.likes), "nothing is pending")
        assert len(store.credits) == 1


async def test_everyone_is_sent_home_a_minute_after_the_end() -> None:
    store = FakeStore()
    ended = a_session(state=State.ENDED, started_ms=NOW_MS - 100_000, ended_ms=NOW_MS - 60_001)
    async with hub_of(store) as hub:
        seats = [join(hub, f"v{n}") for n in range(400)]
        await wait_until(lambda: seats[-1].of_kind("state"), "the state")
        store.truth = replace(a_truth(), session=ended)
        await wait_until(lambda: all(seat.closed == 4509 for seat in seats), "all are home")
        low, high = seats[0].of_kind("bye")[0]["retry_ms"]
        assert 0 < low < high


async def test_pages_are_told_that_their_numbers_are_old_and_that_they_are_news_again() -> None:
    store, steady = FakeStore(), Skipping()
    store.truth = LIVE
    async with hub_of(store, steady) as hub:
        seat, blocked = join(hub), join(hub, "slow")
        await wait_until(lambda: seat.of_kind("state"), "the state")
        freshness = hub.rooms["naqu"].freshness
        await freshness.tell_age()
        assert seat.of_kind("stale") == []
        store.error = AWAY
        pulls = store.pulls
        await wait_until(lambda: store.pulls > pulls + 1, "a pull that fails")
        blocked.is_paused = True
        steady.skipped += 5
        await freshness.tell_age()
        await freshness.tell_age()
        told = [frame["since"] for frame in seat.of_kind("stale")]
        assert len(told) == 1
        assert NOW_MS - 7000 < told[0] <= NOW_MS - 5000
        late = join(hub, "late")
        assert [frame["t"] for frame in late.frames] == ["hello", "state", "stale"]
        blocked.is_paused = False
        hub.drained(blocked)
        assert [frame["t"] for frame in blocked.frames][-2:] == ["state", "stale"]
        store.error = None
        await wait_until(lambda: seat.of_kind("fresh"), "the news")
        assert not freshness.is_stale
        assert len(seat.of_kind("fresh")) == 1
