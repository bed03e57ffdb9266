"""Rehearsals on a real store: they run like sessions, and leave nothing."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest

from livesell.actions.archive import Archivist
from livesell.actions.chores import Chore, Chores
from livesell.actions.host import Host
from livesell.actions.rehearsal import UNFINISHED_MS, Rehearsals, Sweeping
from livesell.actions.sealing import TAIL_MS, Sealing
from livesell.actions.staff import Staff
from livesell.domain.command import End, EndFlash, Open, PrepareFlash, SellOut, Start, StartFlash
from livesell.domain.person import Actor
from livesell.domain.rehearsal import KEPT_MS, LASTS_MS, Rehearsal
from livesell.domain.role import Role
from livesell.domain.session import State
from livesell.errors import BadInput, Conflict, NotAllowed, NotFound
from livesell.simulated import Audience, Simulated
from livesell.store import Beat, Store, Taps
from tests.support.build import NOW_MS, FakeClock, a_card, a_request, command, given_session

HOST = Actor(name="suyun", role=Role.HOST)
OTHER = Actor(name="tashi", role=Role.HOST)
STAFF = Actor(name="lhamo", role=Role.STAFF)
SECRET = "a secret that only the tests have, long enough"
HOUR_MS = 3_600_000


@pytest.fixture
def rehearsals(store: Store, clock: FakeClock) -> Rehearsals:
    return Rehearsals(store, clock, SECRET, Simulated(lambda: ("127.0.0.1", 1), SECRET, clock))


@pytest.fixture
def sweeping(store: Store, clock: FakeClock) -> Sweeping:
    return Sweeping(store, clock)


@pytest.fixture
def dump(behind: Any) -> Callable[..., dict[bytes, Any]]:
    """All of the store, or of one session, byte for byte."""

    def taken(session_id: str = "") -> dict[bytes, Any]:
        pattern = f"*{{{session_id}}}*" if session_id else "*"
        keys = [key for key in behind.keys(pattern) if not key.endswith(b":audit")]
        return {key: behind.dump(key) for key in keys}

    return taken


async def given_planned(store: Store, **fields: Any) -> None:
    await given_session(
        store, owner="suyun", planned_start_ms=NOW_MS + HOUR_MS,
        planned_end_ms=NOW_MS + 2 * HOUR_MS, **fields,
    )  # fmt: skip


async def acted_in(store: Store, copy: str, clock: FakeClock) -> None:
    """Orders, likes, viewers and a flash sale, as in a show."""
    await command(store, Open(card="tea"), copy, now_ms=clock())
    await command(store, PrepareFlash(card="tea", price=400, units=3, id="f"), copy, now_ms=clock())
    await command(store, StartFlash(flash="f"), copy, now_ms=clock())
    clock.advance(s=11)
    buy = [a_request(id=str(uuid.uuid4()), viewer=f"guest-{n}", price=400) for n in range(2)]
    placed = await store.orders.place(copy, buy, clock(), 900_000)
    assert [one.order.state for one in placed] == ["placed", "placed"]  # type: ignore[union-attr]
    await store.likes.credit(copy, [Taps(visit="v", viewer="guest-1", n=7, at_most=7)], clock())
    beat = Beat(node="n1", seq=1, now_ms=clock(), lease_ms=10_000, viewers=2, joined=["guest-1"])
    await store.presence.beat(copy, beat)
    await command(store, EndFlash(flash="f"), copy, now_ms=clock())


async def test_a_whole_rehearsal_leaves_the_store_as_it_was(
    rehearsals: Rehearsals, store: Store, clock: FakeClock, dump: Any
) -> None:
    await given_planned(store)
    before = dump()
    told = await rehearsals.start("naqu", by=HOST, go_live=True)
    copy = told.rehearsal.id
    assert told.truth.session.state is State.LIVE
    await acted_in(store, copy, clock)
    recount = await Staff(store, clock, "ordered").recount(copy)
    assert recount.differences == ()
    assert dump("naqu") == {key: one for key, one in before.items() if b"{naqu}" in key}
    last = await rehearsals.remove("naqu", by=HOST)
    tally = last.truth.tally
    assert (tally.orders, tally.likes, tally.viewers) == (2, 7, 1)
    assert dump() == before
    assert (await Staff(store, clock, "ordered").recount("naqu")).differences == ()


async def test_only_the_record_of_who_did_what_knows_that_there_was_one(
    rehearsals: Rehearsals, store: Store
) -> None:
    await given_planned(store)
    await rehearsals.start("naqu", by=HOST)
    await rehearsals.remove("naqu", by=HOST)
    told = [(one.did, one.by, one.about, one.data) for one in await store.audit.before()]
    assert told == [
        ("rehearsal_removed", "suyun", "naqu", {}),
        ("rehearsal_started", "suyun", "naqu", {}),
    ]


async def test_orders_of_a_rehearsal_are_never_held_for_a_payment(
    rehearsals: Rehearsals, store: Store, clock: FakeClock
) -> None:
    await given_planned(store)
    copy = (await rehearsals.start("naqu", by=HOST, go_live=True)).rehearsal.id
    await command(store, Open(card="tea"), copy)
    [placed] = await store.orders.place(copy, [a_request()], clock(), 900_000)
    assert placed.order.state == "placed"  # type: ignore[union-attr]
    assert (await store.sessions.pull("naqu", clock())).units["tea"].free == 100


async def test_it_stands_in_no_list(rehearsals: Rehearsals, store: Store) -> None:
    await given_planned(store)
    await rehearsals.start("naqu", by=HOST)
    assert [one.id for one in await store.sessions.list()] == ["naqu"]


async def test_a_session_has_one_rehearsal_at_a_time(rehearsals: Rehearsals, store: Store) -> None:
    await given_planned(store)
    first = await rehearsals.start("naqu", by=HOST)
    with pytest.raises(Conflict) as refused:
        await rehearsals.start("naqu", by=HOST)
    assert refused.value.code == "rehearsal_running"
    await rehearsals.remove("naqu", by=HOST)
    second = await rehearsals.start("naqu", by=HOST)
    assert first.rehearsal.id != second.rehearsal.id


async def test_what_is_on_air_or_over_is_not_rehearsed(
    rehearsals: Rehearsals, store: Store
) -> None:
    await given_planned(store)
    for one in (Start(), End()):
        await command(store, one)
        with pytest.raises(Conflict) as refused:
            await rehearsals.start("naqu", by=HOST)
        assert refused.value.code == "cannot_rehearse"
    assert await store.rehearsals.list() == []


async def test_only_who_may_prepare_this_session_rehearses_it(
    rehearsals: Rehearsals, store: Store
) -> None:
    await given_planned(store)
    for by in (STAFF, OTHER, Actor(name="v1", role=Role.VIEWER)):
        with pytest.raises(NotAllowed):
            await rehearsals.start("naqu", by=by)
    await rehearsals.start("naqu", by=HOST)
    for by in (STAFF, OTHER):
        with pytest.raises(NotAllowed):
            await rehearsals.remove("naqu", by=by)
        with pytest.raises(NotAllowed):
            await rehearsals.simulate("naqu", Audience(), by=by)
    assert await rehearsals.about("naqu", by=STAFF) is not None


async def test_an_invitation_opens_this_rehearsal_and_no_later_one(
    rehearsals: Rehearsals, store: Store, clock: FakeClock
) -> None:
    await given_planned(store)
    told = await rehearsals.start("naqu", by=HOST)
    assert (await rehearsals.invited(told.invitation)).id == told.rehearsal.id
    assert rehearsals.is_invited(told.rehearsal.id, told.invitation)
    assert not rehearsals.is_invited("naqu", told.invitation)
    await rehearsals.remove("naqu", by=HOST)
    later = await rehearsals.start("naqu", by=HOST)
    assert not rehearsals.is_invited(later.rehearsal.id, told.invitation)
    for wrong in (told.invitation, told.invitation[:-3] + "AAA", "", "x.y.z"):
        with pytest.raises(NotFound) as refused:
            await rehearsals.invited(wrong)
        assert refused.value.code == "invitation_over"
    clock.advance(LASTS_MS)
    with pytest.raises(NotFound):
        await rehearsals.invited(later.invitation)


async def test_what_is_no_rehearsal_is_known_as_that(
    rehearsals: Rehearsals, store: Store, clock: FakeClock
) -> None:
    assert not await rehearsals.is_one("naqu")
    await given_planned(store)
    assert not await rehearsals.is_one("naqu")
    told = await rehearsals.start("naqu", by=HOST)
    assert await rehearsals.is_one(told.rehearsal.id)
    with pytest.raises(NotFound):
        await rehearsals.is_one("no such id!")


async def test_a_forgotten_one_ends_and_is_removed_a_day_later(
    rehearsals: Rehearsals, sweeping: Sweeping, store: Store, clock: FakeClock, dump: Any
) -> None:
    await given_planned(store)
    before = dump()
    copy = (await rehearsals.start("naqu", by=HOST, go_live=True)).rehearsal.id
    assert await sweeping.tend(copy) == NOW_MS + LASTS_MS
    clock.set(NOW_MS + LASTS_MS)
    await sweeping.tend(copy)
    assert (await store.sessions.pull(copy, clock())).session.state is State.ENDED
    assert await sweeping.tend(copy) == NOW_MS + LASTS_MS + KEPT_MS
    clock.advance(KEPT_MS)
    assert await sweeping.tend(copy) is None
    assert dump() == before


async def test_one_that_nobody_started_goes_when_its_time_is_over(
    rehearsals: Rehearsals, sweeping: Sweeping, store: Store, clock: FakeClock, dump: Any
) -> None:
    await given_planned(store)
    before = dump()
    copy = (await rehearsals.start("naqu", by=HOST)).rehearsal.id
    assert await sweeping.tend(copy) == NOW_MS + LASTS_MS
    clock.set(NOW_MS + LASTS_MS)
    assert await sweeping.tend(copy) is None
    assert dump() == before


async def test_it_ends_when_the_session_itself_goes_on_air(
    rehearsals: Rehearsals, sweeping: Sweeping, store: Store, clock: FakeClock
) -> None:
    await given_planned(store)
    copy = (await rehearsals.start("naqu", by=HOST, go_live=True)).rehearsal.id
    await Host(store, clock).run("naqu", Start(), by=HOST)
    await sweeping.tend("naqu")
    assert (await store.sessions.pull(copy, clock())).session.state is State.ENDED


@pytest.mark.parametrize("step", ["claimed", "marked", "removed"])
async def test_one_that_a_killed_service_left_half_made_is_swept(
    rehearsals: Rehearsals, sweeping: Sweeping, store: Store, clock: FakeClock, dump: Any, step: str
) -> None:
    await given_planned(store)
    before = dump()
    half = Rehearsal(id="naqu-rehearsal-00000000", of="naqu", made_ms=clock(), by="suyun")
    assert await store.rehearsals.claim(half)
    if step != "claimed":
        await store.rehearsals.mark(half)
    if step == "removed":
        # Somebody's late write to what was there.
        await store.details.remember(half.id, "v1", a_request().contact)
    assert await rehearsals.about("naqu", by=HOST) is None
    assert await sweeping.tend(half.id if step == "marked" else "naqu") == NOW_MS + UNFINISHED_MS
    clock.advance(UNFINISHED_MS)
    assert await sweeping.plan([]) == {half.id: clock()}
    assert await sweeping.tend("naqu") is None
    assert dump() == before


async def test_a_half_made_one_does_not_keep_others_from_rehearsing(
    rehearsals: Rehearsals, store: Store, clock: FakeClock
) -> None:
    await given_planned(store)
    half = Rehearsal(id="naqu-rehearsal-00000000", of="naqu", made_ms=clock(), by="suyun")
    await store.rehearsals.claim(half)
    clock.advance(UNFINISHED_MS)
    told = await rehearsals.start("naqu", by=HOST)
    assert (await store.rehearsals.of("naqu")) == told.rehearsal


async def test_nothing_but_a_rehearsal_is_ever_removed(
    store: Store, clock: FakeClock, dump: Any
) -> None:
    await given_planned(store)
    before = dump()
    await store.rehearsals.remove(Rehearsal(id="naqu", of="other", made_ms=clock(), by="x"))
    await store.rehearsals.remove(Rehearsal(id="naqu", of="naqu", made_ms=clock(), by="x"))
    assert dump() == before


async def test_it_is_neither_sealed_nor_archived(
    rehearsals: Rehearsals, archivist: Archivist, store: Store, clock: FakeClock
) -> None:
    await given_planned(store)
    copy = (await rehearsals.start("naqu", by=HOST, go_live=True)).rehearsal.id
    await Host(store, clock).run(copy, End(), by=HOST)
    clock.advance(2 * TAIL_MS)
    assert await Sealing(store, clock).seal(copy) is None
    assert (await store.seals.standing(copy)).seals == 0
    with archivist.run(), pytest.raises(Conflict) as refused:
        await archivist.archive(copy)
    assert refused.value.code == "cannot_archive"
    assert "rehearsal" in refused.value.message


async def test_the_timers_hear_of_it_although_it_stands_in_no_list(
    rehearsals: Rehearsals, sweeping: Sweeping, store: Store, clock: FakeClock
) -> None:
    await given_planned(store)
    copy = (await rehearsals.start("naqu", by=HOST)).rehearsal.id
    chores = Chores(store, clock, [Chore("rehearsals", sweeping.tend, sweeping.plan)])
    assert set(await chores.all()) == {"naqu", copy}


async def test_a_start_of_a_rehearsal_is_not_checked(rehearsals: Rehearsals, store: Store) -> None:
    await given_session(store, a_card(price=0), stock=0, owner="suyun")
    told = await rehearsals.start("naqu", by=HOST, go_live=True)
    assert told.truth.session.state is State.LIVE


async def test_what_the_session_sells_out_meanwhile_changes_nothing_here(
    rehearsals: Rehearsals, store: Store, clock: FakeClock
) -> None:
    await given_planned(store)
    copy = (await rehearsals.start("naqu", by=HOST, go_live=True)).rehearsal.id
    await command(store, SellOut(card="tea"), copy)
    assert not (await store.sessions.pull("naqu", clock())).cards["tea"].sold_out


@pytest.mark.parametrize(
    ("wrong", "name"),
    [({"viewers": 0}, "viewers"), ({"viewers": 501}, "viewers"), ({"minutes": 0}, "minutes"),
     ({"minutes": 121}, "minutes")],
)  # fmt: skip
async def test_an_audience_has_its_limits(
    rehearsals: Rehearsals, store: Store, wrong: dict[str, Any], name: str
) -> None:
    await given_planned(store)
    await rehearsals.start("naqu", by=HOST, go_live=True)
    with pytest.raises(BadInput) as refused:
        await rehearsals.simulate("naqu", Audience(**wrong), by=HOST)
    assert name in refused.value.fields


async def test_nobody_comes_to_a_rehearsal_that_is_not_on_air(
    rehearsals: Rehearsals, store: Store
) -> None:
    await given_planned(store)
    with pytest.raises(NotFound) as missing:
        await rehearsals.simulate("naqu", Audience(), by=HOST)
    assert missing.value.code == "no_rehearsal"
    await rehearsals.start("naqu", by=HOST)
    with pytest.raises(Conflict) as refused:
        await rehearsals.simulate("naqu", Audience(), by=HOST)
    assert refused.value.code == "rehearsal_not_live"
