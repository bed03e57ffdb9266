"""Nothing that changes anything works without its role: every route by everybody."""

from collections.abc import Callable
from typing import Any

import pytest

from livesell.domain.role import Role
from livesell.web.api.route import Route
from livesell.web.api.routes import ROUTES
from livesell.web.caller import Who
from tests.support.build import given_live
from tests.support.photos import a_photo
from tests.web.site import PASSWORD, Site

# Who there is, and how each proves it.
CALLERS: dict[str, Callable[[Site], str]] = {
    "nobody": lambda _: "",
    "a forger": lambda site: site.minted(Role.VIEWER)[:-4] + "AAAA",
    "a login that is over": lambda _: "x" * 43,
    "viewer": lambda site: site.minted(Role.VIEWER),
    "viewer of another session": lambda site: site.minted(Role.VIEWER, session="other"),
    "overlay": lambda site: site.minted(Role.OVERLAY),
    "crew pass": lambda site: site.minted(Role.STAFF, viewer="the-admin"),
    "staff": lambda site: site.tokens["staff"],
    "moderator": lambda site: site.tokens["moderator"],
    "operator": lambda site: site.tokens["operator"],
    "host": lambda site: site.tokens["host"],
    "admin": lambda site: site.tokens["admin"],
}

MAY: dict[Who, set[str]] = {
    Who.ANYONE: set(CALLERS),
    Who.VIEWER: {"viewer"},
    Who.VIEWER_OR_CREW: {"viewer", "staff", "moderator", "operator", "host", "admin"},
    Who.VIEWER_OR_SETTLES: {"viewer", "staff", "operator", "host", "admin"},
    Who.CREW: {"staff", "moderator", "operator", "host", "admin"},
    Who.MODERATES: {"moderator", "operator", "host", "admin"},
    Who.RUNS_BROADCASTS: {"operator", "host", "admin"},
    Who.PREPARES: {"operator", "host", "admin"},
    Who.CREATES: {"host", "admin"},
    Who.SETTLES: {"staff", "operator", "host", "admin"},
    Who.ADMIN: {"admin"},
}

# A body that would work, for every route that takes one.
BODIES: dict[str, dict[str, Any]] = {
    "log_in": {"name": "nobody", "password": "not the password"},
    "set_up": {"code": "no code", "name": "eve", "password": "long enough for all"},
    "look_at_link": {"code": "no code"},
    "join_crew": {"code": "no code", "name": "eve", "password": "long enough for all"},
    "reset_password": {"code": "no code", "password": "long enough for all"},
    "change_own_password": {"password": PASSWORD, "new_password": "long enough for all"},
    "offer_second_step": {"password": PASSWORD},
    "confirm_second_step": {"code": "000000"},
    "turn_off_second_step": {"password": PASSWORD, "code": "000000"},
    "change_role": {"role": "staff"},
    "invite": {"role": "host"},
    "welcome_viewer": {},
    "create_session": {"id": "new", "title": "t", "host": "h"},
    "run_command": {"command": {"do": "notice", "text": "今晚八点"}},
    "add_card": {"title": "肉", "price": 100},
    "place_order": {"card": "tea", "units": 1, "price": 500},
    "enter_order": {"card": "tea", "units": 1},
    "open_payment": {},
    "cancel_order": {"cause": "二次确认"},
    "fulfil_order": {},
    "refund_order": {"restock": True},
    "finish_refund": {},
    "mark_alarm_seen": {},
    "retry_refund": {},
    "put_details": {"name": "卓玛"},
    "answer_sandbox_payment": {"do": "pay"},
    "join_waitlist": {"units": 1},
    "start_rehearsal": {},
    "simulate_audience": {},
    "visit_rehearsal": {"invitation": "none"},
    "duplicate_session": {"title": "t"},
    "add_campaign": {"title": "那曲购物节"},
    "edit_campaign": {"title": "那曲购物节", "expected_version": 1},
    "mute_viewer": {"cause": "刷屏"},
    "ban_viewer": {"cause": "骚扰"},
    "create_product": {"title": "牦牛肉", "price": 100},
    "change_product": {"title": "牦牛肉", "price": 100, "version": 1},
}

# A query that would work, for every route that needs one.
QUERIES = {"remove_product": "?version=1"}

# The body of every route that takes a file.
FILES = {"keep_photo": a_photo(), "import_products": b"Title,Price\nTea,5\n"}

# What a fresh session has no good answer for: no such order, no need to queue, no campaign.
NOTHING_THERE = {
    "join_waitlist": "in_stock",
    "leave_waitlist": "not_waiting",
    "get_waitlist_entry": "not_waiting",
    "start_rehearsal": "cannot_rehearse",
    "remove_rehearsal": "no_rehearsal",
    "simulate_audience": "no_rehearsal",
    "stop_audience": "no_rehearsal",
    "visit_rehearsal": "invitation_over",
    "remove_session": "not_a_draft",
    "get_campaign": "no_such_campaign",
    "edit_campaign": "no_such_campaign",
    "remove_campaign": "no_such_campaign",
    "mute_viewer": "no_such_viewer",
    "unmute_viewer": "no_such_viewer",
    "ban_viewer": "no_such_viewer",
    "unban_viewer": "no_such_viewer",
}

# These look at what was sent before they do anything, so wrong proof is an answer of theirs.
ASK_FOR_PROOF = {
    "log_in", "set_up", "look_at_link", "join_crew", "reset_password", "change_own_password",
    "offer_second_step", "turn_off_second_step",
}  # fmt: skip

