"""Signing in and out, and the set-up of the first administrator."""

from livesell.domain.person import Actor
from livesell.domain.role import RIGHTS, Role
from livesell.errors import TooMany
from livesell.web.api.people_shapes import LoginAnswer, LoginBody, MeAnswer, SetupBody
from livesell.web.api.route import Call, Reply
from livesell.web.api.shapes import EmptyAnswer


async def log_in(call: Call[LoginBody]) -> Reply:
    """A login, in the cookie and, when it is asked for, in the answer."""
    body = call.body
    _check_pace(call, body.name)
    token, actor = await call.services.crew.login(body.name, body.password)
    shown = token if body.want_token else None
    return Reply(_login_answer(actor, shown), login=token)


async def log_out(call: Call[None]) -> Reply:
    await call.services.crew.logout(call.caller.secret)
    return Reply(EmptyAnswer(), login="")


async def who_am_i(call: Call[None]) -> Reply:
    actor = call.caller.crew()
    return Reply(MeAnswer(name=actor.name, role=str(actor.role), rights=rights_of(actor.role)))


async def set_up(call: Call[SetupBody]) -> Reply:
    """The first administrator, with the code that the service printed; it works once."""
    _check_pace(call, Role.ADMIN)
    body = call.body
    token, actor = await call.services.crew.take_setup(body.code, body.name, body.password)
    return Reply(_login_answer(actor, None), login=token)


def _login_answer(actor: Actor, token: str | None) -> LoginAnswer:
    return LoginAnswer(
        name=actor.name, role=str(actor.role), rights=rights_of(actor.role), token=token
    )


def rights_of(role: Role) -> list[str]:
    return sorted(RIGHTS[role])


def _check_pace(call: Call[LoginBody] | Call[SetupBody], account: str) -> None:
    """Counted by account and address together, so that a stranger cannot lock a host out, and by
    address, so that one address does not try many accounts.
    """
    throttles = call.services.throttles
    wait_s = throttles.logins.take(f"{call.address} {account}") or (
        throttles.logins_of_address.take(call.address)
    )
    if wait_s:
        raise TooMany(
            "too_many_logins",
            f"That was tried too often. Wait {wait_s} s, then try again.",
            data={"retry_s": wait_s},
        )
