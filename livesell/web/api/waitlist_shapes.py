"""Bodies and answers of the waitlist; more of `shapes.py`, whose rules hold here too."""

from typing import Annotated, Any

from msgspec import Meta

from livesell.domain.order import MAX_UNITS
from livesell.web.api.shapes import Answer, Body
from livesell.web.api.times import Moment


class WaitlistBody(Body, frozen=True, kw_only=True):
    """How many units to queue for. The rules of the waitlist judge it."""

    units: Annotated[
        Any, Meta(extra_json_schema={"type": "integer", "minimum": 1, "maximum": MAX_UNITS})
    ]


class QueueEntryRow(Answer, frozen=True, kw_only=True, omit_defaults=True):
    """A viewer's wish for a card.

    `state` is waiting (with `place`, from 1), offered (with `until`, and `price` when it was read),
    or how it ended: taken, lapsed, left.
    """

    card: str
    state: str
    units: int
    place: int | None = None
    until: Moment | None = None
    price: int | None = None


class QueueEntryAnswer(Answer, frozen=True, kw_only=True):
    entry: QueueEntryRow


class OfferRow(Answer, frozen=True, kw_only=True):
    """A live offer; the viewer's id is masked."""

    viewer: str
    units: int
    until: Moment


class WaitingRow(Answer, frozen=True, kw_only=True):
    """One who queues; the viewer's id is masked."""

    viewer: str
    units: int
    place: int


class QueueRow(Answer, frozen=True, kw_only=True):
    """One card's queue: `length` people want `units` in all; `first` names the first of them."""

    card: str
    length: int
    units: int
    offers: list[OfferRow]
    first: list[WaitingRow]


class WaitlistAnswer(Answer, frozen=True, kw_only=True, omit_defaults=True):
    """`entries` are the viewer's own; `queues` are for the crew."""

    entries: list[QueueEntryRow] | None = None
    queues: list[QueueRow] | None = None
