"""The pre-flight check over HTTP, and a start that it stands in the way of."""

from tests.support.build import a_card, given_session
from tests.web.site import Site


async def test_the_crew_reads_the_check(site: Site) -> None:
    await given_session(site.store, a_card(price=0))
    answer = await site.api("GET", "/sessions/naqu/preflight", token=site.tokens["staff"])
    assert answer.json["ready"] is False
    first = answer.json["checks"][0]
    assert (first["code"], first["state"], first["cards"]) == ("price_zero", "bad", ["tea"])
    assert first["says"] == "These cost nothing: tea."
    assert first["do"]


async def test_strangers_and_viewers_do_not(site: Site) -> None:
    await given_session(site.store)
    assert (await site.api("GET", "/sessions/naqu/preflight")).status == 401
    viewer = await site.viewer()
    assert (await site.api("GET", "/sessions/naqu/preflight", token=viewer)).status == 403


async def test_a_session_that_is_not_there_has_no_check(site: Site) -> None:
    assert (await site.as_admin("GET", "/sessions/nowhere/preflight")).code == "no_such_session"


async def test_a_start_is_refused_with_the_points_and_overruled_in_words(site: Site) -> None:
    await given_session(site.store, stock=0)
    refused = await site.command("start")
    assert (refused.status, refused.code) == (409, "not_ready_to_start")
    assert refused.json["error"]["points"] == [{"code": "nothing_to_order", "cards": []}]
    short = await site.command("start", overrule="ok")
    assert (short.status, "overrule" in short.json["error"]["fields"]) == (400, True)
    markup = await site.command("start", overrule="<script>alert(1)</script>")
    assert markup.code == "markup"
    assert (await site.command("start", overrule="只聊天")).status == 200
    markers = (await site.as_admin("GET", "/sessions/naqu/stats")).json["markers"]
    started = next(one for one in markers if one["kind"] == "started")
    assert started["data"] == {"bad": ["nothing_to_order"], "overruled": "只聊天"}
