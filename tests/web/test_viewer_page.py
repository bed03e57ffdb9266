"""The viewer's page before any script: what it says, in which language; text stays text."""

import asyncio
import html
import json
import re
from typing import Any

import pytest

from livesell.config import Config, Http
from livesell.domain.command import AnyCommand, Cancel, End, Pause, Schedule
from livesell.domain.truth import Truth
from tests.support.build import NOW_MS, command, given_live, given_session
from tests.web.conftest import OpenSite
from tests.web.site import Reply, Site

HTML = {"Accept": "text/html"}
ZH = {**HTML, "Accept-Language": "zh-CN,zh;q=0.9"}
HOUR_MS = 3_600_000


async def page(site: Site, path: str = "/s/naqu", **headers: str) -> Reply:
    return await site.call("GET", path, headers={**HTML, **headers})


def data(reply: Reply, name: str) -> Any:
    found = re.search(rf'<script type="application/json" id="{name}">(.*?)</script>', reply.text)
    assert found is not None
    return json.loads(found[1])


def out(reply: Reply, name: str) -> str:
    """What stands in the element with this `data-out`."""
    found = re.search(rf'data-out="{name}"[^>]*>([^<]*)<', reply.text)
    assert found is not None
    return html.unescape(found[1])


def meta(reply: Reply, name: str) -> str:
    found = re.search(rf'<meta (?:name|property)="{name}" content="([^"]*)">', reply.text)
    assert found is not None
    return html.unescape(found[1])


async def test_it_shows_the_session_without_a_script(site: Site) -> None:
    await given_live(site.store, cover="https://pictures.example/a.jpg")
    shown = await page(site, **ZH)
    assert out(shown, "title") == "那曲专场"
    assert out(shown, "host") == "主播 苗伟伦"
    assert out(shown, "state-text") == "直播中"
    assert '<body data-status="loading" data-phase="during" data-state="live">' in shown.text
    assert '<img alt="" src="https://pictures.example/a.jpg"' in shown.text
    assert '<span data-t="viewer.shelf">商品</span>' in shown.text
    assert 'data-t-label="viewer.like" aria-label="点赞"' in shown.text


async def test_it_carries_the_document_of_the_api(site: Site) -> None:
    await given_live(site.store)
    state = data(await page(site), "state")
    assert state["d"] == (await site.api("GET", "/sessions/naqu")).json["document"]
    assert state["now"] == site.clock()


async def test_link_previews_find_whole_addresses_and_no_secret(open_site: OpenSite) -> None:
    async with open_site(Config(http=Http(public_url="https://live.example/"))) as site:
        await given_live(site.store)
        token = await site.viewer()
        shown = await page(site, f"/s/naqu?token={token}&lang=en")
        address = "https://live.example/s/naqu"
        assert f'<link rel="canonical" href="{address}">' in shown.text
        assert meta(shown, "og:url") == address
        picture = f"{address}/card.png?lang=en"
        assert meta(shown, "og:image") == meta(shown, "twitter:image") == picture
        assert meta(shown, "og:title") == "那曲专场"
        assert meta(shown, "og:locale") == "en_GB"
        assert "Live · Host 苗伟伦 · 2023-11-15 06:13 (UTC+8)" in meta(shown, "description")
        assert token not in shown.text
        assert re.search(r'data-do="share"[^>]*"share.open" aria-label="[^"]+">', shown.text)


