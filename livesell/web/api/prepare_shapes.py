"""What preparing takes and answers: the list of sessions, copies of them, campaigns."""

from typing import Annotated, Literal

from msgspec import Meta

from livesell.domain.figures import EventFigures, Sums
from livesell.domain.session import State
from livesell.web.api.shapes import MAX_EXACT, Answer, Body
from livesell.web.api.times import Moment

Words = Annotated[str, Meta(max_length=80)]
Name = Annotated[str, Meta(max_length=64)]


class SessionsQuery(Body, frozen=True, kw_only=True):
    """Which sessions: on air (now), to come (next) or past; with these words in title, host or id;
    of a host, of a campaign, in a state; running at some time from `since` to `until`.

    `after` is the `next` of the page before.
    """

    part: Literal["now", "next", "past"] | None = None
    q: Words = ""
    host: Words = ""
    campaign: Name = ""
    state: State | None = None
    since: Moment | None = None
    until: Moment | None = None
    after: Name = ""
    limit: Annotated[int, Meta(ge=1, le=200)] = 200


class SessionRow(Answer, frozen=True, kw_only=True):
    """A session in the list; times that are not known are null.

    The crew's list has those in the archive too, which can be read and not changed. Only the crew
    is told the owner, the campaign and the number of cards.
    """

    id: str
    title: str
    host: str
    state: str
    planned_start: Moment | None
    planned_end: Moment | None
    started: Moment | None
    ended: Moment | None
    cover: str
    currency: str
    zone: str
    archived: bool = False
    owner: str = ""
    campaign: str = ""
    cards: int = 0


class SessionsAnswer(Answer, frozen=True, kw_only=True):
    """A page of the list. `next` is what the following page comes `after`, null at the end.

    `total` counts what was asked for; `hosts` are all names that the filter may ask for.
    """

    sessions: list[SessionRow]
    total: int
    next: str | None
    hosts: list[str]


class NextAnswer(Answer, frozen=True, kw_only=True):
    """The next show of the same host, else the next of all; null when nothing is announced."""

    next: SessionRow | None


class DuplicateBody(Body, frozen=True, kw_only=True):
    """The new draft; without an `id` one is made from the title."""

    title: str
    id: str | None = None


class CampaignBody(Body, frozen=True, kw_only=True):
    """A new campaign; without an `id` one is made from the title."""

    title: str
    note: str = ""
    id: str | None = None


class CampaignEditBody(Body, frozen=True, kw_only=True):
    """What a campaign is to be, on no newer state than `expected_version`."""

    title: str
    note: str = ""
    expected_version: Annotated[int, Meta(ge=1, le=MAX_EXACT)]


class CampaignShape(Answer, frozen=True, kw_only=True):
    """A campaign, and how many sessions belong to it."""

    id: str
    title: str
    note: str
    created: Moment
    version: int
    sessions: int


class CampaignAnswer(Answer, frozen=True, kw_only=True):
    campaign: CampaignShape


class CampaignsAnswer(Answer, frozen=True, kw_only=True):
    campaigns: list[CampaignShape]


class EventShape(EventFigures, frozen=True, kw_only=True):
    as_of: Moment  # type: ignore[assignment]
    sums: tuple[Sums, ...]


class CampaignFiguresAnswer(CampaignAnswer, frozen=True, kw_only=True):
    """A campaign with its sessions and what they made together."""

    rows: list[SessionRow]
    figures: EventShape
