"""The review over HTTP: one module's figures, the timeline, the markers, and the recount."""

from tests.support.build import given_live
from tests.web.site import Site


async def test_figures_timeline_and_markers_tell_one_story(site: Site) -> None:
    await given_live(site.store)
    await site.command("show", card="tea")
    site.clock.advance(s=25)
    await site.order(await site.viewer(), units=2)
    reply = await site.api("GET", "/sessions/naqu/stats", token=site.tokens["staff"])
    stats = reply.json
    assert stats["figures"]["as_of"] == "2023-11-14T22:13:45Z"
    assert (stats["figures"]["gross"], stats["figures"]["gross_kind"]) == (1000, "ordered")
    assert stats["figures"]["cards"][0]["window_units"] == 2
    assert stats["figures"]["conversion"] is None
    assert [row["gross"] for row in stats["timeline"]][-1] == 1000
    assert sum(row["units"] for row in stats["timeline"]) == 2
    kinds = [mark["kind"] for mark in stats["markers"]]
    assert kinds == ["created", "card_added", "started", "opened", "shown"]
    assert stats["markers"][-1]["by"] == "the-admin"
    assert stats["markers"][-1]["at"] == "2023-11-14T22:13:20Z"


async def test_the_recount_finds_no_difference(site: Site) -> None:
    await given_live(site.store)
    await site.order(await site.viewer(), units=3)
    recount = (await site.as_admin("GET", "/sessions/naqu/recount")).json
    assert recount["differences"] == []
    assert recount["as_of"] == "2023-11-14T22:13:20Z"
    assert (recount["totals"]["units"], recount["totals"]["ordered"]) == (3, 1500)


async def test_an_unknown_session_has_no_figures(site: Site) -> None:
    for what in ("stats", "recount", "orders"):
        reply = await site.as_admin("GET", f"/sessions/nope/{what}")
        assert (reply.status, reply.code) == (404, "no_such_session")
