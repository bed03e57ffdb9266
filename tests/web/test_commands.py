"""Host commands over HTTP: once per id, never on a newer state, times as the API writes them."""

import asyncio
import uuid
from typing import Any

import pytest

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


async def test_a_price_below_the_floor_is_confirmed(site: Site) -> None:
    await given_live(site.store)
    assert (await site.command("limits", card="tea", floor=400, limit=None)).status == 200
    price: dict[str, Any] = {"card": "tea", "price": 300}
    reply = await site.command("price", **price)
    assert (reply.status, reply.code) == (409, "below_floor")
    assert reply.json["error"]["floor"] == 400
    assert (await site.command("price", **price, confirm=True)).status == 200


async def test_a_flash_sale_from_its_preparation_to_its_end(site: Site) -> None:
    await given_live(site.store)
    flash: dict[str, Any] = {"id": "f", "card": "tea", "price": 400, "units": 5, "lasts_s": 60}
    assert (await site.command("prepare_flash", **flash)).status == 200
    assert (await site.command("start_flash", flash="f")).status == 200
    again = await site.command("start_flash", flash="f")
    assert (again.status, again.code) == (409, "wrong_flash_state")
    crew = await site.as_admin("GET", "/sessions/naqu?audience=crew")
    document = crew.json["document"]
    assert document["flashes"]["f"]["state"] == "counting"
    assert document["cards"]["tea"]["flash"]["left"] == 5
    assert document["cards"]["tea"]["stock"] == 95
    assert (await site.command("end_flash", flash="f")).status == 200
    unknown = await site.command("drop_flash", flash="no")
    assert (unknown.status, unknown.code) == (404, "no_such_flash")


async def test_stock_by_hand(site: Site) -> None:
    await given_live(site.store)
    steps: list[tuple[str, dict[str, Any]]] = [
        ("limits", {"safety": 40}), ("release", {"units": 10}), ("sell_out", {}), ("sell_on", {}),
        ("gifts", {"gifts": [{"card": "tea", "units": 1}]}),
    ]  # fmt: skip
    for do, fields in steps:
        assert (await site.command(do, card="tea", **fields)).status == 200, do
    viewers = await site.as_admin("GET", "/sessions/naqu")
    tea = viewers.json["document"]["cards"]["tea"]
    assert (tea["stock"], tea["gifts"]) == (35, [{"card": "tea", "units": 1}])


async def test_the_last_command_is_taken_back_once(site: Site) -> None:
    await given_live(site.store)
    version = (await site.command("price", card="tea", price=50)).json["version"]
    document = (await site.as_admin("GET", "/sessions/naqu?audience=crew")).json["document"]
    assert document["undo"] == {"version": version, "until": site.clock() + 30_000}
    assert document["doings"][0] == {
        "version": version, "do": "price", "by": "the-admin", "at_ms": site.clock(), "card": "tea",
        "slot": 1, "before": 500, "after": 50,
    }  # fmt: skip
    body = {"id": str(uuid.uuid4()), "command": {"do": "undo", "version": version}}
    first = await site.as_admin("POST", PATH, body)
    again = await site.as_admin("POST", PATH, body)
    assert (first.status, again.json) == (200, {"version": version + 1, "dup": True})
    truth = await site.store.sessions.pull("naqu", site.clock())
    assert truth.cards["tea"].price == 500
    late = await site.command("undo", version=version)
    assert (late.status, late.code) == (409, "not_the_last")
    assert late.json["error"]["last"]["do"] == "undo"


async def test_viewers_are_told_nothing_of_who_did_what(site: Site) -> None:
    await given_live(site.store)
    await site.command("price", card="tea", price=50)
    document = (await site.as_admin("GET", "/sessions/naqu")).json["document"]
    assert not {"doings", "undo", "version"} & document.keys()


@pytest.mark.parametrize("version", [None, "7", -1, 1.5, True, [], 2**70])
async def test_a_version_that_is_none_takes_nothing_back(site: Site, version: Any) -> None:
    await given_live(site.store)
    await site.command("price", card="tea", price=50)
    reply = await site.command("undo", **({} if version is None else {"version": version}))
    assert reply.status in (400, 409)
    assert (await site.store.sessions.pull("naqu", site.clock())).cards["tea"].price == 50
