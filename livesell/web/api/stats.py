"""The review of a session: figures, timeline, markers, and the recount."""

from msgspec.structs import asdict

from livesell.domain.seal import Verdict
from livesell.domain.trace import Trace
from livesell.web.api.route import Call, Reply
from livesell.web.api.stats_shapes import (
    FiguresShape,
    MarkerShape,
    RecountAnswer,
    RecountQuery,
    SealAnswer,
    StatsAnswer,
    TimelineShape,
    TraceShape,
    WrongEntry,
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
    query: RecountQuery = call.query
    services = call.services
    recount = await services.staff.recount(call.session)
    verdict = await services.sealing.verify(call.session) if query.verify else None
    answer = RecountAnswer(
        **{
            **asdict(recount),
            "as_of": moment(recount.as_of),
            "first": None if recount.first is None else _trace(recount.first),
        },
        seal=None if verdict is None else _seal(verdict),
    )
    return Reply(answer)


def _trace(first: Trace) -> TraceShape:
    return TraceShape(
        n=first.n,
        id=first.id,
        at=moment(first.at_ms),
        kind=first.kind,
        about=first.about,
        says=first.says,
    )


def _seal(verdict: Verdict) -> SealAnswer:
    first = verdict.first
    return SealAnswer(
        is_intact=verdict.is_intact,
        entries=verdict.entries,
        sealed=verdict.sealed,
        seals=len(verdict.seals),
        digest=verdict.digest,
        at=moment(verdict.seals[-1].at_ms) if verdict.seals else None,
        first=None
        if first is None
        else WrongEntry(
            what=first.what, n=first.n, id=first.id, at=moment(first.at_ms), kind=first.kind,
            by=first.by,
        ),
    )  # fmt: skip
