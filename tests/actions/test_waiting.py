"""The waitlist by the clock: tended when something changed, and never for nothing."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import cast

import pytest

from livesell.actions.chores import Chore, Chores
from livesell.actions.timetable import Timetable
from livesell.actions.waiting import Waiters
from livesell.background import listen
from livesell.clock import system_clock
from livesell.config import Sales
from livesell.domain.command import End, Restock
from livesell.domain.waitlist import mask_viewer
from livesell.errors import LivesellError, NotFound
from livesell.store import Store
from livesell.timers import Timers
from tests.push.fakes import a_truth
from tests.support.build import NOW_MS, FakeClock, a_card, a_request, command, given_live
from tests.support.wait import wait_until

SALES = Sales(offer_seconds=120, waitlist_units=3)


@pytest.fixture
def waiters(store: Store, clock: FakeClock) -> Waiters:
    return Waiters(store, clock, SALES)


@contextlib.asynccontextmanager
async def ticking(store: Store) -> AsyncIterator[None]:
    """Timers as a service has them, awake to the store's messages."""
    waiters = Waiters(store, system_clock, SALES)
    timetable = Timetable(store, system_clock, errands=(waiters.tend,))
    chores = Chores(store, system_clock, [Chore("timetable", timetable.wake, timetable.plan)])
    timers = Timers(chores.wake, chores.all, system_clock)
    listening = asyncio.create_task(listen(store, [timers]))
    try:
        await timers.start()
        yield
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
        await timers.stop()


async def states(store: Store, *viewers: str) -> list[str]:
    who = [("tea", viewer) for viewer in viewers]
    found = await store.waitlist.states("naqu", who)
    return [found.get(one, "") for one in who]


async def test_returned_stock_is_offered_within_a_second(store: Store) -> None:
    await given_live(store, stock=0, now_ms=system_clock())
    waiters = Waiters(store, system_clock, SALES)
    async with ticking(store):
        await waiters.join("naqu", "ann", "tea", 1)
        await waiters.join("naqu", "bob", "tea", 1)
        await command(store, Restock(card="tea", units=1), now_ms=system_clock())

        async def are(*expected: str) -> bool:
            return await states(store, "ann", "bob") == list(expected)

        await wait_until(lambda: are("offered", "waiting"), "the first is offered it", timeout_s=1)
        await waiters.leave("naqu", "ann", "tea")
        await wait_until(lambda: are("lapsed", "offered"), "then the next", timeout_s=1)
        await command(store, End(), now_ms=system_clock())
        await wait_until(lambda: are("lapsed", "lapsed"), "the end ends it", timeout_s=1)


async def test_the_rest_of_an_offer_that_was_used_in_part_is_offered_at_once(store: Store) -> None:
    await given_live(store, stock=0, now_ms=system_clock())
    waiters = Waiters(store, system_clock, SALES)
    async with ticking(store):
        await waiters.join("naqu", "ann", "tea", 2)
        await waiters.join("naqu", "bob", "tea", 1)
        await command(store, Restock(card="tea", units=2), now_ms=system_clock())

        async def is_offered(viewer: str) -> bool:
            return await states(store, viewer) == ["offered"]

        await wait_until(lambda: is_offered("ann"), "the first is offered two")
        await store.orders.place("naqu", [a_request(viewer="ann")], system_clock())
        await wait_until(lambda: is_offered("bob"), "the next is offered the rest", timeout_s=1)


async def test_an_offer_that_ran_out_while_nothing_was_running_is_ended_at_the_start(
    store: Store,
) -> None:
    long_ago = system_clock() - 600_000
    await given_live(store, stock=0, now_ms=long_ago)
    for viewer in ("ann", "bob"):
        await store.waitlist.join(
            "naqu", viewer, "tea", 1, most_units=3, most_entries=9, now_ms=long_ago
        )
    await command(store, Restock(card="tea", units=1), now_ms=long_ago)
    await store.waitlist.tend("naqu", offer_ms=120_000, now_ms=long_ago)
    async with ticking(store):

        async def has_gone_on() -> bool:
            return await states(store, "ann", "bob") == ["lapsed", "offered"]

        await wait_until(has_gone_on, "the next has it")


async def test_a_session_that_ended_while_nothing_was_running_is_tidied(store: Store) -> None:
    await given_live(store, stock=0)
    await Waiters(store, lambda: NOW_MS, SALES).join("naqu", "ann", "tea", 1)
    await command(store, End())
    async with ticking(store):

        async def is_tidy() -> bool:
            return await states(store, "ann") == ["left"]

        await wait_until(is_tidy, "the queue of a past session is dropped")


async def test_the_timetable_comes_again_when_the_first_offer_ends(
    store: Store, clock: FakeClock, waiters: Waiters
) -> None:
    await given_live(store, stock=0)
    timetable = Timetable(store, clock, errands=(waiters.tend,))
    assert await timetable.wake("naqu") is None
    await waiters.join("naqu", "ann", "tea", 1)
    await command(store, Restock(card="tea", units=1))
    assert await timetable.wake("naqu") == NOW_MS + 120_000


async def test_a_session_without_a_queue_costs_nothing(clock: FakeClock) -> None:
    """There is no store behind it, so any question would fail."""
    assert await Waiters(cast("Store", None), clock, SALES).tend(a_truth()) is None


async def test_one_sees_ones_own_wishes_and_how_they_stand(
    store: Store, clock: FakeClock, waiters: Waiters
) -> None:
    await given_live(store, a_card(), a_card(id="yak", slot=2), stock=0)
    await waiters.join("naqu", "bob", "yak", 1)
    await waiters.join("naqu", "ann", "tea", 2)
    await waiters.join("naqu", "ann", "yak", 3)
    await command(store, Restock(card="tea", units=2))
    await waiters.tend(await store.sessions.pull("naqu", clock()))
    truth = await store.sessions.pull("naqu", clock())
    tea, yak = await waiters.entries(truth, "ann")
    assert (tea.card, tea.state, tea.units, tea.until_ms) == ("tea", "offered", 2, NOW_MS + 120_000)
    assert (yak.card, yak.state, yak.units, yak.place) == ("yak", "waiting", 3, 2)
    assert await waiters.entries(truth, "eve") == []
    assert await waiters.entry(truth, "ann", "yak") == yak
    clock.advance(120_000)
    assert (await waiters.entry(truth, "ann", "tea")).state == "lapsed"
    with pytest.raises(NotFound):
        await waiters.entry(truth, "bob", "tea")


@pytest.mark.parametrize("units", [0, -1, 1.5, "1", True, None, 1000, 10**12])
async def test_units_are_a_whole_number(waiters: Waiters, units: object) -> None:
    with pytest.raises(LivesellError) as refused:
        await waiters.join("naqu", "ann", "tea", units)
    assert refused.value.code == "bad_units"


@pytest.mark.parametrize("card", ["", "x" * 49, "tea/000", "tea:open", "茶", "*"])
async def test_a_card_that_cannot_be_is_none(store: Store, waiters: Waiters, card: str) -> None:
    await given_live(store, stock=0)
    with pytest.raises(LivesellError) as refused:
        await waiters.join("naqu", "ann", card, 1)
    assert refused.value.code == "no_such_card"
    with pytest.raises(NotFound):
        await waiters.leave("naqu", "ann", card)


def test_a_masked_viewer_cannot_be_taken_for_the_viewer() -> None:
    assert mask_viewer("v0a1b2c3d4") == "v0a1b**"
    assert mask_viewer("ab") == "a**"
    assert mask_viewer("a") == "**"
