"""Campaigns, copies and drafts over HTTP."""

from typing import Any

import pytest

from livesell.domain.command import Edit
from tests.support.build import a_card, command, given_live, given_session
from tests.web.site import Site

FEST = {"id": "fest", "title": "那曲购物节", "note": "四场"}


async def given_fest(site: Site) -> None:
    assert (await site.as_admin("POST", "/campaigns", FEST)).status == 201


async def test_a_campaign_is_made_listed_changed_and_removed(site: Site) -> None:
    made = await site.as_admin("POST", "/campaigns", FEST)
    assert made.headers["Location"] == "/api/v1/campaigns/fest"
    assert made.json["campaign"] == {
        **FEST, "created": "2023-11-14T22:13:20Z", "version": 1, "sessions": 0,
    }  # fmt: skip
    changed = await site.as_admin(
        "PUT", "/campaigns/fest", {"title": "虫草节", "expected_version": 1}
    )
    assert changed.json["campaign"]["version"] == 2
    (row,) = (await site.as_admin("GET", "/campaigns")).json["campaigns"]
    assert (row["title"], row["note"]) == ("虫草节", "")
    assert (await site.as_admin("DELETE", "/campaigns/fest")).status == 200
    assert (await site.as_admin("GET", "/campaigns")).json["campaigns"] == []
    assert (await site.as_admin("DELETE", "/campaigns/fest")).code == "no_such_campaign"
    noted = [(one.did, one.by, one.about, one.data) for one in await site.store.audit.before()]
    assert noted[::-1] == [
        ("campaign_added", "the-admin", "fest", {"title": FEST["title"]}),
        ("campaign_changed", "the-admin", "fest", {"title": "虫草节"}),
        ("campaign_removed", "the-admin", "fest", {"title": "虫草节"}),
    ]


async def test_an_id_is_taken_once_and_made_when_there_is_none(site: Site) -> None:
    await given_fest(site)
    again = await site.as_admin("POST", "/campaigns", {**FEST, "title": "x"})
    assert (again.status, again.code) == (409, "campaign_exists")
    made = await site.as_admin("POST", "/campaigns", {"title": "那曲购物节"})
    assert made.json["campaign"]["id"].startswith("campaign-")


async def test_who_changes_an_older_one_is_told_what_holds(site: Site) -> None:
    await given_fest(site)
    body = {"title": "虫草节", "expected_version": 1}
    await site.as_admin("PUT", "/campaigns/fest", body)
    late = await site.as_admin("PUT", "/campaigns/fest", {**body, "title": "茶节"})
    assert (late.status, late.code) == (409, "campaign_changed")
    assert (late.json["error"]["title"], late.json["error"]["version"]) == ("虫草节", 2)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "<script>alert(1)</script>"}, "title"),
        ({"title": "t", "note": "x" * 1001}, "note"),
        ({"title": "t", "id": "Ü"}, "id"),
        ({"title": 3}, "title"),
    ],
)
async def test_a_wrong_field_is_named(site: Site, body: dict[str, Any], field: str) -> None:
    reply = await site.as_admin("POST", "/campaigns", body)
    assert (reply.status, list(reply.json["error"]["fields"])) == (400, [field])


async def test_a_campaign_sums_up_its_sessions_and_counts_people_once(site: Site) -> None:
    await given_fest(site)
    for name in ("one", "two", "apart"):
        await given_live(site.store, id=name)
    for name in ("one", "two"):
        await command(site.store, Edit(campaign="fest"), name)
    token = await site.viewer()
    for name, units in (("one", 2), ("two", 3), ("apart", 4)):
        body = {"card": "tea", "units": units, "price": 500}
        path = f"/sessions/{name}/orders"
        placed = await site.api("POST", path, body, token=token, headers={"Idempotency-Key": name})
        assert placed.status == 201, placed.json
    found = (await site.as_admin("GET", "/campaigns/fest")).json
    assert [row["id"] for row in found["rows"]] == ["one", "two"]
    (sums,) = found["figures"]["sums"]
    assert (sums["currency"], sums["gross"], sums["orders"], sums["units"]) == ("CNY", 2500, 2, 5)
    assert (found["figures"]["buyers"], found["figures"]["sessions"]) == (1, 2)
    refused = await site.as_admin("DELETE", "/campaigns/fest")
    assert (refused.code, refused.json["error"]["sessions"]) == ("campaign_in_use", 2)


