"""Orders over HTTP: once per key, refused in words, read by their buyer and the crew only."""

import asyncio
import uuid
from typing import Any

import pytest

from livesell.config import Config, Sales
from livesell.domain.role import Role
from tests.support.build import a_card, given_live
from tests.web.conftest import OpenSite
from tests.web.site import Site


async def test_an_order_is_placed_once_per_key(site: Site) -> None:
    await given_live(site.store)
    token = await site.viewer(name="卓玛")
    first = await site.order(token, units=2)
    again = await site.order(token, units=2)
    assert (first.status, first.json["dup"]) == (201, False)
    assert (again.status, again.json["dup"]) == (200, True)
    assert again.json["order"] == first.json["order"]
    order = first.json["order"]
    assert (order["n"], order["amount"], order["at"]) == (1, 1000, "2023-11-14T22:13:20Z")
    other = await site.order(token, units=3)
    assert (other.status, other.code) == (422, "id_reused")
    truth = await site.store.sessions.pull("naqu", site.clock())
    assert (truth.units["tea"].sold, truth.tally.orders) == (2, 1)


async def test_resends_at_the_same_moment_are_one_order(site: Site) -> None:
    await given_live(site.store)
    token = await site.viewer()
    replies = await asyncio.gather(*(site.order(token) for _ in range(20)))
    statuses = [reply.status for reply in replies]
    assert statuses.count(201) == 1
    assert set(statuses) <= {200, 201, 409}
    waiting = [reply for reply in replies if reply.status == 409]
    assert {reply.code for reply in waiting} <= {"in_flight"}
    assert all(reply.json["error"]["retry_ms"] > 0 for reply in waiting)
    answered = {reply.json["order"]["id"] for reply in replies if reply.status != 409}
    assert len(answered) == 1
    assert (await site.order(token)).json["dup"]


async def test_a_key_whose_order_was_refused_is_judged_anew_and_for_nothing_else(
    site: Site,
) -> None:
    await given_live(site.store, stock=1)
    token = await site.viewer()
    assert (await site.order(token, units=2)).code == "sold_out"
    other = await site.order(token, units=1)
    assert (other.status, other.code) == (422, "id_reused")
    assert (await site.command("restock", card="tea", units=5)).status == 200
    assert (await site.order(token, units=2)).status == 201
    address = await site.order(token, units=2, contact={"address": "elsewhere"})
    assert (address.status, address.code) == (422, "id_reused")


async def test_what_could_not_be_understood_takes_no_key(site: Site) -> None:
    await given_live(site.store)
    token = await site.viewer()
    assert (await site.order(token, contact={"phone": "1" * 33})).status == 400
    assert (await site.order(token, units=0)).code == "bad_units"
    assert (await site.order(token, contact={"phone": "139"})).status == 201


async def test_a_uuid_key_is_the_order_id_and_the_same_as_on_the_socket(site: Site) -> None:
    await given_live(site.store)
    key = str(uuid.uuid4())
    reply = await site.order(await site.viewer(), key=key.upper())
    assert reply.json["order"]["id"] == key


async def test_two_viewers_may_count_their_keys_alike(site: Site) -> None:
    await given_live(site.store)
    for _ in range(2):
        assert (await site.order(await site.viewer(), key="1")).status == 201


@pytest.mark.parametrize(
    ("fields", "code", "data"),
    [
        ({"units": 101}, "sold_out", {"left": 100}),
        ({"units": 0}, "bad_units", {}),
        ({"units": -1}, "bad_units", {}),
        ({"units": 1.5}, "bad_units", {}),
        ({"units": 10**12}, "bad_units", {}),
        ({"units": "2"}, "bad_units", {}),
        ({"units": True}, "bad_units", {}),
        ({"price": 400}, "price_changed", {"price": 500}),
        ({"card": "nothing"}, "no_such_card", {}),
        ({"card": 5}, "no_such_card", {}),
        ({"card": "one", "units": 2}, "limit", {"left": 1}),
        ({"card": "shut"}, "closed", {}),
    ],
)
async def test_a_refusal_says_why_and_what_holds(
    site: Site, fields: dict[str, Any], code: str, data: dict[str, int]
) -> None:
    cards = (a_card(), a_card(id="one", slot=2, limit=1), a_card(id="shut", slot=3))
    await given_live(site.store, *cards)
    assert (await site.command("close", card="shut")).status == 200
    reply = await site.order(await site.viewer(), **fields)
    assert (reply.status, reply.code) == (422, code)
    for name, value in data.items():
        assert reply.json["error"][name] == value
    assert (await site.store.sessions.pull("naqu", site.clock())).tally.orders == 0


