"""Offers and places over the socket: to the viewer concerned, at once, and to nobody else."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest

from livesell.domain.command import End, Price, Restock
from livesell.domain.role import Role
from livesell.domain.waitlist import Offer, Waiting
from livesell.errors import Busy
from livesell.push import promises
from livesell.push.room import Room
from livesell.store import Store
from tests.push.conftest import Start
from tests.push.fakes import FakeSeat, FakeSteady, FakeStore, a_room, a_setting, a_truth
from tests.push.pages import Page, page
from tests.support.build import NOW_MS, FakeClock, command, given_live
from tests.support.wait import wait_until

UNTIL_MS = NOW_MS + 120_000
OFFER = {"t": "offer", "card": "tea", "units": 1, "until": UNTIL_MS, "price": 500}


@pytest.fixture(autouse=True)
def fast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(promises, "PLACES_EVERY_S", 0.05)


async def join(store: Store, viewer: str, units: int = 1) -> None:
    await store.waitlist.join(
        "naqu", viewer, "tea", units, most_units=10, most_entries=1000, now_ms=NOW_MS
    )


async def tend(store: Store, now_ms: int = NOW_MS) -> None:
    await store.waitlist.tend("naqu", offer_ms=120_000, now_ms=now_ms)


async def restock(store: Store, units: int = 1) -> None:
    await command(store, Restock(card="tea", units=units))
    await tend(store)


def waiting(place: int, units: int = 1) -> dict[str, object]:
    return {"t": "queue", "card": "tea", "units": units, "state": "waiting", "place": place}


def private(one: Page) -> list[dict[str, object]]:
    return [frame for frame in one.frames if frame["t"] in ("offer", "queue")]


async def hears(one: Page, expected: dict[str, object]) -> None:
    await wait_until(lambda: private(one)[-1:] == [expected], f"{expected}")


@contextlib.asynccontextmanager
async def pages(port: int, *viewers: str) -> AsyncIterator[list[Page]]:
    async with contextlib.AsyncExitStack() as stack:
        yield [await stack.enter_async_context(page(port, viewer=one)) for one in viewers]


async def test_only_the_viewer_concerned_hears_of_it(store: Store, start: Start) -> None:
    await given_live(store, stock=0)
    push = await start()
    async with pages(push.port, "ann", "ann", "bob", "eve") as (ann, tab, bob, eve):
        await join(store, "ann")
        await join(store, "bob", 2)
        for one in (ann, tab):
            await hears(one, waiting(1))
        await hears(bob, waiting(2, 2))
        await restock(store)
        for one in (ann, tab):
            await hears(one, OFFER)
        await hears(bob, waiting(1, 2))
        assert private(eve) == []
        told = "".join(str(frame) for one in (bob, eve) for frame in one.frames)
        assert "'ann'" not in told
        assert [frame["t"] for frame in private(ann)] == ["queue", "offer"]


async def test_overlays_and_the_crew_hear_nothing(store: Store, start: Start) -> None:
    """An overlay's token may bear the id of the viewer who opened it."""
    await given_live(store, stock=0)
    push = await start()
    async with (
        page(push.port, viewer="ann", role=Role.OVERLAY) as overlay,
        page(push.port, viewer="ann", role=Role.STAFF) as crew,
        page(push.port, viewer="ann") as ann,
    ):
        await join(store, "ann")
        await restock(store)
        await hears(ann, OFFER)
    assert private(overlay) == private(crew) == []
    async with page(push.port, viewer="ann", role=Role.OVERLAY) as late:
        await late.until("state")
        await asyncio.sleep(0.05)
        assert private(late) == []


async def test_who_comes_later_is_told_what_holds(store: Store, start: Start) -> None:
    await given_live(store, stock=0)
    one, two = await start("node-1"), await start("node-2")
    await join(store, "ann")
    await join(store, "bob")
    await restock(store)
    async with pages(one.port, "ann", "bob") as (ann, bob):
        await hears(ann, OFFER)
        await hears(bob, waiting(1))
        async with pages(two.port, "ann") as (elsewhere,):
            await hears(elsewhere, OFFER)
    async with pages(one.port, "ann", "bob", "eve") as (again, bob, eve):
        await hears(again, OFFER)
        await hears(bob, waiting(1))
        assert [frame["t"] for frame in again.frames][:3] == ["hello", "state", "offer"]
        await eve.until("state")
        assert private(eve) == []


