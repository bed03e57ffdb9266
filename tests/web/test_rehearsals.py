"""Rehearsals over HTTP: to a stranger there is none, whatever is asked."""

from typing import Any

import pytest

from livesell.domain.role import Role
from tests.support.build import NOW_MS, given_session
from tests.web.site import Reply, Site

HOUR_MS = 3_600_000


@pytest.fixture
async def rehearsal(site: Site) -> dict[str, Any]:
    """The rehearsal of "naqu", on air."""
    await given_session(
        site.store, owner="the-host", planned_start_ms=NOW_MS + HOUR_MS,
        planned_end_ms=NOW_MS + 2 * HOUR_MS,
    )  # fmt: skip
    answer = await site.as_admin("POST", "/sessions/naqu/rehearsal", {"live": True})
    assert answer.status == 201
    return dict(answer.json["rehearsal"])


def invitation_of(rehearsal: dict[str, Any]) -> str:
    return str(rehearsal["link"].partition("#")[2])


async def accepted(site: Site, rehearsal: dict[str, Any]) -> dict[str, str]:
    """The header that a browser sends that has accepted the invitation."""
    body = {"invitation": invitation_of(rehearsal)}
    answer = await site.api("POST", "/rehearsals/visit", body)
    assert answer.json == {"session": rehearsal["id"]}
    return {"Cookie": answer.headers["Set-Cookie"].partition(";")[0]}


def addresses(session: str) -> list[tuple[str, str]]:
    """Everything that somebody without a login may otherwise open."""
    order = "3f2a1c4e-0000-4000-8000-000000000000"
    return [
        ("GET", f"/s/{session}"),
        ("GET", f"/s/{session}/orders/{order}"),
        ("GET", f"/overlay/{session}/lower-third"),
        ("GET", f"/overlay/{session}/lower-third.png"),
        ("GET", f"/poster/{session}.png"),
        ("GET", f"/qr/{session}.svg"),
        ("GET", f"/api/v1/sessions/{session}"),
        ("GET", f"/api/v1/sessions/{session}/cards"),
        ("GET", f"/api/v1/sessions/{session}/waitlist"),
        ("GET", f"/api/v1/sessions/{session}/orders"),
        ("GET", f"/api/v1/sessions/{session}/orders/{order}"),
        ("GET", f"/api/v1/sessions/{session}/details"),
        ("PUT", f"/api/v1/sessions/{session}/details"),
        ("DELETE", f"/api/v1/sessions/{session}/details"),
        ("POST", f"/api/v1/sessions/{session}/orders"),
        ("POST", f"/api/v1/sessions/{session}/cards/tea/waitlist"),
        ("DELETE", f"/api/v1/sessions/{session}/cards/tea/waitlist"),
        ("POST", f"/api/v1/sessions/{session}/orders/{order}/payment"),
        ("POST", f"/api/v1/sessions/{session}/orders/{order}/cancel"),
    ]


BODIES = {"PUT": {}, "POST": {"units": 1, "card": "tea", "price": 500}}


async def test_to_a_viewer_without_an_invitation_there_is_no_such_session(
    site: Site, rehearsal: dict[str, Any]
) -> None:
    stranger = await site.viewer()
    other = site.minted(Role.VIEWER, session="other")
    for method, path in addresses(rehearsal["id"]):
        for token in (stranger, other):
            reply = await site.call(
                method, path, BODIES.get(method), token=token, headers={"Idempotency-Key": "k"}
            )
            # A token of another session is told so before anything is looked for.
            assert reply.status == 404 or (token == other and reply.status == 403), path
            assert "清风度" not in reply.text
    assert await site.store.orders.page(rehearsal["id"]) == []


async def test_to_a_stranger_it_looks_like_nothing_at_all(
    site: Site, rehearsal: dict[str, Any]
) -> None:
    nothing = rehearsal["id"].replace("rehearsal", "nowhere")
    for (method, path), (_, other) in zip(
        addresses(rehearsal["id"]), addresses(nothing), strict=True
    ):
        there, nowhere = [await site.call(method, one, BODIES.get(method)) for one in (path, other)]
        assert there.status == nowhere.status, path
        assert there.status in (401, 404), path
    public = (await site.api("GET", "/sessions")).json["sessions"]
    crew = (await site.as_admin("GET", "/sessions")).json["sessions"]
    assert [one["id"] for one in public] == [one["id"] for one in crew] == ["naqu"]


async def test_whoever_was_invited_comes_in_likes_and_orders(
    site: Site, rehearsal: dict[str, Any]
) -> None:
    session, cookie = rehearsal["id"], await accepted(site, rehearsal)
    page = await site.call("GET", f"/s/{session}", headers=cookie)
    assert page.status == 200
    welcomed = await site.api("POST", "/viewers", {"session": session}, headers=cookie)
    assert welcomed.json["session"] == session
    token = welcomed.json["token"]
    document = (await site.api("GET", f"/sessions/{session}", token=token)).json["document"]
    assert document["session"]["rehearsal_of"] == "naqu"
    assert (await site.command("open", session, card="tea")).status == 200
    placed = await site.order(token, session=session)
    assert placed.json["order"]["state"] == "placed"
    # The token opens nothing else.
    assert (await site.order(token, session="naqu")).code == "other_session"