async def test_an_odd_price_or_contact_is_bad_input(site: Site) -> None:
    await given_live(site.store)
    token = await site.viewer()
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"price": "500"}, "price"),
        ({"price": 5.5}, "price"),
        ({"contact": {"phone": "1" * 33}}, "phone"),
        ({"contact": {"name": "<b>"}}, "name"),
        ({"contact": {"name": 5}}, "contact.name"),
        ({"unit": 1}, "unit"),
    ]
    for fields, field in wrong:
        reply = await site.order(token, **fields)
        assert reply.status == 400
        assert field in reply.json["error"]["fields"]


async def test_an_order_needs_its_key(site: Site) -> None:
    await given_live(site.store)
    body = {"card": "tea", "units": 1, "price": 500}
    token = await site.viewer()
    missing = await site.api("POST", "/sessions/naqu/orders", body, token=token)
    assert missing.status == 400
    assert "Idempotency-Key" in missing.json["error"]["fields"]
    for key in ("x" * 129, "a b", "é"):
        reply = await site.order(token, key=key)
        assert "Idempotency-Key" in reply.json["error"]["fields"]


async def test_orders_are_taken_while_the_session_is_live(site: Site) -> None:
    await given_live(site.store)
    token = await site.viewer()
    await site.command("pause")
    paused = await site.order(token)
    assert (paused.status, paused.code) == (422, "not_live")
    assert (await site.order(token, session="nope")).code == "no_such_session"


async def test_a_viewer_sees_only_its_own_orders(site: Site) -> None:
    await given_live(site.store)
    ann, bob = await site.viewer(), await site.viewer()
    order = (await site.order(ann, contact={"name": "Ann", "phone": "138"})).json["order"]
    own = (await site.api("GET", "/sessions/naqu/orders", token=ann)).json["orders"]
    assert own == [order]
    assert "contact" not in own[0]
    assert (await site.api("GET", "/sessions/naqu/orders", token=bob)).json["orders"] == []
    path = f"/sessions/naqu/orders/{order['id']}"
    assert (await site.api("GET", path, token=ann)).json["order"] == order
    hidden = await site.api("GET", path, token=bob)
    assert (hidden.status, hidden.code) == (404, "no_such_order")
    contact = {"name": "Ann", "phone": "138"}
    assert (await site.as_admin("GET", path)).json["order"] == {**order, "contact": contact}


async def test_the_crew_pages_through_all_orders_with_contacts(site: Site) -> None:
    await given_live(site.store)
    for n in range(5):
        await site.order(await site.viewer(), contact={"name": f"buyer {n}"})
    first = (await site.as_admin("GET", "/sessions/naqu/orders?limit=2")).json
    assert [row["contact"]["name"] for row in first["orders"]] == ["buyer 0", "buyer 1"]
    rest = (await site.as_admin("GET", f"/sessions/naqu/orders?after={first['next']}")).json
    assert [row["n"] for row in rest["orders"]] == [3, 4, 5]
    assert "next" not in rest


async def test_a_token_for_one_session_orders_in_no_other(site: Site) -> None:
    await given_live(site.store)
    good = site.minted(Role.VIEWER, session="naqu")
    assert (await site.order(good)).status == 201
    other = await site.order(site.minted(Role.VIEWER, session="other"))
    assert (other.status, other.code) == (403, "other_session")


async def test_an_expired_token_orders_nothing(site: Site) -> None:
    await given_live(site.store)
    token = await site.viewer()
    site.clock.advance(s=24 * 3600)
    reply = await site.order(token)
    assert (reply.status, reply.code) == (401, "expired_token")


async def test_a_viewer_who_orders_very_fast_is_slowed_down(open_site: OpenSite) -> None:
    async with open_site(Config(sales=Sales(orders_per_minute=2))) as site:
        await given_live(site.store)
        token = await site.viewer()
        assert [(await site.order(token, key=str(n))).status for n in range(3)] == [201, 201, 429]
        refused = await site.order(token)
        assert (refused.code, refused.headers["Retry-After"]) == ("rate", "30")
        assert (await site.order(await site.viewer())).status == 201
        site.clock.advance(s=30)
        assert (await site.order(token)).status == 201
