"""Signing in and out, and coming in by a link: the set-up's, an invitation's, a new password's."""

from typing import Any

from livesell.domain.login import Device, device_of
from livesell.domain.person import Actor
from livesell.domain.role import RIGHTS, Role
from livesell.errors import TooMany
from livesell.web.api.people_shapes import (
    CodeBody,
    JoinBody,
    LinkAnswer,
    LoginAnswer,
    LoginBody,
    MeAnswer,
    ResetBody,
    SetupBody,
)
from livesell.web.api.route import Call, Reply
from livesell.web.api.shapes import EmptyAnswer
from livesell.web.api.times import moment
from livesell.web.device_cookie import known_device, mark_of


async def log_in(call: Call[LoginBody]) -> Reply:
    """A login, in the cookie and, when it is asked for, in the answer."""
    body = call.body
    check_pace(call, body.name)
    token, actor = await call.services.crew.login(
        body.name, body.password, code=body.code, device=device(call)
    )
    shown = token if body.want_token else None
    return _in(call, actor, token, shown)


async def log_out(call: Call[None]) -> Reply:
    await call.services.crew.logout(call.caller.secret)
    return Reply(EmptyAnswer(), login="")


async def who_am_i(call: Call[None]) -> Reply:
    actor = call.caller.crew()
    return Reply(MeAnswer(name=actor.name, role=str(actor.role), rights=rights_of(actor.role)))


async def set_up(call: Call[SetupBody]) -> Reply:
    """The first administrator, with the code that the service printed; it works once."""
    check_pace(call, "")
    body = call.body
    token, actor = await call.services.crew.take_setup(
        body.code, body.name, body.password, device(call)
    )
    return _in(call, actor, token)


async def look_at_link(call: Call[CodeBody]) -> Reply:
    """What a link is for, while it works. Its code comes in the body, so that no log has it."""
    check_pace(call, "")
    found = await call.services.inviting.look(call.body.code)
    return Reply(
        LinkAnswer(
            kind=found.kind, role=str(found.role), until=moment(found.until_ms), name=found.name
        )
    )


async def join_crew(call: Call[JoinBody]) -> Reply:
    """A new account by an invitation, signed in at once; the link works once."""
    check_pace(call, "")
    body = call.body
    token, actor = await call.services.inviting.join(
        body.code, body.name, body.password, device(call)
    )
    return _in(call, actor, token)


async def reset_password(call: Call[ResetBody]) -> Reply:
    """A new password by a link; it ends all logins and signs nobody in."""
    check_pace(call, "")
    await call.services.inviting.reset(call.body.code, call.body.password)
    return Reply(EmptyAnswer())


def rights_of(role: Role) -> list[str]:
    return sorted(RIGHTS[role])


def device(call: Call[Any]) -> Device:
    return device_of(call.address, call.request.headers.get("User-Agent", ""))


def check_pace(call: Call[Any], account: str) -> None:
    """How fast passwords and links may be tried.

    An address has its own pace, for one account and for all together. An account has one for the
    whole world, so that many addresses are no faster than a few; that one could be used up by a
    stranger, so whoever has signed in on this device before has a pace apart from it and gets in
    while the guessing goes on. (Source: OWASP, "Slow Down Online Guessing Attacks with Device
    Cookies".) On a new device it is a wait of a minute at a time, never a lock.
    """
    services, throttles = call.services, call.services.throttles
    known = known_device(call.request, services.device_secret, account, services.clock())
    wait_s = throttles.logins.take(f"{known or call.address} {account}") or (
        0 if known else throttles.logins_of_address.take(call.address)
    )
    if not wait_s and not known and account:
        wait_s = throttles.logins_of_account.take(account)
    if wait_s:
        raise TooMany(
            "too_many_logins",
            f"That was tried too often. Wait {wait_s} s, then try again.",
            data={"retry_s": wait_s},
        )


def _in(call: Call[Any], actor: Actor, token: str, shown: str | None = None) -> Reply:
    answer = LoginAnswer(
        name=actor.name, role=str(actor.role), rights=rights_of(actor.role), token=shown
    )
    services = call.services
    mark = mark_of(services.device_secret, actor.name, services.clock())
    return Reply(answer, login=token, device=mark)
