"""The list of viewers, muting and banning over HTTP."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from livesell.actions.archive import Archivist
from livesell.actions.audience import Moderation, Wanted
from livesell.actions.sealing import Sealing
from livesell.cli.options import CLI
from livesell.config import Config, Http, Sales
from livesell.domain.command import SellOut
from livesell.domain.recount import recount
from livesell.domain.role import Role
from livesell.store import Beat, Taps
from tests.support.build import NOW_MS, command, given_live
from tests.support.closed import given_sealed
from tests.web.conftest import OpenSite
from tests.web.site import Reply, Site

CAUSE = {"cause": "刷屏骂人"}


async def given_audience(site: Site, **seen_s_ago: int) -> None:
    """A live session, and viewers who were last seen so many seconds ago."""
    await given_live(site.store)
    for seq, (viewer, ago_s) in enumerate(seen_s_ago.items()):
        at_ms = site.clock() - ago_s * 1000
        beat = Beat(node="n1", seq=seq, now_ms=at_ms, lease_ms=60_000, viewers=1, joined=[viewer])
        await site.store.presence.beat("naqu", beat)


async def listed(site: Site, **query: Any) -> Any:
    text = "&".join(f"{name}={value}" for name, value in query.items())
    reply = await site.as_admin("GET", f"/sessions/naqu/viewers?{text}")
    assert reply.status == 200, reply.text
    return reply.json


async def ids(site: Site, **query: Any) -> list[str]:
    return [row["viewer"] for row in (await listed(site, **query))["viewers"]]


async def do(site: Site, verb: str, viewer: str, body: Any = None, method: str = "PUT") -> Reply:
    return await site.as_admin(method, f"/sessions/naqu/viewers/{viewer}/{verb}", body)


async def buyer(site: Site, name: str = "苗伟伦") -> tuple[str, str]:
    """A new viewer: the id and the token."""
    answer = (await site.api("POST", "/viewers", {"name": name})).json
    return str(answer["viewer"]), str(answer["token"])


async def test_a_viewer_is_listed_with_what_they_did_and_without_their_name(site: Site) -> None:
    await given_audience(site, other=50)
    viewer, token = await buyer(site)
    assert (await site.order(token, units=3)).status == 201
    assert (await site.order(token, "tap-2", units=2)).status == 201
    beat = Beat(node="n2", seq=1, now_ms=NOW_MS, lease_ms=60_000, viewers=1, joined=[viewer])
    await site.store.presence.beat("naqu", beat)
    await site.store.likes.credit("naqu", [Taps("x", viewer, 90, 20)], NOW_MS)
    answer = await listed(site)
    first, second = answer["viewers"]
    assert first == {
        "viewer": viewer,
        "short": viewer[:8],
        "name": "苗**",
        "here": True,
        "seen": "2023-11-14T22:13:20Z",
        "likes": 20,
        "orders": 2,
        "units": 5,
        "amount": 2500,
        "held_back": {"likes": 70, "orders": 0},
    }
    assert (second["viewer"], second["here"], second["name"]) == ("other", False, "")
    assert answer["counts"] == {"all": 2, "here": 2, "muted": 0, "banned": 0, "held_back": 1}
    assert answer["currency"] == "CNY"
    assert "苗伟伦" not in str(answer)


async def test_the_list_is_filtered_sorted_and_searched(site: Site) -> None:
    await given_audience(site, ann=5, bob=10, cat=300)
    await site.store.likes.credit(
        "naqu", [Taps("1", "bob", 9, 99), Taps("2", "cat", 50, 30)], NOW_MS
    )
    await site.store.audience.note_refused("naqu", {"ann": 3})
    await do(site, "mute", "cat", CAUSE)
    await do(site, "ban", "bob", CAUSE)
    assert await ids(site) == ["ann", "bob", "cat"]
    assert await ids(site, show="here") == ["ann"]  # bob was put out
    assert await ids(site, sort="likes") == ["cat", "bob", "ann"]
    assert await ids(site, sort="held_back") == ["cat", "ann", "bob"]
    assert await ids(site, show="held_back", sort="held_back") == ["cat", "ann"]
    assert await ids(site, show="held_back") == ["ann", "cat"]
    assert await ids(site, show="muted") == ["cat"]
    assert await ids(site, show="banned") == ["bob"]
    assert await ids(site, find="a") == ["ann", "cat"]
    assert await ids(site, find="zzz") == []
    assert await ids(site, find="b", show="banned") == ["bob"]
    assert await ids(site, find="b", show="muted") == []
    (bob,) = (await listed(site, show="banned"))["viewers"]
    assert bob["banned"] == {"by": "the-admin", "at": "2023-11-14T22:13:20Z", "cause": "刷屏骂人"}
    assert bob["here"] is False


async def test_an_order_number_finds_its_buyer(site: Site) -> None:
    await given_audience(site, v1=1, v2=2)
    first, token = await buyer(site)
    second, other = await buyer(site)
    for seq, viewer in enumerate((first, second)):
        beat = Beat(node="n9", seq=seq, now_ms=NOW_MS, lease_ms=1, joined=[viewer])
        await site.store.presence.beat("naqu", beat)
    await site.order(token)
    await site.order(other, "tap-2")
    assert await ids(site, find="%232") == [second]
    assert await ids(site, find="%231") == [first]
    assert await ids(site, find="%239") == []
    assert second in await ids(site, find="2")
    assert "v2" in await ids(site, find="2")
    assert await ids(site, find=second[:8]) == [second]


async def test_pages_follow_each_other_without_a_gap(site: Site) -> None:
    everyone = {f"v{n}": n for n in range(25)}
    await given_audience(site, **everyone)
    found: list[str] = []
    after = ""
    for _ in range(3):
        page = await listed(site, limit=10, **({"after": after} if after else {}))
        found += [row["viewer"] for row in page["viewers"]]
        after = page.get("next", "")
    assert found == list(everyone)
    assert after == ""


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"show": "everyone"}, "show"),
        ({"sort": "name"}, "sort"),
        ({"limit": 0}, "limit"),
        ({"limit": 101}, "limit"),
        ({"limit": "x"}, "limit"),
        ({"after": "nonsense"}, "after"),
        ({"find": "x" * 65}, "find"),
        ({"find": "a%00b"}, "find"),
        ({"find": "%3Cscript%3E"}, "find"),
        ({"page": 2}, "page"),
    ],
)
async def test_a_question_that_cannot_be_read_is_told(
    site: Site, query: dict[str, Any], field: str
) -> None:
    await given_audience(site, v=1)
    text = "&".join(f"{name}={value}" for name, value in query.items())
    reply = await site.as_admin("GET", f"/sessions/naqu/viewers?{text}")
    assert reply.status == 400
    assert set(reply.json["error"]["fields"]) == {field}


async def test_a_session_without_viewers_and_one_that_is_not_there(site: Site) -> None:
    await given_live(site.store)
    answer = await listed(site)
    assert answer["viewers"] == []
    assert answer["counts"]["all"] == 0
    reply = await site.as_admin("GET", "/sessions/nope/viewers")
    assert (reply.status, reply.code) == (404, "no_such_session")


async def test_a_banned_viewer_is_refused_everywhere_and_their_orders_stay(site: Site) -> None:
    await given_live(site.store)
    viewer, token = await buyer(site)
    other = await site.viewer()
    placed = await site.order(token)
    assert (await do(site, "ban", viewer, CAUSE)).json["changed"]
    refused = await site.order(token, "tap-2")
    assert (refused.status, refused.code) == (403, "banned")
    assert (await site.order(other, "tap-2")).status == 201
    again = await site.order(token)
    assert (again.status, again.json["dup"]) == (200, True)
    own = await site.api("GET", "/sessions/naqu/orders", token=token)
    assert [one["id"] for one in own.json["orders"]] == [placed.json["order"]["id"]]
    await command(site.store, SellOut(card="tea"))
    path = "/sessions/naqu/cards/tea/waitlist"
    queued = await site.api("POST", path, {"units": 1}, token=token)
    assert (queued.status, queued.code) == (403, "banned")
    assert (await site.api("POST", path, {"units": 1}, token=other)).status == 201
    lifted = await do(site, "ban", viewer, method="DELETE")
    assert lifted.json["changed"]
    assert "banned" not in lifted.json["viewer"]
    assert (await site.api("POST", path, {"units": 1}, token=token)).status == 201


async def test_whoever_is_banned_leaves_the_queues(site: Site) -> None:
    await given_live(site.store)
    viewer, token = await buyer(site)
    beat = Beat(node="n1", seq=1, now_ms=NOW_MS, lease_ms=1, joined=[viewer])
    await site.store.presence.beat("naqu", beat)
    other = await site.viewer()
    await command(site.store, SellOut(card="tea"))
    path = "/sessions/naqu/cards/tea/waitlist"
    for one in (token, other):
        assert (await site.api("POST", path, {"units": 1}, token=one)).status == 201
    await do(site, "ban", viewer, CAUSE)
    place = await site.api("GET", path, token=other)
    assert place.json["entry"]["place"] == 1
    left = await site.api("GET", path, token=token)
    assert left.json["entry"]["state"] == "left"
    assert recount(await site.store.ledger.evidence("naqu", NOW_MS)).differences == ()


async def test_twice_is_once_and_says_so(site: Site) -> None:
    await given_audience(site, v=1)
    first = await do(site, "mute", "v", CAUSE)
    again = await do(site, "mute", "v", {"cause": "别的原因"})
    assert (first.json["changed"], again.json["changed"]) == (True, False)
    assert again.json["viewer"]["muted"]["cause"] == "刷屏骂人"
    assert (await do(site, "mute", "v", method="DELETE")).json["changed"] is True
    assert (await do(site, "mute", "v", method="DELETE")).json["changed"] is False


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "bad_input"),
        ({"cause": ""}, "empty_text"),
        ({"cause": "   "}, "empty_text"),
        ({"cause": "长" * 201}, "text_too_long"),
        ({"cause": "a\u0000b"}, "control_characters"),
        ({"cause": "<script>alert(1)</script>"}, "markup"),
        ({"cause": 5}, "bad_input"),
        ({"cause": "x", "why": "y"}, "bad_input"),
    ],
)
async def test_a_cause_that_says_nothing_bans_nobody(site: Site, body: Any, code: str) -> None:
    await given_audience(site, v=1)
    for verb in ("mute", "ban"):
        reply = await do(site, verb, "v", body)
        assert (reply.status, reply.code) == (400, code)
        assert reply.json["error"]["message"]
    assert (await listed(site))["counts"]["banned"] == 0


@pytest.mark.parametrize("viewer", ["nobody", "v%20x", "x" * 65, "a%2Fb", "%E5%9D%8F"])
async def test_a_viewer_that_nobody_knows_is_told(site: Site, viewer: str) -> None:
    await given_audience(site, v=1)
    for verb, method, body in (
        ("ban", "PUT", CAUSE), ("mute", "PUT", CAUSE), ("ban", "DELETE", None),
    ):  # fmt: skip
        reply = await do(site, verb, viewer, body, method)
        assert (reply.status, reply.code) == (404, "no_such_viewer")


async def test_a_viewer_is_not_banned_in_other_sessions(site: Site) -> None:
    await given_audience(site, v=1)
    await given_live(site.store, id="other")
    viewer, token = await buyer(site)
    assert (await site.order(token)).status == 201
    await do(site, "ban", viewer, CAUSE)
    assert (await site.order(token, session="other")).status == 201


async def test_orders_refused_for_their_pace_are_seen(open_site: OpenSite) -> None:
    config = Config(sales=Sales(orders_per_minute=2), http=Http(requests_per_minute=10_000))
    async with open_site(config) as site:
        site.tokens["admin"] = await site.hire("the-admin", Role.ADMIN)
        await given_live(site.store)
        viewer, token = await buyer(site)
        beat = Beat(node="n1", seq=1, now_ms=NOW_MS, lease_ms=1, joined=[viewer])
        await site.store.presence.beat("naqu", beat)
        codes = [(await site.order(token, f"tap-{n}")).status for n in range(7)]
        assert codes == [201, 201, 429, 429, 429, 429, 429]
        (row,) = (await listed(site, show="held_back"))["viewers"]
        assert row["held_back"] == {"likes": 0, "orders": 5}
        # An address that leads nowhere is not written down.
        assert (await site.order(token, session="no-such")).status == 429


async def test_after_the_end_and_in_the_archive_the_list_reads_alike(
    site: Site, tmp_path: Path
) -> None:
    site.store.archives.folder = tmp_path / "archive"
    archivist = Archivist(site.store, site.clock, "ordered")
    await given_sealed(site.store, site.clock, orders=30)
    (row, *_) = (await listed(site))["viewers"]
    assert row["here"] is False
    await do(site, "mute", row["viewer"], CAUSE)
    site.clock.advance(s=80)
    await Sealing(site.store, site.clock).seal("naqu")
    before = [await listed(site, sort=sort, limit=100) for sort in ("recent", "likes")]
    with archivist.run():
        await archivist.archive("naqu")
    after = [await listed(site, sort=sort, limit=100) for sort in ("recent", "likes")]
    assert [one["viewers"] for one in after] == [one["viewers"] for one in before]
    refused = await do(site, "ban", row["viewer"], CAUSE)
    assert (refused.status, refused.code) == (409, "session_archived")


async def test_many_who_look_at_once_all_get_an_answer(site: Site) -> None:
    await given_audience(site, **{f"v{n}": n for n in range(30)})
    truth = await site.store.sessions.pull("naqu", NOW_MS)
    moderation = Moderation(site.store, site.clock)
    pages = await asyncio.gather(
        *(moderation.page(truth, Wanted(limit=5), by=CLI) for _ in range(20))
    )
    assert {tuple(row.viewer for row in page.rows) for page in pages} == {
        ("v0", "v1", "v2", "v3", "v4")
    }


async def test_a_moderator_sees_no_money_and_a_host_no_other_hosts_audience(site: Site) -> None:
    await given_live(site.store, owner="somebody-else")
    viewer, token = await buyer(site)
    assert (await site.order(token)).status == 201
    beat = Beat(node="n1", seq=1, now_ms=NOW_MS, lease_ms=1, joined=[viewer])
    await site.store.presence.beat("naqu", beat)
    path = "/sessions/naqu/viewers"
    rows = {
        role: (await site.api("GET", path, token=site.tokens[role])).json["viewers"][0]
        for role in ("moderator", "operator", "admin")
    }
    assert "amount" not in rows["moderator"]
    assert rows["moderator"]["units"] == 1
    assert rows["operator"]["amount"] == rows["admin"]["amount"] == 500
    for method, where, body in (
        ("GET", path, None),
        ("PUT", f"{path}/{viewer}/ban", CAUSE),
        ("DELETE", f"{path}/{viewer}/ban", None),
    ):
        reply = await site.api(method, where, body, token=site.tokens["host"])
        assert (reply.status, reply.code) == (403, "not_yours")
    mute = await site.api("PUT", f"{path}/{viewer}/mute", CAUSE, token=site.tokens["moderator"])
    assert mute.json["viewer"]["muted"]["by"] == "the-moderator"
    assert "amount" not in mute.json["viewer"]
