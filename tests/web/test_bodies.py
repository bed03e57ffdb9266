"""Bad input gets a clear sentence at its field and the right status, and changes nothing."""

import gzip
from typing import Any

import pytest

from livesell.config import Config, Http
from tests.support.build import given_live
from tests.web.conftest import OpenSite
from tests.web.site import Site

SESSION: dict[str, Any] = {"title": "那曲专场", "host": "苗伟伦"}


@pytest.mark.parametrize(
    ("body", "field", "part"),
    [
        ({"host": "h"}, "title", "is missing"),
        ({**SESSION, "tilte": "x"}, "tilte", "Did you mean title?"),
        ({**SESSION, "title": 5}, "title", "has to be text"),
        ({**SESSION, "title": "<b>x</b>"}, "title", "markup"),
        ({**SESSION, "title": "a\u0000b"}, "title", "control characters"),
        ({**SESSION, "title": "\u202egnp"}, "title", "control characters"),
        ({**SESSION, "title": "x" * 81}, "title", "80 is the most"),
        ({**SESSION, "id": "Not A Slug"}, "id", "a-z, 0-9 and hyphens"),
        ({**SESSION, "zone": "Mars/Olympus"}, "zone", "is not known"),
        ({**SESSION, "currency": "XXX"}, "currency", "is not known"),
        ({**SESSION, "video": "javascript:alert(1)"}, "video", "https://"),
        ({**SESSION, "cover": "//evil.example/x.png"}, "cover", "single /"),
        ({**SESSION, "grace_s": 1.5}, "grace_s", "a whole number"),
        ({**SESSION, "grace_s": 10**30}, "grace_s", "from 0 to 86400"),
        ({**SESSION, "public_gross": "yes"}, "public_gross", "true or false"),
        ({**SESSION, "planned_start": "tomorrow"}, "planned_start", "2026-06-27T12:00:00Z"),
        ({**SESSION, "planned_start": "2026-06-27T12:00:00"}, "planned_start", "with its zone"),
        ({**SESSION, "planned_start": "2026-06-27T12:00:00Z"}, "planned_end", "Give both"),
        ({**SESSION, "cards": "tea"}, "cards", "a list"),
        ({**SESSION, "cards": [{"title": "茶"}]}, "cards[0].price", "is missing"),
        ({**SESSION, "cards": [{"title": "茶", "price": "5"}]}, "cards[0].price", "whole number"),
        ({**SESSION, "cards": [{"title": "茶", "price": -1}]}, "cards[0].price", "minor units"),
        ({**SESSION, "cards": [{"title": "茶", "price": 1, "stock": -1}]}, "cards[0].stock", "0"),
        ({**SESSION, "cards": [{"title": "茶", "price": 1, "id": "A"}]}, "cards[0].id", "a-z"),
        (
            {**SESSION, "cards": [{"title": "茶", "price": 1, "pirce": 1}]},
            "cards[0].pirce",
            "price",
        ),
        (
            {**SESSION, "cards": [{"title": "茶", "price": 1, "slot": 1}] * 2},
            "slot",
            "Slot number 1 is taken",
        ),
        ({**SESSION, "cards": [{"title": "茶", "price": 1, "was": 1}]}, "cards[0].was", "higher"),
        ({**SESSION, "cards": [{"title": "茶", "price": 1, "pack": 0}]}, "cards[0].pack", "pack"),
        (
            {**SESSION, "cards": [{"title": "茶", "price": 1, "of": "x", "stock": 1}]},
            "cards[0].stock",
            "draws on the stock of x",
        ),
        ({**SESSION, "cards": [{"title": "茶", "price": 1, "of": "x"}]}, "of", "no card x"),
        (
            {**SESSION, "cards": [{"title": "茶", "price": 1, "gifts": [{"crad": "x"}]}]},
            "cards[0].gifts[0].crad",
            "Did you mean card?",
        ),
        ({**SESSION, "cover": "https://"}, "cover", "names no host"),
        (
            {
                **SESSION,
                "planned_start": "9999-12-31T20:00:00Z",
                "planned_end": "9999-12-31T21:00:00Z",
            },
            "planned_start",
            "before the year 9999",
        ),
    ],
)
async def test_a_wrong_field_is_named_in_words(
    site: Site, body: dict[str, Any], field: str, part: str
) -> None:
    reply = await site.as_admin("POST", "/sessions", body)
    assert reply.status == 400
    error = reply.json["error"]
    assert list(error["fields"]) == [field]
    assert part in error["fields"][field]
    assert error["fields"][field] in error["message"]
    assert "`" not in error["message"]
    assert await site.store.sessions.list() == []


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"{", "bad_json"),
        (b"{'title': 1}", "bad_json"),
        (b'{"title": "\xff\xfe", "host": "h"}', "bad_json"),
        (b'{"title": "\\ud800x", "host": "h"}', "bad_json"),
        (b"\x00\x01\x02", "bad_json"),
        (b"[]", "bad_input"),
        (b"null", "bad_input"),
        (b'"text"', "bad_input"),
        (b"", "bad_input"),
    ],
)
async def test_what_is_no_json_object_is_refused(site: Site, data: bytes, code: str) -> None:
    reply = await site.as_admin("POST", "/sessions", data=data)
    assert (reply.status, reply.code) == (400, code)


