"""Accounts over the API: links, second steps, logins that end, and who did what."""

import asyncio
import logging
from typing import Any

import pyotp
import pytest

from livesell.config import Config, Http
from livesell.domain.role import Role
from tests.support.build import given_live
from tests.web.conftest import OpenSite
from tests.web.site import PASSWORD, Reply, Site

OTHER = "barley and salt and tea"
DAY_S = 24 * 3600


async def invited(site: Site, role: str = "host") -> str:
    """The code of a new link."""
    reply = await site.as_admin("POST", "/invitations", {"role": role})
    assert reply.status == 201
    link = reply.json["link"]
    assert link.startswith(f"http://{site.host}/invite#")
    return str(link.partition("#")[2])


async def join(site: Site, code: str, name: str = "suyun", password: str = PASSWORD) -> Reply:
    return await site.api("POST", "/links/join", {"code": code, "name": name, "password": password})


async def login(site: Site, name: str = "suyun", **body: str) -> Reply:
    return await site.api(
        "POST", "/login", {"name": name, "password": PASSWORD, "want_token": True, **body}
    )


async def given_token(site: Site, name: str = "suyun", role: Role = Role.HOST) -> str:
    """Somebody with a known password, signed in."""
    await site.hire(name, role, PASSWORD)
    return str((await login(site, name)).json["token"])


async def second_step(site: Site, token: str) -> tuple[pyotp.TOTP, list[str]]:
    """Switches the second step on; gives the app and the recovery codes."""
    offered = await site.api("POST", "/account/totp", {"password": PASSWORD}, token=token)
    assert offered.status == 201
    app = pyotp.TOTP(offered.json["secret"])
    body = {"code": code_of(app, site)}
    confirmed = await site.api("POST", "/account/totp/confirm", body, token=token)
    assert confirmed.status == 200
    return app, confirmed.json["recovery"]


