"""The shapes of the pre-flight check and of rehearsals."""

from typing import Annotated, Any, Literal

from msgspec import Meta

from livesell.web.api.shapes import Answer, Body
from livesell.web.api.times import Moment


class CheckShape(Answer, frozen=True, kw_only=True):
    """One point of the check. `cards` are the ids of those that it is about, `data` what its
    sentence tells; `says` and `do` are that sentence, and what to do about it, in English.
    """

    area: str
    code: str
    state: Literal["ok", "warn", "bad"]
    cards: tuple[str, ...]
    data: dict[str, Any]
    says: str
    do: str


class PreflightAnswer(Answer, frozen=True, kw_only=True):
    """`ready` says that nothing has to be overruled; what is in the way comes first."""

    ready: bool
    checks: list[CheckShape]


class RehearsalBody(Body, frozen=True, kw_only=True):
    """With `live` it goes on air at once; else somebody starts it in its console."""

    live: bool = False


class AudienceBody(Body, frozen=True, kw_only=True):
    """How many simulated viewers, for how many minutes, and how eager to like and to buy."""

    viewers: int = 50
    minutes: int = 10
    mood: Literal["calm", "usual", "eager"] = "usual"


class AudienceShape(Answer, frozen=True, kw_only=True):
    """What the simulated audience does. `refused` are orders by the code of their refusal, which is
    part of a rehearsal; `trouble` are connections that were refused or lost, which is not.
    """

    state: Literal["coming", "watching", "left", "broken"]
    connected: int
    viewers: int
    likes: int
    orders: int
    units: int
    refused: dict[str, int]
    trouble: dict[str, int]
    until: Moment


class RehearsalShape(Answer, frozen=True, kw_only=True):
    """A rehearsal: a session of its own (`id`), in no list and no figure.

    Whoever has `link` may come in until `ends`, when it ends by itself; `qr` is the link as a
    picture, an address with the data in it. `audience` is null when none was simulated.
    """

    id: str
    state: str
    made: Moment
    by: str
    ends: Moment
    started: Moment | None
    ended: Moment | None
    link: str
    qr: str
    currency: str
    concurrent: int
    viewers: int
    peak: int
    likes: int
    orders: int
    units: int
    ordered: int
    audience: AudienceShape | None


class RehearsalAnswer(Answer, frozen=True, kw_only=True):
    """Null when the session is not being rehearsed."""

    rehearsal: RehearsalShape | None


class VisitBody(Body, frozen=True, kw_only=True):
    """What stands behind the # of an invitation's address."""

    invitation: Annotated[str, Meta(max_length=1000)]


class VisitAnswer(Answer, frozen=True, kw_only=True):
    """The rehearsal's session."""

    session: str
