"""The routes of the console on air, beyond commands; part of `routes.py`."""

from livesell.web.api import alarms
from livesell.web.api.order_shapes import AlarmAnswer, AlarmsAnswer, EmptyBody
from livesell.web.api.route import Route
from livesell.web.caller import Who

ROUTES: tuple[Route, ...] = (
    Route(
        "GET", "/sessions/{session}/alarms", alarms.list_alarms, "List alarms", Who.SETTLES,
        answers={200: AlarmsAnswer}, refusals=(404,),
    ),
    Route(
        "POST", "/sessions/{session}/alarms/{alarm}/seen", alarms.mark_alarm_seen,
        "Say that an alarm was looked at", Who.SETTLES,
        body=EmptyBody, answers={200: AlarmAnswer}, refusals=(404, 409, 504),
    ),
)  # fmt: skip
