"""What a session looks like elsewhere: overlay, still, poster, share card, QR code."""

import asyncio
import re

from livesell.config import Config, Http
from tests.support.build import given_live, given_session
from tests.web.conftest import OpenSite
from tests.web.site import Site

PNG = b"\x89PNG\r\n\x1a\n"
STILL = "/overlay/naqu/lower-third.png"


def size_of(png: bytes) -> tuple[int, int]:
    assert png.startswith(PNG)
    return int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")


async def test_the_overlay_may_stand_in_any_frame(site: Site) -> None:
    await given_live(site.store)
    reply = await site.call("GET", "/overlay/naqu/lower-third")
    assert reply.status == 200
    assert "frame-ancestors *" in reply.headers["Content-Security-Policy"]
    assert "default-src 'self'" in reply.headers["Content-Security-Policy"]
    assert "{{" not in reply.text
    named = re.findall(r'(?:src|href)="(/[^"]+)"', reply.text)
    assert len(named) >= 2
    for path in named:
        assert (await site.call("GET", path)).status == 200, path


async def test_an_unknown_theme_or_session_has_no_overlay(site: Site) -> None:
    await given_session(site.store)
    assert (await site.call("GET", "/overlay/naqu/lower-third")).status == 404
    await site.command("start")
    for path in (
        "/overlay/nope/lower-third",
        "/overlay/nope/lower-third.png",
        "/overlay/naqu/lower-third?theme=../x",
        f"{STILL}?theme=nope",
        "/overlay-assets/nope/lower-third.css",
        "/overlay-assets/plateau/theme.toml",
    ):
        assert (await site.call("GET", path)).status == 404, path


async def test_the_still_shows_the_card_of_the_moment(site: Site) -> None:
    await given_live(site.store)
    empty = await site.call("GET", STILL)
    assert size_of(empty.data) == (1920, 1080)
    await site.command("show", card="tea")
    shown = await site.call("GET", STILL)
    assert shown.headers["Content-Type"] == "image/png"
    assert size_of(shown.data) == (1920, 1080)
    assert shown.data != empty.data
    await site.command("price", card="tea", price=400)
    assert (await site.call("GET", STILL)).data != shown.data
    assert (await site.call("GET", f"{STILL}?lang=en")).data != shown.data
    await site.command("hide")
    assert (await site.call("GET", STILL)).data == empty.data


async def test_many_who_ask_at_once_get_the_same_picture(site: Site) -> None:
    await given_live(site.store)
    await site.command("show", card="tea")
    replies = await asyncio.gather(*(site.call("GET", STILL) for _ in range(20)))
    assert len({reply.data for reply in replies}) == 1


async def test_the_poster_comes_when_the_session_has_ended(site: Site) -> None:
    await given_live(site.store)
    await site.order(await site.viewer(), units=2)
    early = await site.call("GET", "/poster/naqu.png")
    assert (early.status, early.code) == (404, "no_poster_yet")
    await site.command("end")
    public = await site.call("GET", "/poster/naqu.png")
    assert size_of(public.data) == (1080, 1440)
    assert public.headers["Cache-Control"] == "private, no-cache"
    assert public.headers["Vary"] == "Cookie"
    crew = await site.call("GET", "/poster/naqu.png", headers=site.cookie("staff"))
    assert size_of(crew.data) == (1080, 1440)
    assert crew.data != public.data


async def test_sales_are_on_the_poster_for_all_when_the_session_says_so(site: Site) -> None:
    await given_live(site.store, public_gross=True)
    await site.command("end")
    public = await site.call("GET", "/poster/naqu.png")
    crew = await site.call("GET", "/poster/naqu.png", headers=site.cookie("staff"))
    assert crew.data == public.data


async def test_the_code_leads_to_the_public_address(open_site: OpenSite) -> None:
    pictures: list[str] = []
    for config in (Config(), Config(http=Http(public_url="https://live.example"))):
        async with open_site(config) as site:
            if not pictures:
                await given_live(site.store)
            reply = await site.call("GET", "/qr/naqu.svg")
            assert reply.headers["Content-Type"] == "image/svg+xml"
            assert reply.text.startswith("<svg")
            assert (await site.call("GET", "/qr/nope.svg")).status == 404
            pictures.append(reply.text)
    assert pictures[0] != pictures[1]


async def test_a_shared_link_has_a_picture_that_follows_the_session(site: Site) -> None:
    await given_session(site.store)
    draft = await site.call("GET", "/s/naqu/card.png")
    assert draft.status == 404
    await site.command("start")
    page = await site.call("GET", "/s/naqu", headers={"Accept-Language": "en"})
    found = re.search(r'property="og:image" content="http://[^/"]+(/[^"]+)"', page.text)
    assert found is not None
    live = await site.call("GET", found[1])
    assert size_of(live.data) == (1200, 630)
    assert live.headers["Cache-Control"] == "no-cache"
    assert (await site.call("GET", "/s/naqu/card.png?lang=zh")).data != live.data
    await site.command("end")
    assert (await site.call("GET", found[1])).data != live.data
    for path in ("/s/nobody/card.png", "/s/naqu/card.png?theme=../x"):
        assert (await site.call("GET", path)).status == 404, path
