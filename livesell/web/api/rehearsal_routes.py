"""The routes of the pre-flight check and of rehearsals; part of `routes.py`."""

from livesell.web.api import preflight
from livesell.web.api.rehearsal_shapes import PreflightAnswer
from livesell.web.api.route import Route
from livesell.web.caller import Who

ROUTES: tuple[Route, ...] = (
    Route(
        "GET", "/sessions/{session}/preflight", preflight.get_preflight,
        "Check what a session lacks before it goes live", Who.CREW,
        answers={200: PreflightAnswer}, refusals=(404,),
    ),
)  # fmt: skip
