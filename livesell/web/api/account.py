"""One's own account: the password, the second step, and where one is signed in."""

from typing import Any

from livesell.auth import digest
from livesell.domain.login import Login, is_id
from livesell.errors import NotFound
from livesell.web.api.logins import check_pace, device
from livesell.web.api.people_shapes import (
    AccountAnswer,
    ConfirmBody,
    LoginRow,
    OwnPasswordBody,
    PasswordBody,
    RecoveryAnswer,
    SecretAnswer,
    TurnOffBody,
)
from livesell.web.api.route import Call, Reply
from livesell.web.api.shapes import EmptyAnswer
from livesell.web.api.times import moment
from livesell.web.qr_code import qr_png


async def get_account(call: Call[None]) -> Reply:
    """What is kept of oneself, and every login that is open now."""
    crew, actor = call.services.crew, call.caller.crew()
    person, factor = await crew.found(actor.name), await crew.second.find(actor.name)
    this = digest(call.caller.secret)
    logins = [_row(one, is_this=one.digest == this) for one in await crew.logins_of(actor.name)]
    return Reply(
        AccountAnswer(
            name=person.name,
            role=str(person.role),
            created=moment(person.created_ms),
            totp=factor is not None,
            recovery_left=0 if factor is None else len(factor.recovery),
            logins=logins,
        )
    )


async def change_own_password(call: Call[OwnPasswordBody]) -> Reply:
    """Ends all other logins; this one goes on under a new secret, in the cookie."""
    name = await _proved(call)
    services = call.services
    await services.crew.change_password(name, call.body.new_password, by=name)
    token, _ = await services.crew.logged_in(await services.crew.found(name), device(call))
    return Reply(EmptyAnswer(), login=token)


async def offer_second_step(call: Call[PasswordBody]) -> Reply:
    """A secret for an authenticator app; nothing is asked of a login before it is confirmed."""
    name = await _proved(call)
    return Reply(SecretAnswer(secret=await call.services.crew.second.offer(name)), 201)


async def draw_second_step(call: Call[None]) -> Reply:
    """The QR code of the secret that is on offer."""
    address = await call.services.crew.second.address(call.caller.crew().name)
    return Reply(chunks=qr_png(address))


async def confirm_second_step(call: Call[ConfirmBody]) -> Reply:
    """Switches it on with a code that the app shows, and tells the recovery codes."""
    name = call.caller.crew().name
    codes = await call.services.crew.second.confirm(name, call.body.code)
    await call.services.crew.note(name, "totp_on", name)
    return Reply(RecoveryAnswer(recovery=codes))


async def turn_off_second_step(call: Call[TurnOffBody]) -> Reply:
    """With the password and a code, or a recovery code."""
    name = await _proved(call)
    await call.services.crew.second.turn_off(name, call.body.code)
    await call.services.crew.note(name, "totp_off", name)
    return Reply(EmptyAnswer())


async def end_own_login(call: Call[None]) -> Reply:
    """Signs one out at one place."""
    found = call.request.match_info["login"]
    if not is_id(found):
        raise NotFound("no_such_login", "This login has ended already.")
    await call.services.crew.end_login(call.caller.crew().name, found)
    return Reply(EmptyAnswer())


async def end_other_logins(call: Call[None]) -> Reply:
    """Signs one out everywhere but here."""
    name = call.caller.crew().name
    await call.services.crew.end_logins(name, by=name, keep=call.caller.secret)
    return Reply(EmptyAnswer())


async def _proved(call: Call[Any]) -> str:
    """Whose account it is, once the password was given: an open laptop alone is not enough."""
    name = call.caller.crew().name
    check_pace(call, name)
    await call.services.crew.check_own_password(name, call.body.password)
    return name


def _row(login: Login, *, is_this: bool) -> LoginRow:
    return LoginRow(
        id=login.id,
        since=moment(login.since_ms),
        seen=moment(login.seen_ms or login.since_ms),
        until=moment(login.until_ms),
        address=login.device.address,
        browser=login.device.browser,
        is_this=is_this,
    )
