"""The audience as a moderator sees it: who is here, who sends too much, who is muted or banned.

Names are masked and ids are shown short: a moderator has to tell viewers apart, not to know them.
The steps that must not race are `store/lua/moderate.lua`, `place_order.lua`, `credit_likes.lua`.
"""

from collections.abc import Iterable
from typing import Literal, NamedTuple

from msgspec import Struct

from livesell.domain.order import Order, stands
from livesell.domain.text import clean_line, mask_name
from livesell.errors import BadInput

Verb = Literal["mute", "unmute", "ban", "unban"]
Shown = Literal["all", "here", "muted", "banned", "held_back"]
Sort = Literal["recent", "likes", "held_back"]

# One sentence that a colleague understands tomorrow.
MAX_CAUSE_CHARS = 200

# Nodes tell of everyone who is present at least every 30 s and within a few beats; whoever was
# not told of for this long has gone.
HERE_MS = 45_000

# As many as fit on some screens of a phone; the rest is one tap away.
MAX_PAGE = 100

# Digits of an id that are shown. Eight of a random one tell 100,000 viewers apart, nearly always.
_SHORT_CHARS = 8
_GAP = "…"

# Whose refused orders are remembered between two beats, and told with one. Whoever fires as fast
# as that is among them; a flood of others costs nothing more.
MOST_COUNTED = 1000
MOST_TOLD = 100


class Mark(Struct, frozen=True, kw_only=True):
    """That a viewer is muted or banned: by whom, since when (epoch ms), and why."""

    by: str
    at_ms: int
    cause: str


class Moderated(Struct, frozen=True, kw_only=True):
    """The outcome: the mark that holds now, if any, and whether this very call changed it."""

    mark: Mark | None
    is_new: bool


class Bought(NamedTuple):
    """What a viewer has ordered: the orders that stand, their units, their sum in minor units."""

    name: str
    orders: int
    units: int
    amount: int


class HeldBack(NamedTuple):
    """What a viewer sent faster than allowed: likes that had to wait, orders that were refused."""

    likes: int = 0
    orders: int = 0


class Spectator(Struct, frozen=True, kw_only=True):
    """One viewer of a session as the crew sees them; `name` is masked.

    Attributes:
        seen_ms: When last present while on air, epoch ms; None when never.
        is_here: Whether that is now, as far as the last beats tell.
    """

    viewer: str
    name: str
    seen_ms: int | None
    is_here: bool
    likes: int
    held_back: HeldBack
    bought: Bought
    muted: Mark | None = None
    banned: Mark | None = None


class AudiencePage(Struct, frozen=True, kw_only=True):
    """A part of the list; `next` is the `after` of the following part, empty at the end."""

    rows: list[Spectator]
    next: str
    counts: dict[str, int]


class Place(NamedTuple):
    """Where a viewer stands in the list: by a number, then by the id, the largest first."""

    number: int
    viewer: str


class Ranking:
    """The first so many of any number of viewers, without keeping the others.

    Args:
        limit: How many are wanted.
        after: The last place that was shown already; None for the first part.
    """

    def __init__(self, limit: int, after: Place | None = None) -> None:
        self._limit = limit
        self._after = after
        self._first: list[Place] = []

    def add(self, places: Iterable[Place]) -> None:
        """Takes a slice in; somebody who comes twice stands where they came last."""
        floor = self._first[-1] if len(self._first) > self._limit else None
        new = {
            one.viewer: one
            for one in places
            if (self._after is None or one < self._after) and (floor is None or one > floor)
        }
        kept = [one for one in self._first if one.viewer not in new]
        self._first = sorted([*kept, *new.values()], reverse=True)[: self._limit + 1]

    @property
    def places(self) -> list[Place]:
        return self._first[: self._limit]

    @property
    def has_more(self) -> bool:
        return len(self._first) > self._limit


class Refusals:
    """Orders refused for their pace, by viewer, until they are told; bounded whatever comes."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._counts)

    def add(self, viewer: str) -> None:
        if viewer in self._counts or len(self._counts) < MOST_COUNTED:
            self._counts[viewer] = self._counts.get(viewer, 0) + 1

    def take(self) -> dict[str, int]:
        """The viewers with the most, and forgets all."""
        counts, self._counts = self._counts, {}
        if len(counts) <= MOST_TOLD:
            return counts
        most = sorted(counts.items(), key=lambda one: one[1], reverse=True)
        return dict(most[:MOST_TOLD])


def check_cause(cause: str, *, required: bool) -> str:
    """Why somebody is muted or banned, on one line; required for that, not for taking it back."""
    return clean_line(cause, "cause", max_chars=MAX_CAUSE_CHARS, required=required)


def short_id(viewer: str) -> str:
    """An id short enough to say aloud; what a shop made up is told by its two ends."""
    if len(viewer) <= _SHORT_CHARS + len(_GAP):
        return viewer
    is_ours = len(viewer) == 25 and viewer[0] == "v"
    if is_ours:
        return viewer[:_SHORT_CHARS]
    half = _SHORT_CHARS // 2
    return f"{viewer[:half]}{_GAP}{viewer[-half:]}"


def matches(viewer: str, wanted: str) -> bool:
    """Whether an id is the one looked for: a part of it, or its two ends as they are shown."""
    start, gap, end = wanted.partition(_GAP)
    return viewer.startswith(start) and viewer.endswith(end) if gap else start in viewer


def order_number(wanted: str) -> int | None:
    """The order number that somebody typed, such as 12 or #12; None when it is none."""
    digits = wanted.removeprefix("#").removeprefix("＃").strip()
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) <= 9 else None


def place_text(place: Place) -> str:
    """A place as an address carries it."""
    return f"{place.number}~{place.viewer}"


def read_place(text: str) -> Place:
    """Raises `BadInput` when it is no place that this list has told."""
    number, _, viewer = text.partition("~")
    if not viewer or not (number.isascii() and number.isdecimal()) or len(number) > 16:
        raise BadInput.field("after", "Take `after` from the `next` of the part before.")
    return Place(int(number), viewer)


def bought(orders: Iterable[Order]) -> Bought:
    """What one viewer's orders come to; the newest name that was given, masked."""
    own = sorted(orders, key=lambda order: order.n, reverse=True)
    standing = [order for order in own if stands(order)]
    return Bought(
        name=next((mask_name(order.name) for order in own if order.name), ""),
        orders=len(standing),
        units=sum(order.units for order in standing),
        amount=sum(order.amount for order in standing),
    )
