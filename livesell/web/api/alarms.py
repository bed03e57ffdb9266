"""What somebody has to look at, such as a payment that fits no order, and who did."""

from livesell.actions.alarms import see_alarm
from livesell.store.settling import Alarm, Seen
from livesell.web.api.order_shapes import (
    AlarmAnswer,
    AlarmRow,
    AlarmsAnswer,
    EmptyBody,
    SeenShape,
)
from livesell.web.api.route import Call, Reply
from livesell.web.api.times import moment


async def list_alarms(call: Call[None]) -> Reply:
    """What somebody has to look at, such as a payment that fits no order."""
    await call.services.check_known(call.session, is_crew=True)
    await call.services.check_settles(call.session, call.caller.crew())
    settling = (await call.services.place(call.session)).settling
    seen = await settling.alarms_seen(call.session)
    found = await settling.alarms(call.session)
    return Reply(AlarmsAnswer(alarms=[_row(one, seen.get(one.id)) for one in found]))


async def mark_alarm_seen(call: Call[EmptyBody]) -> Reply:
    """Says that somebody of the crew looked at an alarm; the first one stays on record."""
    services = call.services
    await services.check_known(call.session, is_crew=True)
    alarm, seen = await see_alarm(
        services.store, call.session, call.request.match_info["alarm"],
        by=call.caller.crew(), now_ms=services.clock(),
    )  # fmt: skip
    return Reply(AlarmAnswer(alarm=_row(alarm, seen)))


def _row(alarm: Alarm, seen: Seen | None) -> AlarmRow:
    return AlarmRow(
        id=alarm.id,
        at=moment(alarm.at_ms),
        kind=alarm.code,
        message=alarm.message,
        order=alarm.order,
        ref=alarm.ref,
        seen=None if seen is None else SeenShape(by=seen.by, at=moment(seen.at_ms)),
    )
