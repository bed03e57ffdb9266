import asyncio
import uuid
from typing import Any

import pytest

from livesell.actions.host import Host
from livesell.domain.command import Close, Hide, Notice, Open, Restock, Schedule, Show, Start
from livesell.domain.person import TIMER, Actor
from livesell.domain.role import Role
from livesell.domain.session import State
from livesell.errors import BadInput, Conflict, NotAllowed, NotFound
from livesell.store import Store
from tests.support.build import NOW_MS, FakeClock, a_card, a_session, given_live, given_session

OPERATOR = Actor(name="suyun", role=Role.HOST)
STAFF = Actor(name="lhamo", role=Role.STAFF)
HOUR_MS = 3_600_000


@pytest.fixture
def host(store: Store, clock: FakeClock) -> Host:
    return Host(store, clock)


async def test_a_new_session_belongs_to_who_made_it(host: Host, store: Store) -> None:
    made = await host.create(a_session(), [a_card()], {"tea": 5}, by=OPERATOR)
    truth = await store.sessions.pull("naqu", NOW_MS)
    assert (made.version, made.dup) == (1, False)
    assert truth.session.owner == "suyun"
    assert truth.units["tea"].free == 5


async def test_creating_again_under_the_same_id_gets_the_first_answer(host: Host) -> None:
    first = await host.create(a_session(), [a_card()], {}, by=OPERATOR, command_id="c1")
    again = await host.create(a_session(), [a_card()], {}, by=OPERATOR, command_id="c1")
    assert (again.version, again.dup) == (first.version, True)


async def test_a_taken_session_id_is_refused(host: Host) -> None:
    await host.create(a_session(), [], {}, by=OPERATOR)
    with pytest.raises(Conflict) as refused:
        await host.create(a_session(title="Another"), [], {}, by=OPERATOR)
    assert refused.value.code == "session_exists"


async def test_a_plan_that_has_passed_is_refused(host: Host, store: Store) -> None:
    past: dict[str, Any] = {
        "planned_start_ms": NOW_MS - 2 * HOUR_MS,
        "planned_end_ms": NOW_MS - HOUR_MS,
    }
    with pytest.raises(BadInput) as refused:
        await host.create(a_session(**past), [], {}, by=OPERATOR)
    assert "planned_end" in refused.value.fields
    await given_session(store)
    with pytest.raises(BadInput):
        await host.run("naqu", Schedule(**past), by=OPERATOR)


@pytest.mark.parametrize("by", [STAFF, TIMER, Actor(name="v1", role=Role.VIEWER)])
async def test_only_hosts_and_administrators_run_broadcasts(
    host: Host, store: Store, by: Actor
) -> None:
    await given_live(store)
    with pytest.raises(NotAllowed):
        await host.create(a_session(id="other"), [], {}, by=by)
    with pytest.raises(NotAllowed):
        await host.run("naqu", Notice(text="hi"), by=by)


async def test_a_command_is_on_the_ledger_under_its_name(host: Host, store: Store) -> None:
    await given_live(store)
    await host.run("naqu", Show(card="tea"), by=OPERATOR)
    last = (await store.ledger.entries("naqu"))[-1]
    assert (last.kind, last.by, last.data) == ("shown", "suyun", {"card": "tea"})


async def test_a_repeated_command_id_does_not_act_twice(host: Host, store: Store) -> None:
    await given_live(store, stock=1)
    first = await host.run("naqu", Restock(card="tea", units=9), by=OPERATOR, command_id="c1")
    again = await host.run("naqu", Restock(card="tea", units=9), by=OPERATOR, command_id="c1")
    assert (again.version, again.dup) == (first.version, True)
    assert (await store.sessions.pull("naqu", NOW_MS)).units["tea"].free == 10


async def test_a_repeated_id_is_answered_even_when_the_command_would_no_longer_be_allowed(
    host: Host, store: Store
) -> None:
    await given_session(store)
    await host.run("naqu", Start(), by=OPERATOR, command_id="c1")
    again = await host.run("naqu", Start(), by=OPERATOR, command_id="c1")
    assert again.dup


