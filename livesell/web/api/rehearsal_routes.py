"""The routes of the pre-flight check and of rehearsals; part of `routes.py`."""

from livesell.web.api import preflight, rehearsal
from livesell.web.api.rehearsal_shapes import (
    AudienceBody,
    PreflightAnswer,
    RehearsalAnswer,
    RehearsalBody,
    VisitAnswer,
    VisitBody,
)
from livesell.web.api.route import Route
from livesell.web.caller import Who

ROUTES: tuple[Route, ...] = (
    Route(
        "GET", "/sessions/{session}/preflight", preflight.get_preflight,
        "Check what a session lacks before it goes live", Who.CREW,
        answers={200: PreflightAnswer}, refusals=(404,),
    ),
    Route(
        "GET", "/sessions/{session}/rehearsal", rehearsal.get_rehearsal,
        "Look at a session's rehearsal", Who.CREW,
        answers={200: RehearsalAnswer}, refusals=(404,),
    ),
    Route(
        "POST", "/sessions/{session}/rehearsal", rehearsal.start_rehearsal,
        "Rehearse a session", Who.PREPARES,
        body=RehearsalBody, answers={201: RehearsalAnswer}, refusals=(404, 409),
    ),
    Route(
        "DELETE", "/sessions/{session}/rehearsal", rehearsal.remove_rehearsal,
        "End a rehearsal and remove it", Who.PREPARES,
        answers={200: RehearsalAnswer}, refusals=(404,),
    ),
    Route(
        "POST", "/sessions/{session}/rehearsal/audience", rehearsal.simulate_audience,
        "Let simulated viewers come to a rehearsal", Who.PREPARES,
        body=AudienceBody, answers={201: RehearsalAnswer}, refusals=(404, 409),
    ),
    Route(
        "DELETE", "/sessions/{session}/rehearsal/audience", rehearsal.stop_audience,
        "Send the simulated viewers home", Who.PREPARES,
        answers={200: RehearsalAnswer}, refusals=(404,),
    ),
    Route(
        "POST", "/rehearsals/visit", rehearsal.visit_rehearsal, "Accept an invitation",
        Who.ANYONE,
        body=VisitBody, answers={200: VisitAnswer}, refusals=(404,),
    ),
)  # fmt: skip
