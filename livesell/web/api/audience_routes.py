"""The routes of the audience: the list of viewers, muting and banning."""

from livesell.web.api import audience
from livesell.web.api.audience_shapes import CauseBody, ModeratedAnswer, ViewersAnswer, ViewersQuery
from livesell.web.api.route import Route
from livesell.web.caller import Who

ROUTES: tuple[Route, ...] = (
    Route(
        "GET", "/sessions/{session}/viewers", audience.list_viewers, "List viewers",
        Who.MODERATES,
        query=ViewersQuery, answers={200: ViewersAnswer}, refusals=(404,),
    ),
    Route(
        "PUT", "/sessions/{session}/viewers/{viewer}/mute", audience.mute_viewer, "Mute a viewer",
        Who.MODERATES,
        body=CauseBody, answers={200: ModeratedAnswer}, refusals=(404, 409, 504),
    ),
    Route(
        "DELETE", "/sessions/{session}/viewers/{viewer}/mute", audience.unmute_viewer,
        "Let a muted viewer be heard again", Who.MODERATES,
        answers={200: ModeratedAnswer}, refusals=(404, 409, 504),
    ),
    Route(
        "PUT", "/sessions/{session}/viewers/{viewer}/ban", audience.ban_viewer, "Ban a viewer",
        Who.MODERATES,
        body=CauseBody, answers={200: ModeratedAnswer}, refusals=(404, 409, 504),
    ),
    Route(
        "DELETE", "/sessions/{session}/viewers/{viewer}/ban", audience.unban_viewer,
        "Let a banned viewer in again", Who.MODERATES,
        answers={200: ModeratedAnswer}, refusals=(404, 409, 504),
    ),
)  # fmt: skip
