"""Bodies and answers of the audience; more of `shapes.py`, whose rules hold here too."""

from typing import Annotated

from msgspec import Meta

from livesell.domain.audience import MAX_CAUSE_CHARS, MAX_PAGE, Shown, Sort
from livesell.web.api.shapes import Answer, Body
from livesell.web.api.times import Moment


class CauseBody(Body, frozen=True, kw_only=True):
    """Why. It stays on the session's record, so it should name no person."""

    cause: Annotated[str, Meta(extra_json_schema={"minLength": 1, "maxLength": MAX_CAUSE_CHARS})]


class ViewersQuery(Body, frozen=True, kw_only=True):
    """Which viewers, in which order, the largest or newest first.

    `find` is an order number or a part of an id; with # it is an order number only. `after` is
    the `next` of the part before.
    """

    show: Shown = "all"
    sort: Sort = "recent"
    find: Annotated[str, Meta(max_length=64)] = ""
    after: Annotated[str, Meta(max_length=96)] = ""
    limit: Annotated[int, Meta(ge=1, le=MAX_PAGE)] = 50


class MarkRow(Answer, frozen=True, kw_only=True):
    """By whom, since when and why a viewer is muted or banned."""

    by: str
    at: Moment
    cause: str


class HeldBackRow(Answer, frozen=True, kw_only=True):
    """What came faster than allowed: likes that had to wait, orders that were refused."""

    likes: int
    orders: int


class ViewerRow(Answer, frozen=True, kw_only=True, omit_defaults=True):
    """One viewer. `name` is masked, and empty when no order bore one; `short` is a part of the id.

    `orders`, `units` and `amount` count the orders that stand; the amount is told to those only who
    may see money. `here` and `seen` are some seconds old.
    """

    viewer: str
    short: str
    name: str
    here: bool
    likes: int
    orders: int
    units: int
    held_back: HeldBackRow
    seen: Moment | None = None
    amount: int | None = None
    muted: MarkRow | None = None
    banned: MarkRow | None = None


class ViewersAnswer(Answer, frozen=True, kw_only=True, omit_defaults=True):
    """A part of the list. `counts` has the number of each kind; `next` is absent at the end."""

    viewers: list[ViewerRow]
    counts: dict[str, int]
    currency: str
    as_of: Moment
    next: str = ""


class ModeratedAnswer(Answer, frozen=True, kw_only=True):
    """The viewer as they are now; `changed` is false when that had been done before."""

    viewer: ViewerRow
    changed: bool