async def test_a_command_id_means_one_command(host: Host, store: Store) -> None:
    await given_live(store)
    await host.run("naqu", Notice(text="one"), by=OPERATOR, command_id="c1")
    with pytest.raises(Conflict) as refused:
        await host.run("naqu", Notice(text="two"), by=OPERATOR, command_id="c1")
    assert refused.value.code == "command_reused"


async def test_an_old_version_is_told_and_overwrites_nothing(host: Host, store: Store) -> None:
    await given_live(store)
    seen = (await store.sessions.pull("naqu", NOW_MS)).version
    await host.run("naqu", Notice(text="first"), by=OPERATOR, expected_version=seen)
    with pytest.raises(Conflict) as refused:
        await host.run("naqu", Notice(text="second"), by=OPERATOR, expected_version=seen)
    assert refused.value.data["version"] == seen + 1
    assert (await store.sessions.pull("naqu", NOW_MS)).session.notice == "first"


async def test_two_operators_at_once_are_both_heard(host: Host, store: Store) -> None:
    cards = [a_card(id=f"card-{slot}", slot=slot) for slot in range(1, 7)]
    await given_live(store, *cards)
    await asyncio.gather(
        *(host.run("naqu", Close(card=card.id), by=OPERATOR) for card in cards),
        host.run("naqu", Show(card="card-1"), by=OPERATOR),
    )
    truth = await store.sessions.pull("naqu", NOW_MS)
    assert not any(card.open for card in truth.cards.values())
    assert truth.session.shown == "card-1"


async def test_two_operators_with_the_same_view_meet_once(host: Host, store: Store) -> None:
    await given_live(store)
    seen = (await store.sessions.pull("naqu", NOW_MS)).version
    answers = await asyncio.gather(
        host.run("naqu", Show(card="tea"), by=OPERATOR, expected_version=seen),
        host.run("naqu", Close(card="tea"), by=OPERATOR, expected_version=seen),
        return_exceptions=True,
    )
    lost = [answer for answer in answers if isinstance(answer, Conflict)]
    assert [error.code for error in lost] == ["version_conflict"]


@pytest.mark.parametrize(
    ("command", "kind"),
    [
        (Show(card="nope"), NotFound),
        (Restock(card="tea", units=0), BadInput),
        (Restock(card="tea", units=-1000), Conflict),
        (Notice(text="<b>cheap</b>"), BadInput),
    ],
)
async def test_a_refused_command_changes_nothing(
    host: Host, store: Store, command: Show, kind: type[Exception]
) -> None:
    await given_live(store)
    before = await store.sessions.pull("naqu", NOW_MS)
    with pytest.raises(kind):
        await host.run("naqu", command, by=OPERATOR)
    assert await store.sessions.pull("naqu", NOW_MS) == before


@pytest.mark.parametrize("name", ["nope", "No Such", "{naqu}", ""])
async def test_an_unknown_session_is_told(host: Host, name: str) -> None:
    with pytest.raises(NotFound) as refused:
        await host.run(name, Start(), by=OPERATOR)
    assert refused.value.code == "no_such_session"


async def test_a_show_from_start_to_end(host: Host, store: Store, clock: FakeClock) -> None:
    await given_session(store)
    await host.run("naqu", Start(), by=OPERATOR)
    await host.run("naqu", Open(card="tea"), by=OPERATOR)
    await host.run("naqu", Show(card="tea"), by=OPERATOR, command_id=str(uuid.uuid4()))
    clock.advance(s=30)
    await host.run("naqu", Hide(), by=OPERATOR)
    truth = await store.sessions.pull("naqu", clock())
    assert truth.session.state is State.LIVE
    assert truth.cards["tea"].windows == ((NOW_MS, NOW_MS + 30_000),)