async def test_a_compressed_body_is_refused_unopened(site: Site) -> None:
    for data in (b"no gzip", gzip.compress(b'{"name": "x"}')):
        reply = await site.api("POST", "/viewers", data=data, headers={"Content-Encoding": "gzip"})
        assert (reply.status, reply.code) == (400, "bad_json")


async def test_a_contact_with_a_mistyped_field_is_not_lost(site: Site) -> None:
    await given_live(site.store)
    body = {"card": "tea", "units": 1, "price": 500, "contact": {"phon": "139"}}
    headers = {"Idempotency-Key": "tap"}
    token = await site.viewer()
    reply = await site.api("POST", "/sessions/naqu/orders", body, token=token, headers=headers)
    assert reply.status == 400
    assert "Did you mean phone?" in reply.json["error"]["fields"]["contact.phon"]


async def test_a_key_with_blanks_is_told_what_it_may_hold(site: Site) -> None:
    await given_live(site.store)
    body = {"card": "tea", "units": 1, "price": 500}
    headers = {"Idempotency-Key": "a b"}
    token = await site.viewer()
    reply = await site.api("POST", "/sessions/naqu/orders", body, token=token, headers=headers)
    assert reply.status == 400
    assert "without spaces" in reply.json["error"]["fields"]["Idempotency-Key"]


async def test_endless_nesting_is_refused(site: Site) -> None:
    await given_live(site.store)
    reply = await site.api(
        "POST",
        "/sessions/naqu/orders",
        data=b'{"card":' + b"[" * 200_000,
        token=await site.viewer(),
        headers={"Idempotency-Key": "tap"},
    )
    assert (reply.status, reply.code) == (400, "bad_json")


async def test_another_content_type_is_refused(site: Site) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        reply = await site.as_admin("POST", "/sessions", data=b"{}", headers={"Content-Type": kind})
        assert (reply.status, reply.code) == (400, "not_json")


async def test_a_body_beyond_the_limit_is_refused(open_site: OpenSite) -> None:
    async with open_site(Config(http=Http(max_body_bytes=2048))) as site:
        body = {"name": "x" * 4096}
        reply = await site.api("POST", "/viewers", body)
        assert (reply.status, reply.code) == (413, "too_large")
        assert "2048 bytes" in reply.json["error"]["message"]


@pytest.mark.parametrize(
    ("command", "field", "part"),
    [
        ({"do": "shw", "card": "tea"}, "command.do", "Did you mean show?"),
        ({"card": "tea"}, "command.do", "is missing"),
        ({"do": "show"}, "command.card", "is missing"),
        ({"do": "notice", "txt": "hello"}, "command.txt", "Did you mean text?"),
        ({"do": "restock", "card": "tea", "units": 1.5}, "command.units", "a whole number"),
        ({"do": "price", "card": "tea", "price": -1}, "price", "from 0 to"),
        ({"do": "extend", "planned_end": 5}, "command.planned_end", "a time such as"),
        ({"do": "notice", "text": "<script>"}, "notice", "markup"),
        ({"do": "reorder", "rundown": []}, "rundown", "exactly once"),
    ],
)
async def test_a_wrong_command_is_explained(
    site: Site, command: dict[str, Any], field: str, part: str
) -> None:
    await given_live(site.store)
    before = await site.store.sessions.pull("naqu", site.clock())
    reply = await site.as_admin("POST", "/sessions/naqu/commands", {"command": command})
    assert reply.status == 400
    assert part in reply.json["error"]["fields"][field]
    assert await site.store.sessions.pull("naqu", site.clock()) == before


async def test_a_query_is_checked_like_a_body(site: Site) -> None:
    await given_live(site.store)
    for query, field in (("limit=0", "limit"), ("after=x", "after"), ("aftr=1", "aftr")):
        reply = await site.as_admin("GET", f"/sessions/naqu/orders?{query}")
        assert reply.status == 400
        assert field in reply.json["error"]["fields"]


async def test_unknown_addresses_and_methods_answer_in_json(site: Site) -> None:
    unknown = await site.api("GET", "/nothing-here")
    assert (unknown.status, unknown.code) == (404, "no_such_address")
    wrong = await site.api("PUT", "/login")
    assert (wrong.status, wrong.code) == (405, "method_not_allowed")
    assert wrong.headers["Allow"] == "POST"
    assert wrong.headers["Content-Type"].startswith("application/json")


@pytest.mark.parametrize("session", ["nope", "A", "..", "%2e%2e", "%00", "%FF", "a%2Fb", "x" * 300])
async def test_a_session_that_cannot_be_is_simply_not_there(site: Site, session: str) -> None:
    reply = await site.as_admin("GET", f"/sessions/{session}/stats")
    assert reply.status == 404
