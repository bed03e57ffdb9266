"""A login in a cookie counts only for requests that our own pages send."""

import pytest

from livesell.config import Config, Http
from livesell.domain.role import Role
from tests.support.build import given_live
from tests.web.conftest import OpenSite
from tests.web.site import Site

END = {"command": {"do": "end"}}
PATH = "/sessions/naqu/commands"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "http://127.0.0.1.evil.example"},
        {"Origin": "http://["},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"},
    ],
)
async def test_a_cookie_with_a_foreign_or_missing_origin_changes_nothing(
    site: Site, headers: dict[str, str]
) -> None:
    await given_live(site.store)
    before = await site.store.sessions.pull("naqu", site.clock())
    reply = await site.api("POST", PATH, END, headers={**site.cookie("host"), **headers})
    assert (reply.status, reply.code) == (403, "foreign_origin")
    assert await site.store.sessions.pull("naqu", site.clock()) == before


async def test_a_cookie_from_our_own_page_works(site: Site) -> None:
    await given_live(site.store)
    own = {"Origin": f"http://{site.host}"}
    reply = await site.api("POST", PATH, END, headers={**site.cookie("host"), **own})
    assert reply.status == 200


async def test_a_browser_that_sends_no_origin_says_where_the_request_came_from(
    site: Site,
) -> None:
    await given_live(site.store)
    headers = {**site.cookie("host"), "Sec-Fetch-Site": "same-origin"}
    assert (await site.api("POST", PATH, END, headers=headers)).status == 200


async def test_reading_needs_no_origin(site: Site) -> None:
    reply = await site.api("GET", "/me", headers=site.cookie("staff"))
    assert (reply.json["name"], reply.json["rights"]) == ("the-staff", ["read", "settle"])


async def test_a_bearer_login_needs_no_origin(site: Site) -> None:
    await given_live(site.store)
    assert (await site.api("POST", PATH, END, token=site.tokens["host"])).status == 200


async def test_the_public_address_is_an_own_origin(open_site: OpenSite) -> None:
    config = Config(http=Http(public_url="https://live.example/"))
    async with open_site(config) as site:
        site.tokens = {"host": await site.hire("h", Role.HOST)}
        await given_live(site.store)
        own = {"Origin": "https://live.example"}
        reply = await site.api("POST", PATH, END, headers={**site.cookie("host"), **own})
        assert reply.status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://live.example"},
        {"Origin": "http://shop.example", "Host": "shop.example", "X-Forwarded-Proto": "https"},
    ],
)
async def test_behind_tls_a_page_without_it_is_foreign(
    open_site: OpenSite, headers: dict[str, str]
) -> None:
    config = Config(http=Http(public_url="https://live.example", trust_forwarded=True))
    async with open_site(config) as site:
        site.tokens = {"host": await site.hire("h", Role.HOST)}
        await given_live(site.store)
        reply = await site.api("POST", PATH, END, headers={**site.cookie("host"), **headers})
        assert (reply.status, reply.code) == (403, "foreign_origin")


async def test_a_foreign_page_cannot_sign_a_browser_in(site: Site) -> None:
    await site.hire("ada", Role.ADMIN, "correct horse battery")
    body = {"name": "ada", "password": "correct horse battery"}
    reply = await site.api("POST", "/login", body, headers={"Origin": "https://evil.example"})
    assert reply.code == "foreign_origin"
    assert "Set-Cookie" not in reply.headers


async def test_a_stale_cookie_does_not_keep_a_browser_from_signing_in(site: Site) -> None:
    await site.hire("ada", Role.ADMIN, "correct horse battery")
    body = {"name": "ada", "password": "correct horse battery"}
    stale = {"Cookie": "livesell_login=gone"}
    assert (await site.api("POST", "/login", body, headers=stale)).status == 200
