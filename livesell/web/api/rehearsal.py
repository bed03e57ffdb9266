"""Rehearsals over HTTP: started, looked at, filled with a simulated audience, removed, visited."""

from datetime import UTC, datetime
from typing import Any

import segno

from livesell.actions.rehearsal import Told
from livesell.simulated import Audience
from livesell.web import client
from livesell.web.api.rehearsal_shapes import (
    AudienceBody,
    AudienceShape,
    RehearsalAnswer,
    RehearsalBody,
    RehearsalShape,
    VisitAnswer,
    VisitBody,
)
from livesell.web.api.route import Call, Reply
from livesell.web.api.times import moment, moment_or_none


async def get_rehearsal(call: Call[None]) -> Reply:
    """The session's rehearsal as it stands; null when there is none."""
    await call.services.truth(call.session, is_crew=True)
    told = await call.services.rehearsals.about(call.session, by=call.caller.crew())
    return Reply(RehearsalAnswer(rehearsal=None if told is None else _shape(call, told)))


async def start_rehearsal(call: Call[RehearsalBody]) -> Reply:
    """A copy of the session, for the crew and for invited viewers only."""
    told = await call.services.rehearsals.start(
        call.session, by=call.caller.crew(), go_live=call.body.live
    )
    return Reply(RehearsalAnswer(rehearsal=_shape(call, told)), 201)


async def remove_rehearsal(call: Call[None]) -> Reply:
    """Ends it and removes all of it; the answer says for the last time what happened in it."""
    told = await call.services.rehearsals.remove(call.session, by=call.caller.crew())
    return Reply(RehearsalAnswer(rehearsal=_shape(call, told)))


async def simulate_audience(call: Call[AudienceBody]) -> Reply:
    """Lets simulated viewers come, who like and order until their time is over."""
    body = call.body
    audience = Audience(viewers=body.viewers, minutes=body.minutes, mood=body.mood)
    told = await call.services.rehearsals.simulate(call.session, audience, by=call.caller.crew())
    return Reply(RehearsalAnswer(rehearsal=_shape(call, told)), 201)


async def stop_audience(call: Call[None]) -> Reply:
    """Sends the simulated viewers home."""
    told = await call.services.rehearsals.stop_simulating(call.session, by=call.caller.crew())
    return Reply(RehearsalAnswer(rehearsal=_shape(call, told)))


async def visit_rehearsal(call: Call[VisitBody]) -> Reply:
    """Accepts an invitation: this browser may then open the rehearsal's page."""
    rehearsal = await call.services.rehearsals.invited(call.body.invitation)
    lifetime_s = max(1, (rehearsal.ends_ms - call.services.clock()) // 1000)
    return Reply(VisitAnswer(session=rehearsal.id), guest=(call.body.invitation, lifetime_s))


def _shape(call: Call[Any], told: Told) -> RehearsalShape:
    session, tally = told.truth.session, told.truth.tally
    link = f"{client.public_origin(call.request, call.services.config)}/rehearsal#{told.invitation}"
    return RehearsalShape(
        id=session.id,
        state=str(session.state),
        made=moment(told.rehearsal.made_ms),
        by=told.rehearsal.by,
        ends=moment(told.rehearsal.ends_ms),
        started=moment_or_none(session.started_ms),
        ended=moment_or_none(session.ended_ms),
        link=link,
        qr=segno.make_qr(link, error="m").svg_data_uri(border=4, light="#fff", omitsize=True),
        currency=session.currency,
        concurrent=told.truth.concurrent,
        viewers=tally.viewers,
        peak=tally.peak,
        likes=tally.likes,
        orders=tally.orders,
        units=tally.units,
        ordered=tally.ordered,
        audience=_audience(told),
    )


def _audience(told: Told) -> AudienceShape | None:
    doing = told.doing
    if doing is None:
        return None
    return AudienceShape(
        state=doing.state,
        connected=doing.connected,
        viewers=doing.viewers,
        likes=doing.likes,
        orders=doing.orders,
        units=doing.units,
        refused=doing.refused,
        trouble=doing.trouble,
        until=datetime.fromtimestamp(doing.until_ms / 1000, UTC),
    )
