"""The bodies and answers of figures, timelines and recounts."""

from typing import Any

from livesell.domain.figures import Figures
from livesell.domain.recount import Recount
from livesell.domain.seal import What
from livesell.web.api.shapes import Answer, Body
from livesell.web.api.times import Moment


class FiguresShape(Figures, frozen=True, kw_only=True):
    as_of: Moment  # type: ignore[assignment]


class RecountQuery(Body, frozen=True, kw_only=True):
    """With `verify` the ledger is compared with its seals too."""

    verify: bool = False


class WrongEntry(Answer, frozen=True, kw_only=True):
    """The first entry, counted from 1, that is not as it was sealed, and how."""

    what: What
    n: int
    id: str
    at: Moment
    kind: str
    by: str


class SealAnswer(Answer, frozen=True, kw_only=True):
    """How the ledger compares with its seals; `digest` is the newest one's, to be noted."""

    is_intact: bool
    entries: int
    sealed: int
    seals: int
    digest: str
    at: Moment | None
    first: WrongEntry | None


class TraceShape(Answer, frozen=True, kw_only=True):
    """The first fact that the records do not bear out; `n` is 0 when no fact tells of a record."""

    n: int
    id: str
    at: Moment
    kind: str
    about: str
    says: str


class RecountAnswer(Recount, frozen=True, kw_only=True):
    """`seal` is null unless it was asked for."""

    as_of: Moment  # type: ignore[assignment]
    first: TraceShape | None = None  # type: ignore[assignment]
    seal: SealAnswer | None = None


class TimelineShape(Answer, frozen=True, kw_only=True):
    """Ten seconds from `at`."""

    at: Moment
    concurrent: int
    joins: int
    likes: int
    orders: int
    units: int
    gross: int


class MarkerShape(Answer, frozen=True, kw_only=True):
    """Something that the crew or the timer did."""

    at: Moment
    kind: str
    by: str
    data: dict[str, Any]


class StatsAnswer(Answer, frozen=True, kw_only=True):
    figures: FiguresShape
    timeline: list[TimelineShape]
    markers: list[MarkerShape]
