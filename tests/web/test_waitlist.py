"""The waitlist over HTTP: one place a viewer, refused in words, seen whole by the crew only."""

import asyncio
from typing import Any

import pytest

from livesell.config import Config, Sales
from livesell.domain.role import Role
from tests.support.build import a_card, given_live
from tests.web.conftest import OpenSite
from tests.web.site import Reply, Site

PATH = "/sessions/naqu/cards/tea/waitlist"


async def join(site: Site, token: str, units: Any = 1, card: str = "tea") -> Reply:
    path = f"/sessions/naqu/cards/{card}/waitlist"
    return await site.api("POST", path, {"units": units}, token=token)


async def restock(site: Site, units: int = 1) -> None:
    await site.command("restock", card="tea", units=units)
    await site.store.waitlist.tend("naqu", offer_ms=120_000, now_ms=site.clock())


async def test_a_viewer_queues_once_and_sees_its_place(site: Site) -> None:
    await given_live(site.store, stock=0)
    ann, bob = await site.viewer(), await site.viewer()
    assert (await join(site, ann)).status == 201
    first = await join(site, bob, 2)
    again = await join(site, bob, 2)
    entry = {"card": "tea", "state": "waiting", "units": 2, "place": 2}
    assert (first.status, first.json) == (201, {"entry": entry})
    assert (again.status, again.json) == (200, {"entry": entry})
    assert (await site.api("GET", PATH, token=bob)).json == {"entry": entry}
    own = await site.api("GET", "/sessions/naqu/waitlist", token=bob)
    assert own.json == {"entries": [entry]}
    other = await join(site, bob, 3)
    assert (other.status, other.code, other.json["error"]["units"]) == (422, "already_waiting", 2)


async def test_an_offer_is_seen_used_and_gone(site: Site) -> None:
    await given_live(site.store, stock=0)
    ann, bob = await site.viewer(), await site.viewer()
    await join(site, ann)
    await restock(site)
    [entry] = (await site.api("GET", "/sessions/naqu/waitlist", token=ann)).json["entries"]
    assert entry == {
        "card": "tea",
        "state": "offered",
        "units": 1,
        "until": "2023-11-14T22:15:20Z",
        "price": 500,
    }
    assert (await site.order(bob)).code == "sold_out"
    assert (await site.order(ann)).status == 201
    assert (await site.api("GET", PATH, token=ann)).json["entry"]["state"] == "taken"
    refused = await join(site, ann)
    assert (refused.status, refused.code) == (422, "waited_before")


async def test_leaving_and_declining(site: Site) -> None:
    await given_live(site.store, stock=0)
    ann = await site.viewer()
    missing = await site.api("DELETE", PATH, token=ann)
    assert (missing.status, missing.code) == (404, "not_waiting")
    assert (await site.api("GET", PATH, token=ann)).code == "not_waiting"
    await join(site, ann)
    for _ in range(2):
        left = await site.api("DELETE", PATH, token=ann)
        assert (left.status, left.json["entry"]["state"]) == (200, "left")
    await join(site, ann)
    await restock(site)
    declined = await site.api("DELETE", PATH, token=ann)
    assert declined.json["entry"]["state"] == "lapsed"


@pytest.mark.parametrize(
    ("card", "units", "code", "data"),
    [
        ("yak", 1, "in_stock", {"left": 2}),
        ("yak", 3, "in_stock", {"left": 2}),
        ("tea", 0, "bad_units", {}),
        ("tea", 1.5, "bad_units", {}),
        ("tea", "2", "bad_units", {}),
        ("tea", True, "bad_units", {}),
        ("tea", 10**12, "bad_units", {}),
        ("tea", 11, "limit", {"left": 10}),
        ("none", 1, "no_such_card", {}),
        ("tea%3Aopen", 1, "no_such_card", {}),
    ],
)
async def test_a_refusal_says_why_and_what_holds(
    site: Site, card: str, units: Any, code: str, data: dict[str, int]
) -> None:
    await given_live(site.store, a_card(), a_card(id="yak", slot=2), stock={"tea": 0, "yak": 2})
    reply = await join(site, await site.viewer(), units, card)
    assert (reply.status, reply.code) == (422, code)
    assert reply.json["error"]["message"]
    for name, value in data.items():
        assert reply.json["error"][name] == value
    assert await site.store.waitlist.queue("naqu") == []


async def test_the_queue_is_open_while_the_session_is_on_air(site: Site) -> None:
    await given_live(site.store, stock=0)
    token = await site.viewer()
    missing = await site.api("POST", "/sessions/nope/cards/tea/waitlist", {"units": 1}, token=token)
    assert (missing.status, missing.code) == (404, "no_such_session")
    await site.command("pause")
    assert (await join(site, token)).status == 201
    await site.command("end")
    refused = await join(site, await site.viewer())
    assert (refused.status, refused.code) == (422, "not_live")


async def test_the_crew_sees_every_queue_and_no_viewers_id(site: Site) -> None:
    await given_live(site.store, a_card(), a_card(id="yak", slot=2), stock=0)
    ids = [f"v0a1b2c3d4e5f{n}" for n in range(3)]
    tokens = [site.minted(Role.VIEWER, viewer=viewer) for viewer in ids]
    for units, token in enumerate(tokens, 1):
        await join(site, token, units)
    await restock(site)
    reply = await site.as_admin("GET", "/sessions/naqu/waitlist")
    assert reply.json == {
        "queues": [
            {
                "card": "tea",
                "length": 2,
                "units": 5,
                "offers": [{"viewer": "v0a1b**", "units": 1, "until": "2023-11-14T22:15:20Z"}],
                "first": [
                    {"viewer": "v0a1b**", "units": 2, "place": 1},
                    {"viewer": "v0a1b**", "units": 3, "place": 2},
                ],
            }
        ]
    }
    assert not any(viewer in reply.text for viewer in ids)


async def test_no_document_names_who_waits(site: Site) -> None:
    await given_live(site.store, stock=0)
    await join(site, site.minted(Role.VIEWER, viewer="ann-is-waiting"))
    await restock(site)
    for audience in ("viewer", "crew"):
        reply = await site.as_admin("GET", f"/sessions/naqu?audience={audience}")
        assert "ann-is-waiting" not in reply.text


async def test_a_full_queue_and_a_pace(open_site: OpenSite) -> None:
    sales = Sales(waitlist_most=1, orders_per_minute=2)
    async with open_site(Config(sales=sales)) as site:
        await given_live(site.store, stock=0)
        ann, bob = await site.viewer(), await site.viewer()
        assert (await join(site, ann)).status == 201
        full = await join(site, bob)
        assert (full.status, full.code) == (422, "queue_full")
        await join(site, bob)
        fast = await join(site, bob)
        assert (fast.status, fast.code) == (429, "rate")
        assert fast.headers["Retry-After"] == "30"


async def test_many_who_join_at_once_each_have_a_place(site: Site) -> None:
    await given_live(site.store, stock=0)
    tokens = [site.minted(Role.VIEWER, viewer=f"v{n}") for n in range(60)]
    replies = await asyncio.gather(*(join(site, token) for token in tokens for _ in range(2)))
    assert sorted(reply.status for reply in replies) == [200] * 60 + [201] * 60
    assert sorted({reply.json["entry"]["place"] for reply in replies}) == list(range(1, 61))
