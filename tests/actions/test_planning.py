"""Plans beside each other: overlaps are asked for, and two at once never slip through."""

import asyncio
from typing import Any

import pytest

from livesell.actions.campaigns import Organiser
from livesell.actions.host import Host
from livesell.actions.timetable import Timetable
from livesell.domain.campaign import Campaign
from livesell.domain.command import Edit, End, Extend, Schedule, Start
from livesell.domain.person import TIMER, Actor
from livesell.domain.role import Role
from livesell.domain.session import State
from livesell.errors import Busy, Conflict, NotFound
from livesell.store import Store, planning
from tests.support.build import NOW_MS, FakeClock, a_session

HOST = Actor(name="miao", role=Role.HOST)
ADMIN = Actor(name="root", role=Role.ADMIN)
HOUR = 3_600_000


@pytest.fixture
def host(store: Store, clock: FakeClock) -> Host:
    return Host(store, clock)


def plan(start: float, end: float) -> dict[str, Any]:
    return {
        "planned_start_ms": NOW_MS + round(start * HOUR),
        "planned_end_ms": NOW_MS + round(end * HOUR),
    }


async def code_of(asked: Any) -> str:
    with pytest.raises(Conflict) as refused:
        await asked
    return refused.value.code


async def test_a_new_session_in_the_same_time_is_asked_for(host: Host) -> None:
    await host.create(a_session(**plan(1, 2)), [], {}, by=HOST)
    other = a_session(id="other", **plan(1.5, 3))
    assert await code_of(host.create(other, [], {}, by=HOST)) == "overlaps"
    await host.create(other, [], {}, by=HOST, confirm=True)


async def test_the_same_command_again_is_not_in_its_own_way(host: Host) -> None:
    first = await host.create(a_session(**plan(1, 2)), [], {}, by=HOST, command_id="c")
    again = await host.create(a_session(**plan(1, 2)), [], {}, by=HOST, command_id="c")
    assert (first.dup, again.dup) == (False, True)


async def test_of_two_at_once_one_is_made(host: Host, store: Store) -> None:
    sessions = [a_session(id=f"s-{n}", **plan(1, 2)) for n in range(6)]
    done = await asyncio.gather(
        *(host.create(one, [], {}, by=HOST) for one in sessions), return_exceptions=True
    )
    refused = [one for one in done if isinstance(one, Conflict)]
    assert len(refused) == 5
    assert {one.code for one in refused} == {"overlaps"}
    assert len(await store.sessions.all()) == 1


async def test_rescheduling_into_another_is_asked_for(host: Host, store: Store) -> None:
    await host.create(a_session(**plan(1, 2)), [], {}, by=HOST)
    await host.create(a_session(id="other", **plan(5, 6)), [], {}, by=HOST)
    assert await code_of(host.run("other", Schedule(**plan(1.9, 4)), by=ADMIN)) == "overlaps"
    await host.run("other", Schedule(**plan(2, 4)), by=ADMIN)
    await host.run("other", Schedule(**plan(1.9, 4), confirm=True), by=ADMIN)
    truth = await store.sessions.pull("other", NOW_MS)
    assert truth.session.planned_start_ms == NOW_MS + round(1.9 * HOUR)


async def test_two_on_air_are_asked_for_and_one_after_the_other_is_not(host: Host) -> None:
    await host.create(a_session(), [], {}, by=HOST)
    await host.create(a_session(id="other"), [], {}, by=HOST)
    await host.run("naqu", Start(overrule="only a test"), by=HOST)
    assert await code_of(host.run("other", Start(overrule="only a test"), by=HOST)) == "overlaps"
    await host.run("naqu", End(), by=HOST)
    await host.run("other", Start(overrule="only a test"), by=HOST)


async def test_an_extension_into_the_next_session_is_asked_for(host: Host) -> None:
    await host.create(a_session(**plan(0, 1)), [], {}, by=HOST)
    await host.create(a_session(id="next", **plan(2, 3)), [], {}, by=HOST)
    await host.run("naqu", Start(overrule="only a test"), by=HOST)
    until = NOW_MS + round(2.5 * HOUR)
    assert await code_of(host.run("naqu", Extend(planned_end_ms=until), by=HOST)) == "overlaps"
    await host.run("naqu", Extend(planned_end_ms=NOW_MS + 2 * HOUR), by=HOST)
    await host.run("naqu", Extend(planned_end_ms=until, confirm=True), by=HOST)


async def test_the_clock_asks_nobody(host: Host, store: Store, clock: FakeClock) -> None:
    """What was planned starts, also when the session before it runs on."""
    await host.create(a_session(**plan(0, 5)), [], {}, by=HOST)
    await host.run("naqu", Start(overrule="only a test"), by=HOST)
    await host.create(a_session(id="next", **plan(1, 2)), [], {}, by=HOST, confirm=True)
    clock.advance(HOUR)
    await Timetable(store, clock).wake("next")
    assert (await store.sessions.pull("next", clock())).session.state is State.LIVE
    assert TIMER.role is Role.TIMER


async def test_a_session_joins_only_a_campaign_that_there_is(host: Host, store: Store) -> None:
    with pytest.raises(NotFound) as refused:
        await host.create(a_session(campaign="fest"), [], {}, by=HOST)
    assert refused.value.code == "no_such_campaign"
    await host.create(a_session(), [], {}, by=HOST)
    with pytest.raises(NotFound):
        await host.run("naqu", Edit(campaign="fest"), by=HOST)
    await store.campaigns.add(Campaign(id="fest", title="购物节"))
    await host.run("naqu", Edit(campaign="fest"), by=HOST)
    await host.run("naqu", Edit(campaign=""), by=HOST)


async def test_a_campaign_that_is_joined_while_it_is_removed(
    host: Host, store: Store, clock: FakeClock
) -> None:
    organiser = Organiser(store, clock, "ordered")
    await organiser.add(Campaign(id="fest", title="购物节"), by=HOST)
    await host.create(a_session(), [], {}, by=HOST)
    done = await asyncio.gather(
        host.run("naqu", Edit(campaign="fest"), by=HOST),
        organiser.remove("fest", by=HOST),
        return_exceptions=True,
    )
    assert sum(isinstance(one, Conflict | NotFound) for one in done) == 1
    session = (await store.sessions.pull("naqu", NOW_MS)).session
    assert bool(session.campaign) == bool(await store.campaigns.list())


async def test_a_turn_that_nobody_gives_back_runs_out(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planning, "TURN_MS", 100)
    monkeypatch.setattr(planning, "_PATIENCE_S", 0.01)
    async with store.planning.turn():
        with pytest.raises(Busy):
            async with store.planning.turn():
                pass
    monkeypatch.setattr(planning, "_PATIENCE_S", 10.0)
    held = store.planning.turn()
    await held.__aenter__()
    async with store.planning.turn():
        await held.__aexit__(None, None, None)
        monkeypatch.setattr(planning, "_PATIENCE_S", 0.0)
        with pytest.raises(Busy):
            async with store.planning.turn():
                pass


async def test_a_rehearsal_is_in_nobodys_way(host: Host) -> None:
    await host.create(a_session(**plan(1, 2)), [], {}, by=HOST)
    rehearsal = a_session(id="naqu-rehearsal", rehearsal_of="naqu", **plan(1, 2))
    await host.create(rehearsal, [], {}, by=HOST)
    await host.run("naqu", Schedule(**plan(1, 2.5)), by=HOST)
