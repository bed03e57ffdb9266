"""Sessions and cards over HTTP: created, listed, read, and hidden while they are drafts."""

from tests.support.build import given_live, given_session
from tests.web.site import Site

CARD = {"id": "tea", "title": "清风度西藏凉茶", "price": 500, "stock": 10, "badges": ["地理标志"]}


async def test_a_created_session_is_listed_and_read(site: Site) -> None:
    body = {
        "id": "naqu",
        "title": "那曲专场",
        "host": "苗伟伦",
        "planned_start": "2023-11-15T20:00:00+08:00",
        "planned_end": "2023-11-15T13:00:00Z",
        "cards": [CARD, {"title": "牦牛肉", "price": 9900, "open": True}],
    }
    created = await site.as_admin("POST", "/sessions", body)
    assert (created.status, created.json) == (201, {"id": "naqu", "version": 1})
    assert created.headers["Location"] == "/api/v1/sessions/naqu"

    [row] = (await site.api("GET", "/sessions")).json["sessions"]
    assert row == {
        "id": "naqu",
        "title": "那曲专场",
        "host": "苗伟伦",
        "state": "scheduled",
        "planned_start": "2023-11-15T12:00:00Z",
        "planned_end": "2023-11-15T13:00:00Z",
        "started": None,
        "ended": None,
        "cover": "",
        "currency": "CNY",
        "zone": "Asia/Shanghai",
        "archived": False,
        "owner": "",
        "campaign": "",
        "cards": 0,
    }
    read = (await site.api("GET", "/sessions/naqu")).json
    assert read["now"] == "2023-11-14T22:13:20Z"
    assert read["document"]["session"]["planned_start"] == 1_700_049_600_000
    assert set(read["document"]["cards"]) == {"tea", "card-2"}
    cards = (await site.api("GET", "/sessions/naqu/cards")).json["cards"]
    assert cards == read["document"]["cards"]
    assert cards["tea"]["stock"] == 10
    truth = await site.store.sessions.pull("naqu", site.clock())
    assert truth.session.owner == "the-admin"


async def test_an_id_is_made_from_the_title_when_none_is_given(site: Site) -> None:
    for title, start in (("Yak & Tea: 2nd!", "yak-tea-2nd-"), ("那曲专场", "session-")):
        reply = await site.as_admin("POST", "/sessions", {"title": title, "host": "h"})
        assert reply.json["id"].startswith(start)


async def test_an_id_is_taken_once(site: Site) -> None:
    body = {"id": "naqu", "title": "t", "host": "h"}
    assert (await site.as_admin("POST", "/sessions", body)).status == 201
    again = await site.as_admin("POST", "/sessions", body)
    assert (again.status, again.code) == (409, "session_exists")


async def test_drafts_are_for_the_crew_only(site: Site) -> None:
    await given_session(site.store)
    token = await site.viewer()
    assert (await site.api("GET", "/sessions")).json["sessions"] == []
    for path in ("", "/cards", "/orders"):
        reply = await site.api("GET", f"/sessions/naqu{path}", token=token)
        assert (reply.status, reply.code) == (404, "no_such_session"), path
    assert (await site.order(token)).code == "no_such_session"
    assert len((await site.as_admin("GET", "/sessions")).json["sessions"]) == 1
    assert (await site.as_admin("GET", "/sessions/naqu")).status == 200


async def test_a_cancelled_session_leaves_the_list_but_keeps_its_address(site: Site) -> None:
    await given_session(
        site.store,
        planned_start_ms=site.clock() + 60_000,
        planned_end_ms=site.clock() + 3_600_000,
    )
    assert (await site.command("cancel")).status == 200
    assert (await site.api("GET", "/sessions")).json["sessions"] == []
    document = (await site.api("GET", "/sessions/naqu")).json["document"]
    assert document["session"]["state"] == "cancelled"


async def test_the_crew_document_is_for_the_crew(site: Site) -> None:
    await given_live(site.store)
    path = "/sessions/naqu?audience=crew"
    assert (await site.api("GET", path)).status == 401
    assert (await site.api("GET", path, token=await site.viewer())).status == 403
    document = (await site.as_admin("GET", path)).json["document"]
    assert document["figures"]["gross_kind"] == "ordered"
    assert "figures" not in (await site.as_admin("GET", "/sessions/naqu")).json["document"]


async def test_a_card_is_added_at_the_next_free_slot(site: Site) -> None:
    await given_live(site.store)
    reply = await site.as_admin(
        "POST", "/sessions/naqu/cards", {"title": "牦牛肉", "price": 9900, "stock": 5}
    )
    assert (reply.status, reply.json["id"]) == (201, "card-2")
    cards = (await site.api("GET", "/sessions/naqu/cards")).json["cards"]
    assert (cards["card-2"]["slot"], cards["card-2"]["stock"]) == (2, 5)
    taken = await site.as_admin("POST", "/sessions/naqu/cards", {**CARD, "slot": 7})
    assert (taken.status, taken.code) == (409, "card_exists")
    unknown = await site.as_admin("POST", "/sessions/nope/cards", CARD)
    assert (unknown.status, unknown.code) == (404, "no_such_session")
