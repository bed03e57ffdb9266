"""Tokens: for a viewer or an overlay, for anyone who asks; and a crew member's socket pass."""

from livesell.auth import Pass
from livesell.domain.role import Role
from livesell.web.api.route import Call, Reply
from livesell.web.api.shapes import PassAnswer, ViewerAnswer, ViewerBody
from livesell.web.api.times import Moment, moment


async def welcome_viewer(call: Call[ViewerBody]) -> Reply:
    """A new visit. With the old token as bearer the viewer stays the same one."""
    known = call.caller.secret if call.caller.token else None
    token, found = call.services.viewers.welcome(
        known=known, name=call.body.name, role=Role(call.body.role)
    )
    answer = ViewerAnswer(viewer=found.viewer, token=token, expires=_expires(found), push=call.push)
    return Reply(answer, 201)


async def crew_pass(call: Call[None]) -> Reply:
    """A short pass for the crew's socket of one session."""
    await call.services.truth(call.session, is_crew=True)
    token, found = call.services.viewers.crew_pass(call.caller.crew(), call.session)
    return Reply(PassAnswer(token=token, expires=_expires(found), push=call.push), 201)


def _expires(found: Pass) -> Moment:
    return moment(found.expires_s * 1000)
