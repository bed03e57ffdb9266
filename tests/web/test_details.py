"""A buyer's details: asked once, for the crew's eyes, and erased without touching a total."""

from typing import Any

import pytest

from tests.support.build import given_live
from tests.web.site import Site

OWN = "/sessions/naqu/details"
CONTACT = {"name": "卓玛", "phone": "13800138000", "address": "那曲市色尼区", "note": "下午送"}


async def test_they_are_asked_once(site: Site) -> None:
    await given_live(site.store)
    token = await site.viewer()
    assert (await site.api("GET", OWN, token=token)).json == {"contact": None}
    await site.order(token, key="1", contact=CONTACT)
    assert (await site.api("GET", OWN, token=token)).json == {"contact": CONTACT}
    await site.order(token, key="2")
    rows = (await site.as_admin("GET", "/sessions/naqu/orders")).json["orders"]
    assert [row["contact"] for row in rows] == [CONTACT, CONTACT]
    moved = {**CONTACT, "address": "拉萨"}
    assert (await site.api("PUT", OWN, moved, token=token)).json == {"contact": moved}
    assert (await site.api("GET", OWN, token=token)).json == {"contact": moved}


async def test_no_viewer_sees_anothers(site: Site) -> None:
    await given_live(site.store)
    ann, bob = await site.viewer(), await site.viewer()
    await site.api("PUT", OWN, CONTACT, token=ann)
    assert (await site.api("GET", OWN, token=bob)).json == {"contact": None}
    assert "contact" not in (await site.order(ann)).json["order"]


@pytest.mark.parametrize("who", ["the viewer", "the crew"])
async def test_erased_details_are_nowhere_and_no_total_moves(site: Site, who: str) -> None:
    await given_live(site.store)
    token = await site.viewer(name="卓玛")
    row = (await site.order(token, contact=CONTACT)).json["order"]
    before = (await site.store.sessions.pull("naqu", site.clock())).tally
    if who == "the viewer":
        erased = await site.api("DELETE", OWN, token=token)
    else:
        path = f"/sessions/naqu/viewers/{row['viewer']}/details"
        erased = await site.api("DELETE", path, token=site.tokens["staff"])
    assert erased.json == {"orders": 1}
    assert (await site.store.sessions.pull("naqu", site.clock())).tally == before
    for path in ("/sessions/naqu/orders", "/sessions/naqu/orders.csv", "/sessions/naqu"):
        text = (await site.as_admin("GET", path)).text
        for part in CONTACT.values():
            assert part not in text
    assert (await site.as_admin("GET", "/sessions/naqu/recount")).json["differences"] == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": 5}, "name"),
        ({"phone": "1" * 33}, "phone"),
        ({"address": "x" * 201}, "address"),
        ({"note": "<script>"}, "note"),
        ({"city": "x"}, "city"),
    ],
)
async def test_details_that_no_parcel_can_bear(site: Site, body: Any, field: str) -> None:
    await given_live(site.store)
    reply = await site.api("PUT", OWN, body, token=await site.viewer())
    assert reply.status == 400
    assert field in reply.json["error"]["fields"]


async def test_what_is_not_there(site: Site) -> None:
    await given_live(site.store)
    token = await site.viewer()
    for method in ("GET", "PUT", "DELETE"):
        reply = await site.api(method, "/sessions/none/details", {}, token=token)
        assert (reply.status, reply.code) == (404, "no_such_session")
    odd = await site.as_admin("DELETE", "/sessions/naqu/viewers/a%20b/details")
    assert (odd.status, odd.code) == (404, "no_such_viewer")
    unknown = await site.as_admin("DELETE", "/sessions/naqu/viewers/nobody/details")
    assert unknown.json == {"orders": 0}
