"""Tokens: who gets one, for how long, and where its socket goes."""

import pytest

from livesell import auth
from livesell.config import Config, Http, Push
from livesell.domain.role import Role
from tests.support.build import given_live
from tests.web.conftest import OpenSite
from tests.web.site import PUSH_PORT, SECRET, Site


async def test_anyone_becomes_a_viewer(site: Site) -> None:
    reply = await site.api("POST", "/viewers", {"name": "卓玛"})
    assert reply.status == 201
    found = auth.read(SECRET, reply.json["token"], site.clock())
    assert (found.role, found.name, found.viewer) == (
        Role.VIEWER,
        "卓玛",
        reply.json["viewer"],
    )
    assert reply.json["expires"] == "2023-11-15T22:13:20Z"
    assert reply.json["push"] == f"ws://127.0.0.1:{PUSH_PORT}"


async def test_no_body_is_needed(site: Site) -> None:
    assert (await site.api("POST", "/viewers")).status == 201


async def test_the_old_token_keeps_the_viewer_and_begins_a_visit(site: Site) -> None:
    first = (await site.api("POST", "/viewers", {"name": "卓玛"})).json
    again = (await site.api("POST", "/viewers", token=first["token"])).json
    assert again["viewer"] == first["viewer"]
    one, two = (auth.read(SECRET, each["token"], site.clock()) for each in (first, again))
    assert one.visit != two.visit
    assert two.name == "卓玛"


async def test_a_token_that_is_no_good_any_more_makes_a_new_viewer(site: Site) -> None:
    first = (await site.api("POST", "/viewers")).json
    site.clock.advance(s=24 * 3600)
    for old in (first["token"], "not.a.token", site.minted(Role.STAFF, viewer="the-admin")):
        reply = await site.api("POST", "/viewers", token=old)
        assert reply.status == 201
        assert reply.json["viewer"] not in (first["viewer"], "the-admin")


async def test_an_overlay_says_what_it_is(site: Site) -> None:
    reply = await site.api("POST", "/viewers", {"as": "overlay"})
    assert auth.read(SECRET, reply.json["token"], site.clock()).role is Role.OVERLAY
    crew = await site.api("POST", "/viewers", {"as": "staff"})
    assert crew.status == 400
    assert "as" in crew.json["error"]["fields"]


async def test_the_crews_pass_is_short_and_for_one_session(site: Site) -> None:
    await given_live(site.store)
    reply = await site.api("POST", "/sessions/naqu/pass", token=site.tokens["staff"])
    found = auth.read(SECRET, reply.json["token"], site.clock())
    assert (found.role, found.session, found.viewer) == (Role.STAFF, "naqu", "the-staff")
    # By these it ends with the login, and with the role.
    assert (found.login, found.held_as) == (auth.digest(site.tokens["staff"]), "staff")
    assert reply.json["expires"] == "2023-11-14T22:23:20Z"
    unknown = await site.as_admin("POST", "/sessions/nope/pass")
    assert unknown.code == "no_such_session"


@pytest.mark.parametrize(
    ("config", "headers", "push"),
    [
        (Config(), {"Host": "shop.example:8080"}, f"ws://shop.example:{PUSH_PORT}"),
        (Config(), {"Host": "[::1]:8080"}, f"ws://[::1]:{PUSH_PORT}"),
        (Config(), {"Host": "a b;c"}, f"ws://localhost:{PUSH_PORT}"),
        (Config(), {"X-Forwarded-Proto": "https"}, f"ws://127.0.0.1:{PUSH_PORT}"),
        (
            Config(http=Http(trust_forwarded=True)),
            {"Host": "shop.example", "X-Forwarded-Proto": "https"},
            f"wss://shop.example:{PUSH_PORT}",
        ),
        (Config(push=Push(public_url="wss://push.example/x/")), {}, "wss://push.example/x"),
    ],
)
async def test_where_the_socket_goes(
    open_site: OpenSite, config: Config, headers: dict[str, str], push: str
) -> None:
    async with open_site(config) as site:
        reply = await site.api("POST", "/viewers", headers=headers)
        assert reply.json["push"] == push


async def test_an_address_that_asks_too_often_waits(open_site: OpenSite) -> None:
    async with open_site(Config(http=Http(requests_per_minute=2, trust_forwarded=True))) as site:
        near, far = ({"X-Forwarded-For": f"6.6.6.6, 10.0.0.{n}"} for n in (1, 2))
        for _ in range(2):
            assert (await site.api("POST", "/viewers", headers=near)).status == 201
        refused = await site.api("POST", "/viewers", headers=near)
        assert (refused.status, refused.code) == (429, "too_many_requests")
        assert refused.headers["Retry-After"] == "30"
        assert (await site.api("POST", "/viewers", headers=far)).status == 201
        host = await site.hire("h", Role.HOST)
        assert (await site.api("GET", "/me", token=host, headers=near)).status == 200
        site.clock.advance(s=30)
        assert (await site.api("POST", "/viewers", headers=near)).status == 201
