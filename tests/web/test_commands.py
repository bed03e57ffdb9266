"""Host commands over HTTP: once per id, never on a newer state, times as the API writes them."""

import asyncio
import uuid

from tests.support.build import given_live, given_session
from tests.web.site import Site

PATH = "/sessions/naqu/commands"
SHOW = {"do": "show", "card": "tea"}


async def test_a_command_is_carried_out_once_per_id(site: Site) -> None:
    await given_live(site.store)
    body = {"id": str(uuid.uuid4()), "command": {"do": "restock", "card": "tea", "units": 5}}
    first = await site.as_admin("POST", PATH, body)
    again = await site.as_admin("POST", PATH, body)
    assert first.json["dup"] is False
    assert again.json == {"version": first.json["version"], "dup": True}
    truth = await site.store.sessions.pull("naqu", site.clock())
    assert truth.units["tea"].free == 105
    other = await site.as_admin("POST", PATH, {**body, "command": SHOW})
    assert (other.status, other.code) == (409, "command_reused")


async def test_a_command_on_an_older_state_is_a_conflict_that_names_the_newer(
    site: Site,
) -> None:
    await given_live(site.store)
    version = (await site.command("show", card="tea")).json["version"]
    body = {"expected_version": version - 1, "command": {"do": "hide"}}
    reply = await site.as_admin("POST", PATH, body)
    assert (reply.status, reply.code) == (409, "version_conflict")
    assert reply.json["error"]["version"] == version
    assert (await site.as_admin("POST", PATH, {**body, "expected_version": version})).status == 200


async def test_of_two_operators_who_saw_the_same_one_is_told(site: Site) -> None:
    await given_live(site.store)
    version = (await site.store.sessions.pull("naqu", site.clock())).version
    bodies = [
        {"expected_version": version, "command": {"do": "price", "card": "tea", "price": price}}
        for price in (400, 300)
    ]
    replies = await asyncio.gather(*(site.as_admin("POST", PATH, body) for body in bodies))
    assert sorted(reply.status for reply in replies) == [200, 409]


async def test_planned_times_are_iso_8601(site: Site) -> None:
    await given_session(site.store)
    reply = await site.command(
        "schedule", planned_start="2023-11-15T20:00:00+08:00", planned_end="2023-11-15T13:00:00Z"
    )
    assert reply.status == 200
    session = (await site.store.sessions.pull("naqu", site.clock())).session
    assert session.planned_start_ms == 1_700_049_600_000
    assert (await site.command("start")).status == 200
    longer = await site.command("extend", planned_end="2023-11-15T14:00:00.500Z")
    assert longer.status == 200
    session = (await site.store.sessions.pull("naqu", site.clock())).session
    assert session.planned_end_ms == 1_700_056_800_500


async def test_a_card_can_be_added_by_command(site: Site) -> None:
    await given_live(site.store)
    card = {"id": "yak", "slot": 2, "title": "牦牛肉", "price": 9900}
    assert (await site.command("add_card", card=card, stock=3)).status == 200
    cards = (await site.api("GET", "/sessions/naqu/cards")).json["cards"]
    assert cards["yak"]["stock"] == 3


async def test_what_does_not_fit_the_state_is_told(site: Site) -> None:
    await given_live(site.store)
    assert (await site.command("start")).code == "wrong_state"
    below = await site.command("restock", card="tea", units=-1000)
    assert (below.status, below.code) == (409, "below_zero")
    assert below.json["error"]["left"] == 100
    unknown = await site.command("show", card="nothing")
    assert (unknown.status, unknown.code) == (404, "no_such_card")
    assert (await site.command("miss")).status == 400
    assert (await site.command("start", session="nope")).code == "no_such_session"