async def test_the_cookie_holds_the_invitation_and_scripts_cannot_read_it(
    site: Site, rehearsal: dict[str, Any]
) -> None:
    body = {"invitation": invitation_of(rehearsal)}
    kept = (await site.api("POST", "/rehearsals/visit", body)).headers["Set-Cookie"]
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= {part.strip() for part in kept.split(";")}
    assert "Max-Age=14400" in kept


async def test_a_token_for_a_rehearsal_is_for_the_invited_only(
    site: Site, rehearsal: dict[str, Any]
) -> None:
    body = {"session": rehearsal["id"]}
    assert (await site.api("POST", "/viewers", body)).code == "no_such_session"
    forged = {"Cookie": f"livesell_guest={invitation_of(rehearsal)[:-4]}AAAA"}
    assert (await site.api("POST", "/viewers", body, headers=forged)).status == 404
    of_the_crew = await site.api("POST", "/viewers", body, headers=site.cookie("staff"))
    assert of_the_crew.json["session"] == rehearsal["id"]
    beside_a_token = await site.api(
        "POST", "/viewers", body, headers=site.cookie("staff"), token=await site.viewer()
    )
    assert beside_a_token.json["session"] == rehearsal["id"]
    plain = await site.api("POST", "/viewers", {"session": "naqu"})
    assert plain.json["session"] is None


async def test_an_invitation_is_no_token_and_a_token_no_invitation(
    site: Site, rehearsal: dict[str, Any]
) -> None:
    invitation, session = invitation_of(rehearsal), rehearsal["id"]
    as_token = await site.api("GET", f"/sessions/{session}", token=invitation)
    assert as_token.status == 404
    token = site.minted(Role.VIEWER, session=session)
    visit = await site.api("POST", "/rehearsals/visit", {"invitation": token})
    assert visit.code == "invitation_over"


@pytest.mark.parametrize("wrong", ["", "x", "x.y.z", "…", "a" * 1001])
async def test_a_broken_invitation_gets_a_sentence(site: Site, wrong: str) -> None:
    reply = await site.api("POST", "/rehearsals/visit", {"invitation": wrong})
    assert reply.code == ("invitation_over" if len(wrong) <= 1000 else "bad_input")
    assert reply.json["error"]["message"]


async def test_the_crew_looks_at_it_in_its_console(site: Site, rehearsal: dict[str, Any]) -> None:
    page = await site.call("GET", f"/console/{rehearsal['id']}", headers=site.cookie("staff"))
    assert page.status == 200
    answer = await site.as_admin("GET", f"/sessions/{rehearsal['id']}?audience=crew")
    assert answer.json["document"]["session"]["rehearsal_of"] == "naqu"


async def test_after_its_removal_the_invited_find_nothing_and_the_crew_has_its_sum(
    site: Site, rehearsal: dict[str, Any]
) -> None:
    session, cookie = rehearsal["id"], await accepted(site, rehearsal)
    token = (await site.api("POST", "/viewers", {"session": session}, headers=cookie)).json["token"]
    await site.command("open", session, card="tea")
    await site.order(token, session=session, units=3)
    last = await site.as_admin("DELETE", "/sessions/naqu/rehearsal")
    told = last.json["rehearsal"]
    assert (told["orders"], told["units"], told["ordered"]) == (1, 3, 1500)
    assert (await site.call("GET", f"/s/{session}", headers=cookie)).status == 404
    assert (await site.order(token, key="tap-2", session=session)).status == 404
    again = await site.api("POST", "/rehearsals/visit", {"invitation": invitation_of(rehearsal)})
    assert again.code == "invitation_over"
    assert (await site.as_admin("GET", "/sessions/naqu/rehearsal")).json == {"rehearsal": None}
    assert (await site.as_admin("DELETE", "/sessions/naqu/rehearsal")).code == "no_rehearsal"


async def test_it_is_started_on_a_session_of_one_s_own_only(site: Site) -> None:
    await given_session(site.store, owner="another-host")
    path = "/sessions/naqu/rehearsal"
    refused = await site.api("POST", path, {}, token=site.tokens["host"])
    assert (refused.status, refused.code) == (403, "not_yours")
    assert (await site.api("POST", path, {}, token=site.tokens["operator"])).status == 201
    assert (await site.as_admin("POST", path, {})).code == "rehearsal_running"
    assert (await site.as_admin("GET", "/sessions/nowhere/rehearsal")).code == "no_such_session"


@pytest.mark.parametrize(
    "body",
    [{"viewers": 0}, {"viewers": 501}, {"minutes": 0}, {"minutes": 10**9}, {"mood": "wild"},
     {"viewers": "50"}],
)  # fmt: skip
async def test_an_audience_out_of_bounds_is_refused(
    site: Site, rehearsal: dict[str, Any], body: dict[str, Any]
) -> None:
    reply: Reply = await site.as_admin("POST", "/sessions/naqu/rehearsal/audience", body)
    assert reply.status == 400
    assert list(reply.json["error"]["fields"]) == list(body)


async def test_another_site_s_page_cannot_start_or_end_one(
    site: Site, rehearsal: dict[str, Any]
) -> None:
    foreign = {**site.cookie("host"), "Origin": "https://evil.example"}
    for method in ("POST", "DELETE"):
        body: Any = {} if method == "POST" else None
        reply = await site.api(method, "/sessions/naqu/rehearsal", body, headers=foreign)
        assert reply.code == "foreign_origin"
