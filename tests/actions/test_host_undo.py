"""Taking back through the store: once per id, never over a colleague's, exact in the recount."""

import asyncio
import uuid

import pytest

from livesell.actions.host import Host
from livesell.actions.timetable import Timetable
from livesell.domain.command import (
    AddCard,
    AnyCommand,
    Close,
    Extend,
    Notice,
    Open,
    PrepareFlash,
    Price,
    RemoveCard,
    Restock,
    Schedule,
    SellOut,
    Show,
    StartFlash,
    Undo,
)
from livesell.domain.person import Actor
from livesell.domain.recount import recount
from livesell.domain.role import Role
from livesell.domain.session import State
from livesell.domain.truth import Truth
from livesell.errors import Conflict, NotAllowed
from livesell.store import Store
from tests.support.build import NOW_MS, FakeClock, a_card, a_request, given_live, given_session

HOUR_MS = 3_600_000
SUYUN = Actor(name="suyun", role=Role.OPERATOR)
PEMA = Actor(name="pema", role=Role.ADMIN)


@pytest.fixture
def host(store: Store, clock: FakeClock) -> Host:
    return Host(store, clock)


async def undo(host: Host, version: int, by: Actor = SUYUN, command_id: str | None = None) -> int:
    done = await host.run("naqu", Undo(version=version), by=by, command_id=command_id)
    return done.version


async def truth_of(store: Store) -> Truth:
    return await store.sessions.pull("naqu", NOW_MS)


async def is_exact(store: Store, now_ms: int = NOW_MS) -> bool:
    return recount(await store.ledger.evidence("naqu", now_ms)).is_exact


async def test_a_price_is_taken_back_by_the_other_operator(host: Host, store: Store) -> None:
    await given_live(store)
    priced = await host.run("naqu", Price(card="tea", price=50), by=SUYUN)
    await undo(host, priced.version, by=PEMA)
    truth = await truth_of(store)
    assert truth.cards["tea"].price == 500
    last = (await store.ledger.entries("naqu"))[-2:]
    assert [(one.kind, one.by) for one in last] == [("undone", "pema"), ("priced", "pema")]
    assert last[0].data == {"do": "price", "card": "tea", "version": priced.version}
    assert await is_exact(store)
    # What buyers are sold at is the price that is there again.
    (placed,) = await store.orders.place("naqu", [a_request(price=500)], NOW_MS, 0)
    assert placed.order.amount == 500  # type: ignore[union-attr]


async def test_it_is_done_once_per_id(host: Host, store: Store) -> None:
    await given_live(store)
    stocked = await host.run("naqu", Restock(card="tea", units=9), by=SUYUN)
    first = await undo(host, stocked.version, command_id="u1")
    assert await undo(host, stocked.version, command_id="u1") == first
    assert (await truth_of(store)).units["tea"].free == 100
    assert await is_exact(store)


async def test_of_two_who_take_it_back_at_once_one_is_told(host: Host, store: Store) -> None:
    await given_live(store)
    stocked = await host.run("naqu", Restock(card="tea", units=9), by=SUYUN)
    outcomes = await asyncio.gather(
        undo(host, stocked.version), undo(host, stocked.version, PEMA), return_exceptions=True
    )
    (told,) = [one for one in outcomes if isinstance(one, Conflict)]
    assert told.code == "not_the_last"
    assert (await truth_of(store)).units["tea"].free == 100


async def test_pieces_that_were_ordered_since_are_not_taken_back(host: Host, store: Store) -> None:
    await given_live(store, stock=0)
    stocked = await host.run("naqu", Restock(card="tea", units=9), by=SUYUN)
    await store.orders.place("naqu", [a_request(units=7)], NOW_MS, 0)
    before = await truth_of(store)
    with pytest.raises(Conflict) as refused:
        await undo(host, stocked.version)
    assert (refused.value.code, refused.value.data["left"]) == ("ordered_since", 2)
    assert "2 are free" in refused.value.message
    assert await truth_of(store) == before
    assert await is_exact(store)


async def test_the_window_is_the_configured_one(store: Store, clock: FakeClock) -> None:
    await given_live(store)
    host = Host(store, clock, undo_ms=5000)
    opened = await host.run("naqu", Close(card="tea"), by=SUYUN)
    clock.advance(5000)
    with pytest.raises(Conflict) as refused:
        await undo(host, opened.version)
    assert refused.value.code == "too_late_to_undo"
    off = Host(store, clock, undo_ms=0)
    opened = await off.run("naqu", Open(card="tea"), by=SUYUN)
    with pytest.raises(Conflict) as refused:
        await undo(off, opened.version)
    assert refused.value.code == "cannot_undo"


async def test_who_may_not_command_may_not_take_back(host: Host, store: Store) -> None:
    await given_live(store)
    shown = await host.run("naqu", Show(card="tea"), by=SUYUN)
    for role in (Role.STAFF, Role.MODERATOR):
        with pytest.raises(NotAllowed):
            await undo(host, shown.version, Actor(name="lhamo", role=role))
    noticed = await host.run("naqu", Notice(text="好"), by=SUYUN)
    await undo(host, noticed.version, Actor(name="lhamo", role=Role.MODERATOR))
    assert (await truth_of(store)).session.notice == ""