async def test_an_offer_is_ordered_over_the_socket_and_its_end_is_told(
    store: Store, start: Start
) -> None:
    await given_live(store, stock=0)
    push = await start()
    async with pages(push.port, "ann", "bob", "eve") as (ann, bob, eve):
        for viewer in ("ann", "bob", "eve"):
            await join(store, viewer)
        await restock(store, 2)
        await hears(ann, OFFER)
        await hears(bob, OFFER)
        assert (await eve.order())["code"] == "sold_out"
        assert (await ann.order())["ok"]
        await hears(ann, {"t": "queue", "card": "tea", "units": 1, "state": "taken"})
        await tend(store, UNTIL_MS)
        await hears(bob, {"t": "queue", "card": "tea", "units": 1, "state": "lapsed"})
        await hears(eve, {**OFFER, "until": UNTIL_MS + 120_000})


async def test_leaving_and_the_end_of_the_show_are_told(store: Store, start: Start) -> None:
    await given_live(store, stock=0)
    push = await start()
    async with pages(push.port, "ann", "bob") as (ann, bob):
        await join(store, "ann")
        await join(store, "bob")
        await hears(bob, waiting(2))
        await store.waitlist.leave("naqu", "ann", "tea", NOW_MS)
        left = {"t": "queue", "card": "tea", "units": 1, "state": "left"}
        await hears(ann, left)
        await hears(bob, waiting(1))
        await command(store, End())
        await tend(store)
        await hears(bob, left)


async def test_a_new_price_is_told_with_the_offer(store: Store, start: Start) -> None:
    await given_live(store, stock=0)
    push = await start()
    async with pages(push.port, "ann") as (ann,):
        await join(store, "ann")
        await restock(store)
        await hears(ann, OFFER)
        await command(store, Price(card="tea", price=450))
        await hears(ann, {**OFFER, "price": 450})


async def test_while_nothing_changes_nothing_is_sent_or_read() -> None:
    store, steady, room, teller = a_room_with_a_queue()
    seat = seated(room)
    await teller.tell(a_truth(queue=1))
    for _ in range(10):
        steady.now += 1
        await teller.tell(a_truth(queue=1))
    assert store.queue_reads == 1
    assert seat.frames == [waiting(1)]


async def test_in_a_rush_of_joins_places_are_read_now_and_then_and_offers_told_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(promises, "PLACES_EVERY_S", 1.0)
    store, steady, room, teller = a_room_with_a_queue()
    seat, other = seated(room), seated(room, "bob")
    for change in range(1, 11):
        steady.now += 0.1
        await teller.tell(a_truth(queue=change))
    assert store.queue_reads == 1
    offer = Offer("tea", "ann", 1, UNTIL_MS)
    await teller.tell(a_truth(queue=11, offers=(offer,)))
    assert seat.frames == [waiting(1), OFFER]
    # Bob's place is an old one for a moment, but nobody is told twice of what is over.
    await teller.tell(a_truth(queue=12))
    assert seat.frames[-1]["state"] == "left"
    store.waiting = [Waiting("tea", "bob", 1, 1)]
    steady.now += 1
    await teller.tell(a_truth(queue=12))
    assert store.queue_reads == 2
    assert other.frames == [waiting(2), waiting(1)]
    assert len(seat.frames) == 3


async def test_what_could_not_be_read_is_told_later() -> None:
    store, steady, room, teller = a_room_with_a_queue()
    seat = seated(room)
    await teller.tell(a_truth(queue=1))
    store.waiting, store.states_error = [], Busy("busy", "The store is away.")
    for _ in range(3):
        steady.now += 1
        with pytest.raises(Busy):
            await teller.tell(a_truth(queue=2))
    assert seat.frames == [waiting(1)]
    store.states_error = None
    await teller.tell(a_truth(queue=2))
    assert seat.frames[1:] == [{"t": "queue", "card": "tea", "units": 1, "state": "left"}]


def a_room_with_a_queue() -> tuple[FakeStore, FakeSteady, Room, promises.Promises]:
    """Ann and Bob wait for tea."""
    store, steady = FakeStore(), FakeSteady()
    store.waiting = [Waiting("tea", "ann", 1, 1), Waiting("tea", "bob", 1, 2)]
    setting = a_setting(store, steady)
    room = a_room(setting)
    return store, steady, room, promises.Promises(room, setting)


def seated(room: Room, viewer: str = "ann") -> FakeSeat:
    seat = FakeSeat(viewer)
    room.seat(seat, a_truth(), NOW_MS)
    return seat


async def test_a_thousand_who_wait_are_each_told_their_place(
    store: Store, start: Start, clock: FakeClock
) -> None:
    await given_live(store, stock=0, now_ms=clock())
    for first in range(0, 1000, 100):
        await asyncio.gather(*(join(store, f"v{n:04}") for n in range(first, first + 100)))
    queue = [one.viewer for one in await store.waitlist.queue("naqu")]
    push = await start()
    async with pages(push.port, queue[0], queue[500], queue[999]) as (first_, middle, last):
        await hears(first_, waiting(1))
        await hears(middle, waiting(501))
        await hears(last, waiting(1000))
        await restock(store, 7)
        await hears(first_, OFFER)
        await hears(middle, waiting(494))
