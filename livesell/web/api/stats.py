"""The review of a session: figures, timeline, markers, and the recount."""

from msgspec.structs import asdict

from livesell.web.api.route import Call, Reply
from livesell.web.api.shapes import (
    FiguresShape,
    MarkerShape,
    RecountAnswer,
    StatsAnswer,
    TimelineShape,
)
from livesell.web.api.times import moment


async def get_stats(call: Call[None]) -> Reply:
    """Every figure of a session, its ten-second timeline, and what the crew did when."""
    staff = call.services.staff
    figures = await staff.figures(call.session)
    answer = StatsAnswer(
        figures=FiguresShape(**{**asdict(figures), "as_of": moment(figures.as_of)}),
        timeline=[
            TimelineShape(**{**asdict(row), "at": moment(row.at)})
            for row in await staff.timeline(call.session)
        ],
        markers=[
            MarkerShape(at=moment(mark.at), kind=mark.kind, by=mark.by, data=mark.data)
            for mark in await staff.markers(call.session)
        ],
    )
    return Reply(answer)


async def get_recount(call: Call[None]) -> Reply:
    """Every total counted a second time from the facts; no differences means that all is exact."""
    recount = await call.services.staff.recount(call.session)
    return Reply(RecountAnswer(**{**asdict(recount), "as_of": moment(recount.as_of)}))
