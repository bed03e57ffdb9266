"""Signing in, the cookie that keeps it, and the set-up of the first administrator."""

from http.cookies import SimpleCookie

from livesell.actions.people import Crew
from livesell.config import Auth, Config, Http
from livesell.domain.role import Right, Role
from tests.web.conftest import OpenSite
from tests.web.site import PASSWORD, Reply, Site

ADA = {"name": "ada", "password": PASSWORD}
ADA_IS = {"name": "ada", "role": "admin", "rights": sorted(Right)}


def cookie_of(reply: Reply) -> SimpleCookie:
    return SimpleCookie(reply.headers["Set-Cookie"])


async def test_a_login_is_kept_in_a_cookie_that_no_script_can_read(site: Site) -> None:
    await site.hire("ada", Role.ADMIN, PASSWORD)
    reply = await site.api("POST", "/login", ADA)
    assert reply.json == ADA_IS
    morsel = cookie_of(reply)["livesell_login"]
    assert morsel["httponly"] is True
    assert morsel["samesite"] == "Strict"
    assert morsel["path"] == "/"
    assert morsel["max-age"] == str(12 * 3600)
    assert morsel["domain"] == ""
    assert morsel["secure"] == ""
    me = await site.api("GET", "/me", headers={"Cookie": f"livesell_login={morsel.value}"})
    assert me.json == ADA_IS


async def test_behind_tls_the_cookie_is_secure(open_site: OpenSite) -> None:
    async with open_site(Config(http=Http(trust_forwarded=True))) as site:
        await site.hire("ada", Role.ADMIN, PASSWORD)
        forwarded = {"X-Forwarded-Proto": "https"}
        reply = await site.api("POST", "/login", ADA, headers=forwarded)
        assert cookie_of(reply)["livesell_login"]["secure"] is True


async def test_a_forwarded_scheme_from_a_stranger_is_not_believed(site: Site) -> None:
    await site.hire("ada", Role.ADMIN, PASSWORD)
    reply = await site.api("POST", "/login", ADA, headers={"X-Forwarded-Proto": "https"})
    assert cookie_of(reply)["livesell_login"]["secure"] == ""


async def test_a_program_gets_the_login_in_the_answer_when_it_asks(site: Site) -> None:
    await site.hire("ada", Role.ADMIN, PASSWORD)
    reply = await site.api("POST", "/login", {**ADA, "want_token": True})
    me = await site.api("GET", "/me", token=reply.json["token"])
    assert me.json == ADA_IS


async def test_an_unknown_name_and_a_wrong_password_get_the_same_answer(site: Site) -> None:
    await site.hire("ada", Role.ADMIN, PASSWORD)
    wrong = await site.api("POST", "/login", {"name": "ada", "password": "not the password"})
    unknown = await site.api("POST", "/login", {"name": "eve", "password": "not the password"})
    assert (wrong.status, wrong.code) == (401, "bad_login")
    assert unknown.json == wrong.json
    assert "Set-Cookie" not in wrong.headers


async def test_logging_out_ends_the_login_and_takes_the_cookie_away(site: Site) -> None:
    headers = {**site.cookie("host"), "Origin": f"http://{site.host}"}
    reply = await site.api("POST", "/logout", headers=headers)
    assert reply.json == {}
    assert cookie_of(reply)["livesell_login"]["max-age"] == "0"
    after = await site.api("GET", "/me", headers=site.cookie("host"))
    assert (after.status, after.code) == (401, "login_over")


async def test_guessing_is_slowed_down_for_that_account_and_address_alone(
    open_site: OpenSite,
) -> None:
    async with open_site(Config(http=Http(logins_per_minute=3))) as site:
        await site.hire("ada", Role.ADMIN, PASSWORD)
        wrong = {"name": "ada", "password": "not the password"}
        for _ in range(3):
            assert (await site.api("POST", "/login", wrong)).code == "bad_login"
        refused = await site.api("POST", "/login", ADA)
        assert (refused.status, refused.code) == (429, "too_many_logins")
        assert refused.headers["Retry-After"] == "20"
        assert (await site.api("POST", "/login", {**wrong, "name": "bob"})).code == "bad_login"
        site.clock.advance(s=20)
        assert (await site.api("POST", "/login", ADA)).status == 200


async def test_one_address_cannot_try_many_accounts(open_site: OpenSite) -> None:
    async with open_site(Config(http=Http(logins_per_minute=1))) as site:
        codes = [
            (await site.api("POST", "/login", {"name": f"n{n}", "password": "x"})).code
            for n in range(6)
        ]
        assert codes == ["bad_login"] * 5 + ["too_many_logins"]


async def test_the_set_up_code_makes_one_administrator_once(open_site: OpenSite) -> None:
    async with open_site(Config()) as site:
        crew = Crew(site.store, site.clock, Auth())
        code = await crew.offer_setup()
        wrong = await site.api("POST", "/setup", {**ADA, "code": "wrong"})
        assert (wrong.status, wrong.code) == (401, "bad_setup")
        done = await site.api("POST", "/setup", {**ADA, "code": code})
        assert done.json == ADA_IS
        cookie = cookie_of(done)["livesell_login"].value
        me = await site.api("GET", "/me", headers={"Cookie": f"livesell_login={cookie}"})
        assert me.json["role"] == "admin"
        again = await site.api("POST", "/setup", {**ADA, "name": "eve", "code": code})
        assert (again.status, again.code) == (409, "already_set_up")


async def test_a_weak_password_at_set_up_says_what_a_password_needs(
    open_site: OpenSite,
) -> None:
    async with open_site(Config()) as site:
        code = await Crew(site.store, site.clock, Auth()).offer_setup()
        body = {"name": "ada", "password": "short", "code": code}
        reply = await site.api("POST", "/setup", body)
        assert reply.status == 400
        assert "10 to 256 characters" in reply.json["error"]["fields"]["password"]
        assert (await site.api("POST", "/setup", {**ADA, "code": code})).status == 200


async def test_odd_cookies_and_tokens_are_nobody(site: Site) -> None:
    for value in ("x" * 5000, "a" * 129, "é", "a=b", '"'):
        reply = await site.api("GET", "/me", headers={"Cookie": f"livesell_login={value}"})
        assert reply.status == 401
    for header in ("Basic YTpi", "Bearer", "Bearer é", "Bearer a.b.c", "Bearer " + "x" * 4000):
        reply = await site.api("GET", "/me", headers={"Authorization": header})
        assert reply.status == 401