@pytest.mark.parametrize(
    ("path", "accepted", "tag"),
    [
        ("/s/naqu", "", "zh-CN"),
        ("/s/naqu", "*", "zh-CN"),
        ("/s/naqu", "en-US,en;q=0.9", "en"),
        ("/s/naqu", "de, zh-TW;q=0.4, en;q=0.8", "en"),
        ("/s/naqu", "de, zh-TW;q=0.4, en;q=0", "zh-CN"),
        ("/s/naqu", "de", "en"),
        ("/s/naqu", "en;q=bad, zh;q=0.1", "zh-CN"),
        ("/s/naqu", ",;;q=,=" * 200, "en"),
        ("/s/naqu?lang=en", "zh", "en"),
        ("/s/naqu?lang=ZH-hant", "en", "zh-CN"),
        ("/s/naqu?lang=xx", "zh", "zh-CN"),
        ("/s/naqu?lang=%22%3E%3Cb%3E", "en", "en"),
    ],
)
async def test_the_language_is_that_of_the_address_else_the_browsers(
    site: Site, path: str, accepted: str, tag: str
) -> None:
    await given_live(site.store)
    shown = await page(site, path, **{"Accept-Language": accepted})
    assert f'<html lang="{tag}">' in shown.text
    assert shown.headers["Content-Language"] == tag
    assert shown.headers["Vary"] == "Accept-Encoding, Accept-Language"
    words = data(shown, "words")
    assert words["language"] == tag[:2]
    assert words["words"]["state"]["live"] == {"zh-CN": "直播中", "en": "Live"}[tag]


ODD = "5 < 6 > 4 & \"quoted\" 'single' {{state}} &lt;i&gt; --"


async def test_text_from_people_stays_text(site: Site) -> None:
    await given_live(site.store, title=ODD, host="a < b & {{words}}")
    shown = await page(site)
    assert shown.text.count("<script") == shown.text.count("</script>") == 3
    assert out(shown, "title") == meta(shown, "og:title") == ODD
    assert out(shown, "host").endswith("a < b & {{words}}")
    assert data(shown, "state")["d"]["session"]["title"] == ODD


@pytest.mark.parametrize(
    ("commands", "chip", "title", "text"),
    [
        ([], "Coming up", "The show starts in", "Starts 2023-11-15 07:13 (UTC+8)"),
        ([Pause()], "On a break", "The host is away for a moment", "Back shortly"),
        ([End()], "Ended", "The show is over", "On air for 10:00"),
        ([Cancel()], "Cancelled", "This show was cancelled", "Have a look at the other shows"),
    ],
)
async def test_every_state_says_what_it_is(
    site: Site, commands: list[AnyCommand], chip: str, title: str, text: str
) -> None:
    if commands and not isinstance(commands[0], Cancel):
        await given_live(site.store)
    else:
        await given_session(site.store)
        start_ms = NOW_MS + HOUR_MS
        planned = Schedule(planned_start_ms=start_ms, planned_end_ms=start_ms + HOUR_MS)
        await command(site.store, planned)
    now_ms = site.clock.advance(minutes=10)
    for one in commands:
        await command(site.store, one, now_ms=now_ms)
    shown = await page(site, **{"Accept-Language": "en"})
    assert shown.status == 200
    assert out(shown, "state-text") == chip
    assert title in out(shown, "centre-title")
    assert text in out(shown, "centre-text")


async def test_many_openings_in_a_tick_read_the_store_once(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    await given_live(site.store)
    await page(site)
    pull, reads = site.store.sessions.pull, []

    async def counted(session_id: str, now_ms: int) -> Truth:
        reads.append(session_id)
        return await pull(session_id, now_ms)

    monkeypatch.setattr(site.store.sessions, "pull", counted)
    site.clock.advance(250)
    shown = await asyncio.gather(*(page(site) for _ in range(50)))
    assert {one.status for one in shown} == {200}
    assert reads == ["naqu"]


async def test_a_page_is_of_its_moment(site: Site) -> None:
    await given_live(site.store)
    first = await page(site)
    assert first.headers["Cache-Control"] == "no-store"
    await site.command("notice", text="加油")
    site.clock.advance(250)
    assert data(await page(site), "state")["d"]["notice"] == "加油"


async def test_a_draft_is_shown_to_the_crew_alone_and_to_no_search(site: Site) -> None:
    await given_session(site.store)
    assert (await page(site)).status == 404
    shown = await page(site, **site.cookie("staff"))
    assert shown.status == 200
    assert meta(shown, "robots") == "noindex"
    assert re.search(r'data-do="share"[^>]* hidden>', shown.text)
    assert data(shown, "state")["d"]["session"]["state"] == "draft"
    assert (await page(site)).status == 404
