"""The audience over HTTP, for those who moderate it."""

from livesell.actions.audience import Wanted
from livesell.domain.audience import Mark, Spectator, Verb, short_id
from livesell.domain.role import Right, may
from livesell.web.api.audience_shapes import (
    CauseBody,
    HeldBackRow,
    MarkRow,
    ModeratedAnswer,
    ViewerRow,
    ViewersAnswer,
    ViewersQuery,
)
from livesell.web.api.route import Call, Reply
from livesell.web.api.times import moment, moment_or_none


async def list_viewers(call: Call[None]) -> Reply:
    """Who has been here, who is, and what each one did; names masked, ids shortened."""
    query: ViewersQuery = call.query
    services = call.services
    truth = await services.truth(call.session, is_crew=True)
    await services.pace_notes.tell(call.session)
    wanted = Wanted(
        shown=query.show, sort=query.sort, find=query.find, after=query.after, limit=query.limit
    )
    actor = call.caller.crew()
    page = await services.moderation.page(truth, wanted, by=actor)
    sees_money = may(actor.role, Right.SETTLE)
    return Reply(
        ViewersAnswer(
            viewers=[_row(one, sees_money=sees_money) for one in page.rows],
            counts=page.counts,
            currency=truth.session.currency,
            as_of=moment(truth.as_of_ms),
            next=page.next,
        )
    )


async def mute_viewer(call: Call[CauseBody]) -> Reply:
    """The viewer may stay and buy; their likes do not count and their name is on no page."""
    return await _moderated(call, "mute", call.body.cause)


async def unmute_viewer(call: Call[None]) -> Reply:
    """Likes count again from now on."""
    return await _moderated(call, "unmute", "")


async def ban_viewer(call: Call[CauseBody]) -> Reply:
    """The viewer is put out on every node and cannot come in, order or queue; orders stay."""
    return await _moderated(call, "ban", call.body.cause)


async def unban_viewer(call: Call[None]) -> Reply:
    """The viewer may come in again, by opening the page again."""
    return await _moderated(call, "unban", "")


async def _moderated(call: Call[CauseBody] | Call[None], verb: Verb, cause: str) -> Reply:
    services, actor = call.services, call.caller.crew()
    truth = await services.truth(call.session, is_crew=True)
    viewer = call.request.match_info["viewer"]
    done = await services.moderation.moderate(truth, verb, viewer, cause, by=actor)
    now = await services.moderation.one(truth, viewer)
    row = _row(now, sees_money=may(actor.role, Right.SETTLE))
    return Reply(ModeratedAnswer(viewer=row, changed=done.is_new))


def _row(one: Spectator, *, sees_money: bool) -> ViewerRow:
    return ViewerRow(
        viewer=one.viewer,
        short=short_id(one.viewer),
        name=one.name,
        here=one.is_here,
        likes=one.likes,
        orders=one.bought.orders,
        units=one.bought.units,
        held_back=HeldBackRow(likes=one.held_back.likes, orders=one.held_back.orders),
        seen=moment_or_none(one.seen_ms),
        amount=one.bought.amount if sees_money else None,
        muted=_mark_row(one.muted),
        banned=_mark_row(one.banned),
    )


def _mark_row(mark: Mark | None) -> MarkRow | None:
    return None if mark is None else MarkRow(by=mark.by, at=moment(mark.at_ms), cause=mark.cause)