async def test_a_copy_has_the_cards_and_nothing_of_the_past(site: Site) -> None:
    yak = a_card(id="yak", slot=2, title="娘亚牦牛肉", script="讲高原", plan_s=90)
    await given_live(site.store, a_card(), yak, stock=7, notice="包邮")
    await site.command("show", card="tea")
    await site.command("reorder", rundown=["yak", "tea"])
    reply = await site.as_admin("POST", "/sessions/naqu/duplicate", {"title": "第二场"})
    assert reply.status == 201
    truth = await site.store.sessions.pull(reply.json["id"], site.clock())
    session = truth.session
    assert (session.title, session.state, session.notice) == ("第二场", "draft", "")
    assert (session.owner, session.shown, session.started_ms) == ("the-admin", None, None)
    assert session.rundown == ("yak", "tea")
    assert truth.cards["yak"] == yak
    assert not any(card.open or card.windows for card in truth.cards.values())
    assert {units.free for units in truth.units.values()} == {7}


@pytest.mark.parametrize(
    ("body", "code"),
    [({"title": " "}, "empty_text"), ({"title": "t", "id": "naqu"}, "session_exists")],
)
async def test_a_copy_that_cannot_be(site: Site, body: dict[str, Any], code: str) -> None:
    await given_session(site.store)
    reply = await site.as_admin("POST", "/sessions/naqu/duplicate", body)
    assert reply.code == code
    assert len(await site.store.sessions.all()) == 1


async def test_a_draft_is_removed_and_what_was_announced_is_not(site: Site) -> None:
    await given_session(site.store)
    assert (await site.as_admin("DELETE", "/sessions/naqu")).status == 200
    assert (await site.as_admin("GET", "/sessions/naqu")).code == "no_such_session"
    assert (await site.as_admin("DELETE", "/sessions/naqu")).code == "no_such_session"
    (noted,) = await site.store.audit.before()
    assert (noted.did, noted.by, noted.about) == ("draft_removed", "the-admin", "naqu")
    await given_live(site.store)
    assert (await site.as_admin("DELETE", "/sessions/naqu")).code == "not_a_draft"
    assert len(await site.store.audit.before()) == 1


async def test_the_list_is_searched_and_paged(site: Site) -> None:
    for n in range(5):
        await given_session(site.store, id=f"s-{n}", title=f"第 {n} 场", host=f"h{n % 2}")
    first = (await site.as_admin("GET", "/sessions?part=next&limit=2&host=h0")).json
    assert [row["id"] for row in first["sessions"]] == ["s-0", "s-2"]
    assert (first["total"], first["next"], first["hosts"]) == (3, "s-2", ["h0", "h1"])
    rest = (await site.as_admin("GET", "/sessions?part=next&limit=2&host=h0&after=s-2")).json
    assert ([row["id"] for row in rest["sessions"]], rest["next"]) == (["s-4"], None)
    words = (await site.as_admin("GET", "/sessions?q=第 3")).json
    assert [row["id"] for row in words["sessions"]] == ["s-3"]
    assert words["sessions"][0]["cards"] == 1


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("part=soon", "part"),
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("state=open", "state"),
        ("since=yesterday", "since"),
        ("after=gone", "after"),
        ("nonsense=1", "nonsense"),
    ],
)
async def test_a_list_that_cannot_be_asked_for(site: Site, query: str, field: str) -> None:
    reply = await site.as_admin("GET", f"/sessions?{query}")
    assert (reply.status, list(reply.json["error"]["fields"])) == (400, [field])


async def test_strangers_are_not_told_of_owners_and_campaigns(site: Site) -> None:
    await given_fest(site)
    session = (await given_live(site.store, owner="miao", campaign="fest")).id
    (row,) = (await site.api("GET", f"/sessions?q={session}")).json["sessions"]
    assert (row["owner"], row["campaign"], row["cards"]) == ("", "", 0)


async def test_an_overlap_is_asked_for_and_may_be_meant(site: Site) -> None:
    body = {
        "id": "one", "title": "一", "host": "苗伟伦",
        "planned_start": "2023-11-15T12:00:00Z", "planned_end": "2023-11-15T13:00:00Z",
    }  # fmt: skip
    assert (await site.as_admin("POST", "/sessions", body)).status == 201
    refused = await site.as_admin("POST", "/sessions", {**body, "id": "two"})
    assert (refused.status, refused.code) == (409, "overlaps")
    assert refused.json["error"]["session"] == "one"
    meant = await site.as_admin("POST", "/sessions", {**body, "id": "two", "confirm": True})
    assert meant.status == 201
