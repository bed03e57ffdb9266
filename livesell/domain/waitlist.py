"""The waitlist: who queues for a card that is sold out, and is offered what comes back.

First come, first served, strictly: an offer is for all the units that were asked for, and while
the stock does not suffice for whoever is first, it is kept for them and those behind wait too.
Nobody is offered a card twice in a session. The steps that must not race are
`store/lua/join_queue.lua`, `leave_queue.lua` and `tend_queue.lua`; this page holds their words.
"""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from livesell.domain.card import Card, lines_of
from livesell.domain.order import MAX_UNITS, REFUSALS
from livesell.errors import NotFound, Refused

# waiting: in the queue. offered: may order until its time is over. The others are ends: it was
# ordered, the time was over (or it was declined), or the viewer left before there was an offer.
State = Literal["waiting", "offered", "taken", "lapsed", "left"]

# Why somebody cannot queue. Refusals are not stored.
WAIT_REFUSALS: dict[str, str] = {
    "not_live": "The waitlist is open while the show is on. Wait for it to start.",
    "no_such_card": REFUSALS["no_such_card"],
    "closed": REFUSALS["closed"],
    "bad_units": f"Queue for a whole number of units from 1 to {MAX_UNITS}.",
    "limit": "That is more than one person may queue for. Choose fewer.",
    "in_stock": "There is some left, so there is no queue. Order it now.",
    "queue_full": "The queue for this product is full. Look again later, somebody may leave it.",
    "already_waiting": "You are in this queue for another number. Leave it first to change that.",
    "waited_before": "This product was offered to you once in this show. Others have their turn.",
    "banned": "You have been removed from this show, so you cannot queue in it.",
    "not_waiting": "You are not in the queue for this product.",
    "rate": "You are asking very fast. Wait a moment and try again.",
}


class Offer(NamedTuple):
    """A live offer; `until_ms` is when it ends, epoch ms."""

    card: str
    viewer: str
    units: int
    until_ms: int


class Waiting(NamedTuple):
    """One who queues; `place` counts from 1 within the queue of the card."""

    card: str
    viewer: str
    pieces: int
    place: int


class QueueEntry(Struct, frozen=True, kw_only=True):
    """What became of one viewer's wish for one card.

    Attributes:
        place: In the queue, from 1; None unless waiting.
        until_ms: When the offer ends, epoch ms; None unless offered.
        is_new: Whether this very request put the viewer into the queue.
    """

    card: str
    state: State
    units: int
    place: int | None = None
    until_ms: int | None = None
    is_new: bool = False


class CardQueue(Struct, frozen=True, kw_only=True):
    """The waitlist of one card as the crew sees it: `length` people who want `units` in all."""

    card: str
    length: int
    units: int
    offers: tuple[Offer, ...]
    first: tuple[Waiting, ...]


def units_of(card: Card, pieces: int) -> int:
    """The units that so many pieces of its stock make; what is queued for is at least one."""
    _, pieces_a_unit = lines_of(card)[0]
    return max(1, pieces // pieces_a_unit)


def check_units(units: object) -> int:
    """Raises `Refused` unless it is a number of units that anybody could order."""
    if type(units) is not int or not 1 <= units <= MAX_UNITS:
        raise wait_refusal("bad_units")
    return units


def wait_refusal(code: str, **data: int) -> Refused:
    """The refusal as an error, with what holds now (`left`, `units`) in its data."""
    return Refused(code, WAIT_REFUSALS[code], data=data)


def not_waiting() -> NotFound:
    return NotFound("not_waiting", WAIT_REFUSALS["not_waiting"])


def as_of(entry: QueueEntry, now_ms: int) -> QueueEntry:
    """The entry by the clock: an offer whose time is over has lapsed, tidied up or not."""
    if entry.until_ms is None or now_ms < entry.until_ms:
        return entry
    return replace(entry, state="lapsed", until_ms=None)


def card_queues(
    cards: dict[str, Card], queue: Sequence[Waiting], offers: Sequence[Offer], most: int
) -> list[CardQueue]:
    """The queues of all cards that have one, or a live offer, in the order of the slots.

    Args:
        most: How many of those who are first are named.
    """
    found = []
    for card in cards.values():
        waiting = [one for one in queue if one.card == card.id]
        live = tuple(offer for offer in offers if offer.card == card.id)
        if waiting or live:
            units = sum(units_of(card, one.pieces) for one in waiting)
            found.append(
                CardQueue(
                    card=card.id,
                    length=len(waiting),
                    units=units,
                    offers=live,
                    first=tuple(waiting[:most]),
                )
            )
    return found


def mask_viewer(viewer: str) -> str:
    """A viewer's id as the crew sees it: tells two apart, and nobody can pass for either."""
    return f"{viewer[: min(5, len(viewer) // 2)]}**"
