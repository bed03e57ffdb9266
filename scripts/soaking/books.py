"""What the crowd of the kill loop was told: every order that it wants, and every answer to it.

The books are kept outside of the service, so whatever is killed there, they stand. An order is
open until its answer is final; until then whoever wants it asks again under the same id.
"""

import uuid
from collections import Counter
from collections.abc import Iterator
from random import Random
from typing import Any

from msgspec import Struct, field

# What asks for another try under the same id.
AGAIN = frozenset({"busy", "unknown", "rate", "in_flight"})


class Purchase(Struct, kw_only=True):
    """One order that a buyer wants.

    Attributes:
        asked: What was sent; every later try sends the same.
        number: How many were wanted before it.
        is_doubtful: An attempt was made whose outcome is not known.
        order: The first acceptance, as it was told.
        refused: The code of a final refusal; "nothing" when it was called not done and given up.
        told: What else was acknowledged of it: paid, cancelled, fulfilled.
        is_busy: Whether its buyer is still at it.
        tries: How often it was sent.
        new: How often it was accepted as a new order.
    """

    asked: dict[str, Any]
    number: int
    is_doubtful: bool = False
    order: dict[str, Any] | None = None
    refused: str = ""
    told: set[str] = field(default_factory=set)
    is_busy: bool = False
    tries: int = 0
    new: int = 0

    @property
    def id(self) -> str:
        return str(self.asked["id"])

    @property
    def is_open(self) -> bool:
        return (self.order is None and not self.refused) or self.is_busy


class Books:
    """All of it, with what does not fit together noted in `wrong` as it is seen."""

    def __init__(self, dice: Random) -> None:
        self.purchases: dict[str, Purchase] = {}
        self.allocated: Counter[str] = Counter()
        self.counts: Counter[str] = Counter()
        self.wrong: list[str] = []
        self._dice = dice
        self.accepted_since = 0
        self._marked = 0
        self._open_restocks = 0

    def mark(self) -> None:
        """`accepted_since` counts, from now on, orders that were first wanted after this."""
        self.accepted_since, self._marked = 0, len(self.purchases)

    def is_settled(self) -> bool:
        """Whether nobody waits for an answer any more."""
        return not self._open_restocks and not any(one.is_open for one in self.open())

    def open(self) -> Iterator[Purchase]:
        return (one for one in self.purchases.values() if one.is_open)

    def standing(self) -> list[Purchase]:
        return [one for one in self.purchases.values() if one.order is not None]

    def want(self, viewer: str, card: str, units: int, price: int) -> Purchase:
        asked = {
            "id": str(uuid.UUID(int=self._dice.getrandbits(128), version=4)),
            "viewer": viewer,
            "card": card,
            "units": units,
            "price": price,
        }
        one = Purchase(asked=asked, number=len(self.purchases))
        self.purchases[one.id] = one
        return one

    def accepted_as(self, one: Purchase, order: dict[str, Any], *, dup: bool) -> None:
        """An acceptance, the first or one more."""
        if one.refused:
            self.wrong.append(f"{one.id} was refused ({one.refused}) and accepted afterwards.")
        one.new += not dup
        if one.new > 1:
            self.wrong.append(f"{one.id} was accepted as new twice.")
        if one.order is None:
            self.accepted_since += one.number >= self._marked
            self.counts["accepted"] += 1
            self.counts["found_again"] += dup
            if dup and not one.is_doubtful:
                self.wrong.append(f"{one.id} was answered as a repetition, and is none.")
            one.order = order
        elif same_terms(one.order) != same_terms(order):
            self.wrong.append(f"{one.id} was accepted as {one.order} and then as {order}.")
        else:
            self.counts["answered_again"] += 1

    def refused_as(self, one: Purchase, code: str) -> None:
        if one.order is not None:
            self.wrong.append(f"{one.id} was accepted and then refused as {code}.")
        self.counts[f"refused_{code}"] += 1
        one.refused = code

    def restocking(self, card: str) -> "Restock":
        self._open_restocks += 1
        return Restock(self, card)

    def restocked(self, card: str, units: int) -> None:
        self._open_restocks -= 1
        self.allocated[card] += units
        self.counts["restocked"] += 1


class Restock:
    """A host's restock that is under way; `done` when it is acknowledged."""

    def __init__(self, books: Books, card: str) -> None:
        self._books = books
        self._card = card
        self.id = str(uuid.uuid4())

    def done(self, units: int) -> None:
        self._books.restocked(self._card, units)


_TERMS = ("id", "n", "viewer", "card", "units", "price", "amount")


def same_terms(order: dict[str, Any]) -> tuple[Any, ...]:
    """What of an order never changes, whoever tells it and whatever became of it."""
    return tuple(order.get(name) for name in _TERMS)
