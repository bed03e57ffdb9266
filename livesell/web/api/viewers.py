"""Tokens: for a viewer or an overlay, for anyone who asks; and a crew member's socket pass."""

from livesell.auth import Pass, digest
from livesell.domain.rehearsal import Rehearsal
from livesell.domain.role import Role
from livesell.web.api.route import Call, Reply
from livesell.web.api.shapes import PassAnswer, ViewerAnswer, ViewerBody
from livesell.web.api.times import Moment, moment
from livesell.web.guests import check_may_know


async def welcome_viewer(call: Call[ViewerBody]) -> Reply:
    """A new visit. With the old token as bearer the viewer stays the same one."""
    known = call.caller.secret if call.caller.token else None
    rehearsal = await _rehearsal(call)
    token, found = call.services.viewers.welcome(
        known=known,
        name=call.body.name,
        role=Role(call.body.role),
        session=None if rehearsal is None else rehearsal.id,
        until_ms=None if rehearsal is None else rehearsal.ends_ms,
    )
    answer = ViewerAnswer(
        viewer=found.viewer,
        token=token,
        expires=_expires(found),
        push=call.push,
        session=found.session,
    )
    return Reply(answer, 201)


async def _rehearsal(call: Call[ViewerBody]) -> Rehearsal | None:
    """The rehearsal that a token is asked for; None for any other session.

    Raises:
        NotFound: `no_such_session`, when it is one that the caller was not invited to.
    """
    named = call.body.session
    if not named or not await call.services.rehearsals.is_one(named):
        return None
    await check_may_know(call.request, call.services, call.caller, named)
    return await call.services.store.rehearsals.find(named)


async def crew_pass(call: Call[None]) -> Reply:
    """A short pass for the crew's socket of one session."""
    await call.services.truth(call.session, is_crew=True)
    token, found = call.services.viewers.crew_pass(
        call.caller.crew(), call.session, digest(call.caller.secret)
    )
    return Reply(PassAnswer(token=token, expires=_expires(found), push=call.push), 201)


def _expires(found: Pass) -> Moment:
    return moment(found.expires_s * 1000)
