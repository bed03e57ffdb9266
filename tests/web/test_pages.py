"""Pages: each at its address, for whom it is meant, with the headers that keep it to itself."""

import re

import pytest

from livesell.config import Config, Http, Push
from livesell.web.pages import PAGES, is_local
from tests.support.build import given_live, given_session
from tests.web.conftest import OpenSite
from tests.web.site import PUSH_PORT, Site

HTML = {"Accept": "text/html,application/xhtml+xml"}
ADDRESSES = [page.path.format(session="naqu", order="any") for page in PAGES] + ["/login"]
FOR_CREW = [page.path.format(session="naqu", order="any") for page in PAGES if page.is_for_crew]


def policy_of(header: str) -> dict[str, str]:
    parts = (part.strip().partition(" ") for part in header.split(";"))
    return {name: value for name, _, value in parts}


@pytest.mark.parametrize("address", ADDRESSES)
async def test_a_page_is_whole_and_keeps_to_itself(site: Site, address: str) -> None:
    await given_live(site.store)
    cookie = {} if address == "/login" else site.cookie("staff")
    reply = await site.call("GET", address, headers={**HTML, **cookie})
    assert reply.status == 200
    assert reply.headers["Content-Type"] == "text/html; charset=utf-8"
    is_of_the_moment = address == "/s/naqu"
    assert reply.headers["Cache-Control"] == ("no-store" if is_of_the_moment else "no-cache")
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert reply.headers["Referrer-Policy"] == "no-referrer"
    assert reply.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in reply.headers["Permissions-Policy"]
    policy = policy_of(reply.headers["Content-Security-Policy"])
    assert policy["default-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert policy["base-uri"] == "'none'"
    assert policy["form-action"] == "'self'"
    assert policy["connect-src"] == f"'self' ws://127.0.0.1:{PUSH_PORT}"
    assert policy["frame-src"] == "https:"
    assert "unsafe" not in reply.headers["Content-Security-Policy"]
    assert "{{" not in reply.text


@pytest.mark.parametrize("address", ADDRESSES)
async def test_everything_that_a_page_names_is_there(site: Site, address: str) -> None:
    await given_live(site.store)
    cookie = {} if address == "/login" else site.cookie("staff")
    page = await site.call("GET", address, headers={**HTML, **cookie})
    named = set(re.findall(r'(?:src|href)="(/assets/[^"]+)"', page.text))
    assert named
    for path in named:
        assert (await site.call("GET", path)).status == 200, path
    text = re.sub(r'<script type="application/json" id="\w+">[^<]*</script>', "", page.text)
    assert not re.search(r"<script(?![^>]*\bsrc=)|\son\w+=|\sstyle=|<style", text)


@pytest.mark.parametrize("address", FOR_CREW)
async def test_a_page_of_the_crew_leads_to_the_login_and_back(site: Site, address: str) -> None:
    await given_live(site.store)
    reply = await site.call("GET", address, headers=HTML)
    assert (reply.status, reply.headers["Location"]) == (303, f"/login?next={address}")
    token = await site.viewer()
    assert (await site.call("GET", address, token=token)).status == 303
    gone = {"Cookie": "livesell_login=gone"}
    assert (await site.call("GET", address, headers=gone)).status == 303
    back = await site.call("GET", f"/login?next={address}", headers=site.cookie("host"))
    assert (back.status, back.headers["Location"]) == (303, address)


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "/%09/evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "/@evil",
        "evil",
    ],
)
async def test_the_login_leads_to_no_other_site(site: Site, target: str) -> None:
    query = {"next": target}
    async with site.client.get("/login", params=query, allow_redirects=False) as reply:
        assert (reply.status, reply.headers["Location"]) == (303, "/login")
    headers = site.cookie("host")
    async with site.client.get(
        "/login", params=query, headers=headers, allow_redirects=False
    ) as reply:
        assert (reply.status, reply.headers["Location"]) == (303, "/console")


def test_what_is_local() -> None:
    assert all(map(is_local, ("/", "/console", "/console/naqu-1", "/staff/naqu?lang=en&x=%20")))


async def test_an_unknown_session_is_a_page_that_says_so(site: Site) -> None:
    await given_session(site.store)
    for address in ("/s/nope", "/s/naqu", "/s/%00", "/nothing", "/s/"):
        reply = await site.call("GET", address, headers=HTML)
        assert reply.status == 404, address
        assert reply.headers["Content-Type"] == "text/html; charset=utf-8"
        assert "/not-found.css" in reply.text
        assert "default-src 'self'" in reply.headers["Content-Security-Policy"]
    crew = await site.call("GET", "/console/nope", headers={**HTML, **site.cookie("host")})
    assert crew.status == 404
    plain = await site.call("GET", "/s/nope", headers={"Accept": "application/json"})
    assert plain.code == "no_such_session"


async def test_the_crew_previews_a_draft(site: Site) -> None:
    await given_session(site.store)
    reply = await site.call("GET", "/s/naqu", headers={**HTML, **site.cookie("staff")})
    assert reply.status == 200


async def test_a_page_may_open_the_public_push_address(open_site: OpenSite) -> None:
    config = Config(
        http=Http(public_url="https://live.example"),
        push=Push(public_url="wss://push.example/push"),
    )
    async with open_site(config) as site:
        reply = await site.call("GET", "/", headers=HTML)
        policy = policy_of(reply.headers["Content-Security-Policy"])
        # Not its path: without a slash at the end that would allow this one address alone.
        assert policy["connect-src"] == "'self' wss://push.example"


async def test_an_odd_host_header_reaches_no_header_of_ours(site: Site) -> None:
    for host in ("evil.example; script-src *", "a'b", "x" * 300, "[::1", ""):
        reply = await site.call("GET", "/", headers={**HTML, "Host": host})
        if reply.status == 200:
            policy = policy_of(reply.headers["Content-Security-Policy"])
            assert policy["connect-src"] == f"'self' ws://localhost:{PUSH_PORT}"
            assert "script-src" not in policy


async def test_every_answer_of_any_kind_has_the_common_headers(site: Site) -> None:
    for path in ("/healthz", "/metrics", "/api/v1/me", "/api/v1/nope", "/favicon.ico", "/nope"):
        reply = await site.call("GET", path)
        assert reply.headers["X-Content-Type-Options"] == "nosniff", path
        assert "default-src 'none'" in reply.headers["Content-Security-Policy"] or path == "/nope"
        assert reply.headers["Server"] == "livesell"
