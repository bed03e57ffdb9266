"""A scenario: one broadcast written down, with its audience, likes, orders and rushes.

Pure data. `reading.py` makes it from TOML, `rules.py` says what has to hold, `plan.py` expands it.
"""

from msgspec import Struct

from livesell.domain.card import Card
from livesell.domain.command import AnyCommand, Restock
from livesell.domain.session import Session
from livesell.errors import BadInput
from livesell.replay.curve import Points


class Move(Struct, frozen=True, kw_only=True):
    """A host's command at a minute of the session."""

    at: float
    command: AnyCommand


class Audience(Struct, frozen=True, kw_only=True):
    """Who watches when.

    Attributes:
        viewers: Distinct viewers; each of them is there at some time.
        curve: Share of them that is there at once, by minute.
        returns: Share that goes away for a while and comes back.
        away: How many minutes they stay away, at least and at most.
        reconnects: Share whose connection drops once and comes back at once.
    """

    viewers: int
    curve: Points
    returns: float = 0.0
    away: tuple[float, float] = (2.0, 5.0)
    reconnects: float = 0.0


class Likes(Struct, frozen=True, kw_only=True):
    """How many likes, when, and how many a tapping viewer gives at once."""

    total: int = 0
    curve: Points = ((0.0, 1.0),)
    burst: int = 5


class Basket(Struct, frozen=True, kw_only=True):
    """One card's part of the orders. `units` are the sizes of its orders, in turn."""

    card: str
    weight: float
    units: tuple[int, ...] = (1,)


class Orders(Struct, frozen=True, kw_only=True):
    """The orders outside of rushes; all of them are to be accepted.

    Attributes:
        buyers: Share of the viewers that orders at all.
        resent: Share of orders that are sent twice at once, under the same id.
        dropped: Share of orders whose connection drops before the answer is there.
        shown: How much likelier a card is ordered while it is being explained.
    """

    total: int = 0
    curve: Points = ((0.0, 1.0),)
    buyers: float = 0.3
    resent: float = 0.0
    dropped: float = 0.0
    shown: float = 1.0
    cards: tuple[Basket, ...] = ()


class Rush(Struct, frozen=True, kw_only=True):
    """More buyers at once than there is stock: the card sells out, the others are refused."""

    card: str
    at: float
    buyers: int
    units: int = 1
    seconds: float = 60.0
    resent: float = 0.0


class Scenario(Struct, frozen=True, kw_only=True):
    """A checked scenario. Minutes count from the start of the session."""

    name: str
    session: Session
    cards: dict[str, Card]
    stock: dict[str, int]
    minutes: int
    moves: tuple[Move, ...]
    audience: Audience
    likes: Likes
    orders: Orders
    rushes: tuple[Rush, ...]


def restocks_of(scenario: Scenario, card: str) -> list[tuple[float, int]]:
    """When how many units of a card are added by the host."""
    return [
        (move.at, move.command.units)
        for move in scenario.moves
        if isinstance(move.command, Restock) and move.command.card == card
    ]


def clock_of(minute: float) -> str:
    """A minute as people write it: "18:30"."""
    seconds = round(minute * 60)
    return f"{seconds // 60:02d}:{seconds % 60:02d}"


def bad(sentence: str) -> BadInput:
    """What is wrong in a scenario, told to whoever wrote it."""
    return BadInput("bad_scenario", sentence)