def code_of(app: pyotp.TOTP, site: Site) -> str:
    return app.at(site.clock() // 1000)


async def deeds(site: Site, query: str = "") -> list[dict[str, Any]]:
    reply = await site.as_admin("GET", f"/audit{query}")
    assert reply.status == 200
    found: list[dict[str, Any]] = reply.json["deeds"]
    return found


async def test_a_link_makes_one_account_in_its_role_signed_in(site: Site) -> None:
    code = await invited(site, "operator")
    looked = await site.api("POST", "/links/look", {"code": code})
    assert (looked.json["kind"], looked.json["role"]) == ("join", "operator")
    joined = await join(site, code)
    assert (joined.json["name"], joined.json["role"]) == ("suyun", "operator")
    assert "HttpOnly" in joined.headers.getall("Set-Cookie")[0]
    assert (await login(site)).status == 200
    again = await join(site, code, "zhaxi")
    assert (again.status, again.code) == (404, "bad_invitation")
    assert (await site.as_admin("GET", "/invitations")).json["invitations"] == []


async def test_two_who_use_one_link_at_once(site: Site) -> None:
    code = await invited(site)
    replies = await asyncio.gather(*(join(site, code, f"n{n}") for n in range(4)))
    assert sorted(reply.status for reply in replies) == [200, 404, 404, 404]


@pytest.mark.parametrize(
    ("name", "password", "error"),
    [
        ("Su Yun", PASSWORD, "bad_name"),
        ("cli", PASSWORD, "bad_name"),
        ("suyun", "short", "bad_password"),
        ("the-admin", PASSWORD, "person_exists"),
    ],
)
async def test_a_mistake_keeps_the_link_good(
    site: Site, name: str, password: str, error: str
) -> None:
    code = await invited(site)
    assert (await join(site, code, name, password)).code == error
    assert (await join(site, code)).status == 200


async def test_a_link_is_over_after_seven_days_and_when_it_is_withdrawn(site: Site) -> None:
    code = await invited(site)
    site.clock.advance(s=7 * DAY_S - 1)
    assert (await site.api("POST", "/links/look", {"code": code})).status == 200
    site.clock.advance(s=1)
    assert (await join(site, code)).code == "bad_invitation"
    assert (await site.as_admin("GET", "/invitations")).json["invitations"] == []
    code = await invited(site)
    (row,) = (await site.as_admin("GET", "/invitations")).json["invitations"]
    assert (await site.as_admin("DELETE", f"/invitations/{row['id']}")).status == 200
    assert (await join(site, code)).code == "bad_invitation"
    gone = await site.as_admin("DELETE", f"/invitations/{row['id']}")
    assert (gone.status, gone.code) == (404, "no_such_invitation")


async def test_a_reset_link_sets_a_password_and_lets_nobody_past_the_second_step(
    site: Site,
) -> None:
    token = await given_token(site)
    app, _ = await second_step(site, token)
    offered = await site.as_admin("POST", "/people/suyun/reset")
    code = offered.json["link"].partition("#")[2]
    assert (await join(site, code, "zhaxi")).code == "bad_invitation"
    weak = await site.api("POST", "/links/reset", {"code": code, "password": "short"})
    assert weak.code == "bad_password"
    done = await site.api("POST", "/links/reset", {"code": code, "password": OTHER})
    assert done.json == {}
    assert "Set-Cookie" not in done.headers
    assert (await site.api("GET", "/me", token=token)).code == "login_over"
    assert (await login(site)).code == "bad_login"
    assert (await login(site, password=OTHER)).code == "code_needed"
    site.clock.advance(s=30)
    assert (await login(site, password=OTHER, code=code_of(app, site))).status == 200
    again = await site.api("POST", "/links/reset", {"code": code, "password": OTHER})
    assert again.code == "bad_invitation"


async def test_an_invitation_is_no_reset_and_a_reset_for_nobody_is_refused(site: Site) -> None:
    code = await invited(site)
    reply = await site.api("POST", "/links/reset", {"code": code, "password": OTHER})
    assert reply.code == "bad_invitation"
    for name in ("nobody", "No%20Name", "%3Cb%3E"):
        assert (await site.as_admin("POST", f"/people/{name}/reset")).code == "no_such_person"


async def test_a_code_counts_once_and_only_about_now(site: Site) -> None:
    token = await given_token(site)
    app, _ = await second_step(site, token)
    used = code_of(app, site)
    assert (await login(site)).code == "code_needed"
    assert (await login(site, code=used)).code == "bad_code"
    site.clock.advance(s=30)
    fresh = code_of(app, site)
    assert (await login(site, code=f" {fresh[:3]} {fresh[3:]} ")).status == 200
    replayed = await login(site, code=fresh)
    assert (replayed.status, replayed.code) == (400, "bad_code")
    assert (await login(site, code=app.at(site.clock() // 1000 + 90))).code == "bad_code"
    assert (await login(site, code="not digits")).code == "bad_code"


async def test_a_code_that_is_sent_twice_at_once_lets_one_in(site: Site) -> None:
    token = await given_token(site)
    app, _ = await second_step(site, token)
    site.clock.advance(s=30)
    replies = await asyncio.gather(*(login(site, code=code_of(app, site)) for _ in range(4)))
    assert sorted(reply.status for reply in replies) == [200, 400, 400, 400]


async def test_wrong_codes_are_slowed_down_wherever_they_come_from(site: Site) -> None:
    token = await given_token(site)
    app, _ = await second_step(site, token)
    site.clock.advance(s=30)
    for _ in range(10):
        assert (await login(site, code="000000")).code == "bad_code"
    refused = await login(site, code=code_of(app, site))
    assert (refused.status, refused.code) == (429, "too_many_codes")
    assert (await site.api("GET", "/me", token=token)).status == 200
    site.clock.advance(s=31 * 60)
    assert (await login(site, code=code_of(app, site))).status == 200


async def test_a_recovery_code_works_once(site: Site) -> None:
    token = await given_token(site)
    _, codes = await second_step(site, token)
    assert len(codes) == 10
    assert (await login(site, code=codes[3].upper())).status == 200
    assert (await login(site, code=codes[3])).code == "bad_code"
    account = (await site.api("GET", "/account", token=token)).json
    assert (account["totp"], account["recovery_left"]) == (True, 9)


async def test_the_second_step_is_off_until_it_is_confirmed_and_needs_proof_to_end(
    site: Site,
) -> None:
    token = await given_token(site)

    async def ask(path: str, body: dict[str, str]) -> Reply:
        return await site.api("POST", f"/account/totp{path}", body, token=token)

    assert (await ask("", {"password": "not the password"})).code == "wrong_password"
    assert (await ask("/confirm", {"code": "000000"})).code == "no_second_step"
    secret = (await ask("", {"password": PASSWORD})).json["secret"]
    assert (await login(site)).status == 200
    picture = await site.api("GET", "/account/totp/picture", token=token)
    assert picture.data.startswith(b"\x89PNG")
    assert picture.headers["Cache-Control"] == "no-store"
    assert (await ask("/confirm", {"code": "000000"})).code == "bad_code"
    app = pyotp.TOTP(secret)
    assert (await ask("/confirm", {"code": code_of(app, site)})).status == 200
    gone = await site.api("GET", "/account/totp/picture", token=token)
    assert (gone.status, gone.code) == (404, "no_second_step")
    assert (await ask("", {"password": PASSWORD})).code == "second_step_on"
    site.clock.advance(s=30)
    code = code_of(app, site)
    wrong = await ask("/off", {"password": "not the password", "code": code})
    assert wrong.code == "wrong_password"
    assert (await ask("/off", {"password": PASSWORD, "code": "000000"})).code == "bad_code"
    assert (await ask("/off", {"password": PASSWORD, "code": code})).status == 200
    assert (await login(site)).status == 200


async def test_a_key_that_was_not_confirmed_is_thrown_away(site: Site) -> None:
    token = await given_token(site)
    body = {"password": PASSWORD}
    app = pyotp.TOTP((await site.api("POST", "/account/totp", body, token=token)).json["secret"])
    site.clock.advance(s=16 * 60)
    late = {"code": code_of(app, site)}
    reply = await site.api("POST", "/account/totp/confirm", late, token=token)
    assert reply.code == "no_second_step"


async def test_an_administrator_helps_somebody_whose_phone_is_gone(site: Site) -> None:
    token = await given_token(site)
    await second_step(site, token)
    assert (await site.as_admin("DELETE", "/people/suyun/totp")).status == 200
    assert (await login(site)).status == 200
    again = await site.as_admin("DELETE", "/people/suyun/totp")
    assert (again.status, again.code) == (404, "no_second_step")


async def test_another_password_goes_on_here_and_ends_all_other_logins(site: Site) -> None:
    elsewhere = await given_token(site)
    here = (await login(site)).json["token"]
    wrong = {"password": "not the password", "new_password": OTHER}
    refused = await site.api("POST", "/account/password", wrong, token=here)
    assert (refused.status, refused.code) == (400, "wrong_password")
    weak = {"password": PASSWORD, "new_password": "short"}
    assert (await site.api("POST", "/account/password", weak, token=here)).code == "bad_password"
    body = {"password": PASSWORD, "new_password": OTHER}
    done = await site.api("POST", "/account/password", body, token=here)
    cookie = done.headers["Set-Cookie"].partition(";")[0]
    assert (await site.api("GET", "/me", headers={"Cookie": cookie})).status == 200
    for token in (elsewhere, here):
        assert (await site.api("GET", "/me", token=token)).code == "login_over"


async def test_logins_are_listed_and_ended_one_by_one_and_all_others(site: Site) -> None:
    here = await given_token(site)
    browser = {"User-Agent": "Mozilla/5.0 (Linux; Android 14) Chrome/129.0"}
    body = {"name": "suyun", "password": PASSWORD, "want_token": True}
    there = (await site.api("POST", "/login", body, headers=browser)).json["token"]
    third = (await login(site)).json["token"]
    rows = (await site.api("GET", "/account", token=here)).json["logins"]
    assert [row["is_this"] for row in rows].count(True) == 1
    (phone,) = [row for row in rows if row["browser"]]
    assert (phone["browser"], phone["address"]) == ("Chrome, Android", "127.0.0.x")
    foreign = await site.as_admin("DELETE", f"/account/logins/{phone['id']}")
    assert foreign.code == "no_such_login"
    path = f"/account/logins/{phone['id']}"
    assert (await site.api("DELETE", path, token=here)).status == 200
    assert (await site.api("GET", "/me", token=there)).code == "login_over"
    assert (await site.api("DELETE", path, token=here)).code == "no_such_login"
    assert (await site.api("DELETE", "/account/logins", token=here)).status == 200
    assert (await site.api("GET", "/me", token=third)).code == "login_over"
    assert len((await site.api("GET", "/account", token=here)).json["logins"]) == 1


async def test_when_a_login_was_last_used_is_kept_to_the_minute(site: Site) -> None:
    token = await given_token(site)

    async def seen() -> str:
        return str((await site.api("GET", "/account", token=token)).json["logins"][0]["seen"])

    first = await seen()
    site.clock.advance(s=30)
    assert await seen() == first
    site.clock.advance(s=31)
    assert await seen() == "2023-11-14T22:14:21Z"


async def test_administrators_see_the_crew_and_end_anybodys_logins(site: Site) -> None:
    token = await given_token(site)
    rows = {row["name"]: row for row in (await site.as_admin("GET", "/people")).json["people"]}
    assert rows["suyun"] == {
        "name": "suyun", "role": "host", "created": "2023-11-14T22:13:20Z",
        "last_login": "2023-11-14T22:13:20Z", "totp": False, "logins": 1,
    }  # fmt: skip
    assert rows["the-staff"]["last_login"] is None
    assert (await site.as_admin("DELETE", "/people/suyun/logins")).status == 200
    assert (await site.api("GET", "/me", token=token)).code == "login_over"


async def test_the_last_administrator_stays_and_roles_are_checked(site: Site) -> None:
    for reply in (
        await site.as_admin("DELETE", "/people/the-admin"),
        await site.as_admin("PUT", "/people/the-admin/role", {"role": "staff"}),
    ):
        assert (reply.status, reply.code) == (409, "last_admin")
    for role in ("boss", "viewer", "timer", ""):
        wrong = await site.as_admin("PUT", "/people/the-host/role", {"role": role})
        assert wrong.code == "bad_role"
        assert (await site.as_admin("POST", "/invitations", {"role": role})).code == "bad_role"
    moved = await site.as_admin("PUT", "/people/the-host/role", {"role": "moderator"})
    assert moved.json == {"name": "the-host", "role": "moderator"}
    me = await site.api("GET", "/me", token=site.tokens["host"])
    assert me.json["rights"] == ["moderate", "read"]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/invitations", {"role": "admin"}),
        ("PUT", "/people/the-host/role", {"role": "staff"}),
        ("DELETE", "/people/the-host", None),
        ("POST", "/people/the-host/reset", None),
        ("POST", "/account/password", {"password": PASSWORD, "new_password": OTHER}),
        ("DELETE", "/account/logins", None),
    ],
)
async def test_another_sites_page_changes_nothing(
    site: Site, method: str, path: str, body: Any
) -> None:
    headers = {**site.cookie("admin"), "Origin": "https://evil.example"}
    reply = await site.api(method, path, body, headers=headers)
    assert (reply.status, reply.code) == (403, "foreign_origin")
    assert (await site.as_admin("GET", "/invitations")).json["invitations"] == []


async def test_a_stranger_cannot_slow_down_whoever_signed_in_here_before(
    open_site: OpenSite,
) -> None:
    config = Config(http=Http(logins_per_minute=2, trust_forwarded=True))
    async with open_site(config) as site:
        await site.hire("suyun", Role.HOST, PASSWORD)

        async def tried(address: str, cookie: str = "", password: str = PASSWORD) -> Reply:
            headers = {"X-Forwarded-For": address, **({"Cookie": cookie} if cookie else {})}
            body = {"name": "suyun", "password": password}
            return await site.api("POST", "/login", body, headers=headers)

        first = await tried("192.0.2.1")
        mark = next(
            one.partition(";")[0]
            for one in first.headers.getall("Set-Cookie")
            if one.startswith("livesell_device=")
        )
        site.clock.advance(s=60)
        for n in range(10):
            guess = await tried(f"198.51.{n}.7", password="guess")
            assert guess.code == "bad_login"
        assert (await tried("198.51.99.7", password="guess")).code == "too_many_logins"
        assert (await tried("203.0.113.9")).code == "too_many_logins"
        assert (await tried("203.0.113.9", cookie=mark)).status == 200
        forged = mark[:-3] + "000"
        assert (await tried("203.0.113.10", cookie=forged)).code == "too_many_logins"
        site.clock.advance(s=60)
        assert (await tried("203.0.113.9")).status == 200


async def test_what_is_done_is_on_record_by_whom_and_about_whom(site: Site) -> None:
    await join(site, await invited(site))
    await login(site, password="not the password")
    await login(site, "a typed password")
    await site.as_admin("PUT", "/people/suyun/role", {"role": "staff"})
    token = (await login(site)).json["token"]
    await site.api("POST", "/logout", token=token)
    await site.as_admin("DELETE", "/people/suyun")
    found = [(one["did"], one["by"], one["about"]) for one in await deeds(site)]
    assert found == [
        ("person_removed", "the-admin", "suyun"),
        ("logout", "suyun", "suyun"),
        ("login", "suyun", "suyun"),
        ("role_changed", "the-admin", "suyun"),
        ("login_failed", "", ""),
        ("login_failed", "", "suyun"),
        ("joined", "suyun", "suyun"),
        ("invited", "the-admin", ""),
    ]
    assert [one["did"] for one in await deeds(site, "?by=suyun&did=login")] == ["login"]


async def test_a_flood_of_wrong_passwords_is_one_entry_a_minute(site: Site) -> None:
    for _ in range(20):
        await login(site, "the-host", password="guess")
    assert len(await deeds(site, "?did=login_failed")) == 1
    site.clock.advance(s=60)
    await login(site, "the-host", password="guess")
    assert len(await deeds(site, "?did=login_failed")) == 2


async def test_a_session_brings_its_ledger_and_its_exports(site: Site) -> None:
    await given_live(site.store, owner="the-admin")
    await site.command("notice", text="今晚八点")
    site.clock.advance(s=1)
    await site.as_admin("GET", "/sessions/naqu/orders.csv")
    site.clock.advance(s=1)
    await site.as_admin("DELETE", "/sessions/naqu/viewers/v1/details")
    found = await deeds(site, "?session=naqu")
    assert [one["did"] for one in found[:2]] == ["details_erased", "orders_exported"]
    by_admin = await deeds(site, "?session=naqu&by=the-admin")
    assert len(by_admin) == 3
    unknown = await site.as_admin("GET", "/audit?session=nope")
    assert (unknown.status, unknown.code) == (404, "no_such_session")


@pytest.mark.parametrize("session", ["", "naqu"])
async def test_every_page_of_the_record_is_read_once(site: Site, session: str) -> None:
    await given_live(site.store)
    for n in range(7):
        site.clock.advance(s=1)
        await site.store.audit.note(
            by="miao", did="tested", about="naqu", now_ms=site.clock(), data={"n": n}
        )
    found, before = [], ""
    while True:
        query = f"?did=tested&limit=3&session={session}&before={before}"
        reply = (await site.as_admin("GET", f"/audit{query}")).json
        found += [one["data"]["n"] for one in reply["deeds"]]
        before = reply["next"]
        if not before:
            break
    assert found == [6, 5, 4, 3, 2, 1, 0]
    for wrong in ("x", "1-", "-", "1-1-1", "９"):
        refused = await site.as_admin("GET", f"/audit?session={session}&before={wrong}")
        assert refused.status == 400


async def test_the_record_as_a_spreadsheet_runs_no_formula(site: Site) -> None:
    await site.store.audit.note(
        by="=cmd()", did="tested", about="@x", now_ms=site.clock(), data={"n": "=1+1"}
    )
    reply = await site.as_admin("GET", "/audit.csv?did=tested")
    assert reply.data.startswith(b"\xef\xbb\xbf")
    assert "'=cmd()" in reply.text
    assert "'@x" in reply.text
    assert reply.text.splitlines()[1].startswith("2023-11-14T22:13:20Z,")


async def test_no_secret_reaches_the_log_the_record_or_the_store(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    code = await invited(site)
    await join(site, code)
    token = (await login(site)).json["token"]
    app, recovery = await second_step(site, token)
    site.clock.advance(s=30)
    used = code_of(app, site)
    await login(site, code=used)
    await login(site, code=recovery[0])
    wrong = await login(site, "a typed password", password="another typed password")
    assert wrong.code == "bad_login"
    record = str(await deeds(site))
    links = str(await site.store.invitations.list()) + str(await site.store.factors.find("suyun"))
    assert "path=/api/v1/links/join" in caplog.text
    for secret in (code, token, PASSWORD, app.secret, used, recovery[0], "typed password"):
        assert secret not in caplog.text
        assert secret not in record
    for secret in (code, recovery[0]):
        assert secret not in links