# Nobody here has begun a second step, or there is no such invitation or login.
NOT_BEGUN = {
    "draw_second_step": "no_second_step",
    "confirm_second_step": "no_second_step",
    "forget_second_step": "no_second_step",
    "withdraw_invitation": "no_such_invitation",
    "end_own_login": "no_such_login",
}

# A service without payment providers has nothing behind these.
ABOUT_PAYMENTS = {"receive_payment_event", "get_sandbox_payment", "answer_sandbox_payment"}


async def snapshot(site: Site) -> Any:
    """All that a request could have changed."""
    store = site.store
    return (
        await store.sessions.list(),
        await store.sessions.pull("naqu", site.clock()),
        await store.orders.page("naqu"),
        await store.people.list(),
        await store.invitations.list(),
        await store.campaigns.list(),
        await store.products.list(),
        [(await site.api("GET", "/me", token=token)).data for token in site.tokens.values()],
    )


def path_of(route: Route) -> str:
    path = route.path.format(
        session="naqu",
        card="tea",
        campaign="naqu-2020",
        product="yak",
        order="3f2a1c4e-0000-4000-8000-000000000000",
        refund="r1",
        alarm="a1",
        viewer="v1",
        person="the-staff",
        login="0" * 16,
        invitation="0" * 16,
        provider="stripe",
        ref="sandbox.naqu",
    )
    return path + QUERIES.get(route.operation, "")


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
async def test_a_route_works_for_those_it_is_for_and_changes_nothing_for_others(
    site: Site, route: Route
) -> None:
    await given_live(site.store)
    for who in sorted(set(CALLERS) - MAY[route.who]):
        before = await snapshot(site)
        reply = await ask(site, route, who)
        assert reply.status in (401, 403), who
        assert reply.json["error"]["message"]
        assert await snapshot(site) == before, who


@pytest.mark.parametrize(
    ("route", "who"),
    [
        pytest.param(route, who, id=f"{route.method} {route.path} {who}")
        for route in ROUTES
        for who in sorted(MAY[route.who])
    ],
)
async def test_a_route_answers_those_it_is_for(site: Site, route: Route, who: str) -> None:
    await given_live(site.store)
    reply = await ask(site, route, who)
    if route.operation in ASK_FOR_PROOF:
        assert reply.status in (400, 401, 404, 409)
    elif route.operation in NOT_BEGUN:
        assert reply.code == NOT_BEGUN[route.operation]
    elif "{order}" in route.path:
        assert reply.code == "no_such_order"
    elif "{product}" in route.path:
        assert reply.code == "no_such_product"
    elif "{alarm}" in route.path:
        assert reply.code == "no_such_alarm"
    elif "{refund}" in route.path:
        assert reply.code == "no_such_refund"
    elif route.operation in ABOUT_PAYMENTS:
        assert reply.code in ("no_such_provider", "no_such_payment")
    elif route.operation in NOTHING_THERE:
        assert reply.code == NOTHING_THERE[route.operation]
    else:
        assert reply.status in route.answers


async def ask(site: Site, route: Route, who: str) -> Any:
    return await site.api(
        route.method,
        path_of(route),
        BODIES.get(route.operation),
        data=FILES.get(route.operation),
        token=CALLERS[who](site),
        headers={"Idempotency-Key": "tap"},
    )


def test_every_route_that_takes_a_body_is_tried_with_one() -> None:
    assert {route.operation for route in ROUTES if route.body} == set(BODIES)


@pytest.mark.parametrize("role", ["admin", "host", "operator", "moderator", "staff"])
async def test_a_command_asks_for_its_own_right(site: Site, role: str) -> None:
    await given_live(site.store)
    for do, may in (("end", {"admin", "host", "operator"}), ("cancel", {"admin", "host"})):
        reply = await site.api(
            "POST", "/sessions/naqu/commands", {"command": {"do": do}}, token=site.tokens[role]
        )
        assert (reply.status != 403) == (role in may), do


SETTLING = [route for route in ROUTES if route.who in (Who.SETTLES, Who.VIEWER_OR_SETTLES)]


@pytest.mark.parametrize("route", SETTLING, ids=lambda route: f"{route.method} {route.path}")
async def test_a_host_sees_and_settles_the_orders_of_its_own_sessions_only(
    site: Site, route: Route
) -> None:
    await given_live(site.store, owner="the-admin")
    before = await snapshot(site)
    reply = await ask(site, route, "host")
    assert (reply.status, reply.code) == (403, "not_yours")
    assert await snapshot(site) == before


async def test_a_host_commands_its_own_sessions_only(site: Site) -> None:
    await given_live(site.store, owner="the-admin")
    reply = await site.api(
        "POST", "/sessions/naqu/commands", BODIES["run_command"], token=site.tokens["host"]
    )
    assert (reply.status, reply.code) == (403, "not_yours")
    assert (await site.command("end")).status == 200


async def test_a_role_that_was_taken_away_is_gone_with_the_next_request(site: Site) -> None:
    await given_live(site.store)
    person = await site.store.people.find("the-host")
    assert person is not None
    await site.store.people.remove("the-host")
    reply = await site.api(
        "POST", "/sessions/naqu/commands", BODIES["run_command"], token=site.tokens["host"]
    )
    assert reply.status == 401