async def test_a_commit_of_the_clock_ends_it(host: Host, store: Store, clock: FakeClock) -> None:
    await given_live(store, planned_start_ms=NOW_MS - 1, planned_end_ms=NOW_MS + 1000)
    shown = await host.run("naqu", Show(card="tea"), by=SUYUN)
    clock.advance(1000)
    await Timetable(store, clock).wake("naqu")
    truth = await store.sessions.pull("naqu", clock())
    assert (truth.session.state, truth.session.undo) == (State.ENDED, None)
    with pytest.raises(Conflict) as refused:
        await undo(host, shown.version)
    assert refused.value.code == "wrong_state"


async def test_a_flash_sale_in_its_countdown_gives_its_pieces_back(
    host: Host, store: Store, clock: FakeClock
) -> None:
    await given_live(store, stock=10)
    await host.run("naqu", PrepareFlash(card="tea", price=300, units=8), by=SUYUN)
    started = await host.run("naqu", StartFlash(flash="flash-1"), by=SUYUN)
    assert (await truth_of(store)).units["tea"].flash == 8
    await undo(host, started.version)
    assert (await truth_of(store)).units["tea"].flash == 0
    assert await is_exact(store)
    clock.advance(20_000)
    # At its former start nobody buys at its price, and the pieces are on sale.
    (placed,) = await store.orders.place("naqu", [a_request(units=2)], clock(), 0)
    assert placed.order.amount == 1000  # type: ignore[union-attr]
    again = await host.run("naqu", StartFlash(flash="flash-1"), by=SUYUN, command_id="again")
    assert again.version
    assert await is_exact(store, clock())


async def test_a_plan_that_is_taken_back_is_listed_where_it_was(
    host: Host, store: Store, clock: FakeClock
) -> None:
    await given_session(store)
    plan = Schedule(planned_start_ms=NOW_MS + HOUR_MS, planned_end_ms=NOW_MS + 2 * HOUR_MS)
    planned = await host.run("naqu", plan, by=SUYUN)
    await undo(host, planned.version)
    (listed,) = await store.sessions.list()
    assert (listed.state, listed.planned_start_ms) == (State.DRAFT, None)
    assert await Timetable(store, clock).wake("naqu") is None


async def test_a_conflict_says_who_did_what_since(host: Host, store: Store) -> None:
    await given_live(store)
    seen = (await truth_of(store)).version
    await host.run("naqu", Price(card="tea", price=400), by=PEMA)
    await host.run("naqu", Show(card="tea"), by=PEMA)
    with pytest.raises(Conflict) as refused:
        await host.run("naqu", Price(card="tea", price=450), by=SUYUN, expected_version=seen)
    data = refused.value.data
    assert data["version"] == seen + 2
    assert [(one["version"], one["do"], one["by"]) for one in data["since"]] == [
        (seen + 2, "show", "pema"), (seen + 1, "price", "pema"),
    ]  # fmt: skip
    assert (data["since"][1]["before"], data["since"][1]["after"]) == (500, 400)


async def test_whoever_was_faster_by_a_hair_is_named_too(host: Host, store: Store) -> None:
    await given_live(store)
    seen = (await truth_of(store)).version
    commands: list[tuple[AnyCommand, Actor]] = [
        (Price(card="tea", price=400), PEMA), (Price(card="tea", price=450), SUYUN),
    ]  # fmt: skip
    outcomes = await asyncio.gather(
        *(host.run("naqu", one, by=by, expected_version=seen) for one, by in commands),
        return_exceptions=True,
    )
    (told,) = [one for one in outcomes if isinstance(one, Conflict)]
    assert [one["do"] for one in told.data["since"]] == ["price"]


async def test_an_extension_taken_back_ends_the_session_at_its_old_time(
    host: Host, store: Store, clock: FakeClock
) -> None:
    await given_live(store, planned_start_ms=NOW_MS - 1, planned_end_ms=NOW_MS + 60_000)
    longer = await host.run("naqu", Extend(planned_end_ms=NOW_MS + HOUR_MS), by=SUYUN)
    await undo(host, longer.version, command_id=str(uuid.uuid4()))
    assert await Timetable(store, clock).wake("naqu") == NOW_MS + 60_000


async def test_a_card_that_was_added_is_taken_out_unless_it_was_ordered(
    host: Host, store: Store
) -> None:
    await given_live(store)
    cup = a_card(id="cup", slot=2, price=100, open=True)
    made = await host.run("naqu", AddCard(card=cup, stock=5), by=SUYUN)
    await undo(host, made.version)
    assert "cup" not in (await truth_of(store)).cards
    assert await is_exact(store)
    made = await host.run("naqu", AddCard(card=cup, stock=5), by=SUYUN, command_id="again")
    await store.orders.place("naqu", [a_request(card="cup", price=100)], NOW_MS, 0)
    before = await truth_of(store)
    with pytest.raises(Conflict) as refused:
        await undo(host, made.version)
    assert "order" in refused.value.message
    assert await truth_of(store) == before
    assert await is_exact(store)


async def test_a_card_that_was_removed_comes_back_with_its_stock(host: Host, store: Store) -> None:
    tea, cup = a_card(), a_card(id="cup", slot=2, price=100, floor=90, story="瓷")
    await given_live(store, cup, tea, stock={"tea": 3, "cup": 5})
    await host.run("naqu", Price(card="cup", price=80, confirm=True), by=SUYUN)
    await host.run("naqu", SellOut(card="cup"), by=SUYUN)
    before = await truth_of(store)
    removed = await host.run("naqu", RemoveCard(card="cup"), by=SUYUN)
    await undo(host, removed.version)
    after = await truth_of(store)
    assert (after.cards, after.units, after.session.rundown) == (
        before.cards, before.units, before.session.rundown,
    )  # fmt: skip
    assert await is_exact(store)
