"""What one transition of an order adds to every count, and the form in which it is written down.

The transitions are `domain/settlement.py`; `store/lua/settle_order.lua` writes them down.
"""

from collections.abc import Iterator
from typing import Literal

from msgspec import Struct, field

from livesell.domain.command import Fact
from livesell.domain.order import Order, lines_of
from livesell.domain.refund import Refund
from livesell.domain.truth import bucket_of

TickerChange = Literal["", "drop", "mask"]


class FlashPart(Struct, frozen=True, kw_only=True):
    """Pieces that return to a flash sale, or are taken from it (below zero), while it runs."""

    card: str
    flash: str
    stock: str
    pieces: int


class Settlement(Struct, frozen=True, kw_only=True):
    """One transition of an order.

    Attributes:
        at_ms: When, epoch ms; the facts have to bear this very time.
        units: What is added to a card's counts, by card and field of `Units`.
        tally: What is added to the totals.
        timeline: What is added to the buckets, by start (epoch ms) and field of `Bucket`.
        taken: What is added to the units taken, by '<viewer>/<card>'.
        buyer: 1 when the viewer has one more standing order, -1 when one fewer.
        hold: Until when its stock is held from now on; None takes the hold away.
        needs: Pieces that have to be available to the public, by stock card.
        flash: What moves to or from the flash sale that the order was placed in.
        ticker: Whether its entry among the newest orders goes, or loses its name.
    """

    before: Order
    after: Order
    at_ms: int
    units: dict[tuple[str, str], int] = field(default_factory=dict)
    tally: dict[str, int] = field(default_factory=dict)
    timeline: dict[tuple[int, str], int] = field(default_factory=dict)
    taken: dict[str, int] = field(default_factory=dict)
    buyer: int = 0
    hold: int | None = None
    needs: dict[str, int] = field(default_factory=dict)
    flash: FlashPart | None = None
    facts: tuple[Fact, ...] = ()
    refund: Refund | None = None
    ticker: TickerChange = ""


class Effects:
    """Collects what one transition adds, in words of what happens to the order."""

    def __init__(self, order: Order, now_ms: int) -> None:
        self._order = order
        self._now_ms = now_ms
        self._online = order.way != "offline"
        self._units: dict[tuple[str, str], int] = {}
        self._tally: dict[str, int] = {}
        self._timeline: dict[tuple[int, str], int] = {}
        self._taken: dict[str, int] = {}
        self._buyer = 0
        self.needs: dict[str, int] = {}
        self.flash: FlashPart | None = None
        self.ticker: TickerChange = ""

    def stock(self, source: str, target: str, units: int | None = None) -> "Effects":
        """Moves the pieces of so many units, all of them unless told."""
        for card, pieces in _pieces(self._order, units):
            self._units[card, source] = self._units.get((card, source), 0) - pieces
            self._units[card, target] = self._units.get((card, target), 0) + pieces
        return self

    def counts(self, sign: int) -> "Effects":
        """The order begins (1) or ceases (-1) to stand."""
        order = self._order
        sums = {"orders": sign, "units": sign * order.units, "ordered": sign * order.amount}
        if not self._online:
            return self._offline(sign, sums["units"], sums["ordered"])
        for name, number in sums.items():
            self._tally[name] = number
            self._timeline[bucket_of(order.at_ms), name] = number
            self._units[order.card, name] = number
            if order.window:
                self._units[order.card, f"window_{name}"] = number
        for key in _taken_keys(order):
            self._taken[key] = sums["units"]
        self._buyer = sign
        return self

    def _offline(self, orders: int, units: int, amount: int) -> "Effects":
        self._tally |= {
            "offline_orders": orders, "offline_units": units, "offline_amount": amount
        }  # fmt: skip
        return self

    def total(self, name: str, number: int) -> "Effects":
        if self._online:
            self._tally[name] = self._tally.get(name, 0) + number
        return self

    def released(self) -> "Effects":
        """It waits for its payment no longer."""
        return self.total("held_orders", -1).total("held_amount", -self._order.amount)

    def donated(self, units: int) -> "Effects":
        return self.total("donated", self._order.donation * units)

    def captured(self, amount: int) -> "Effects":
        if not self._online:
            return self
        self.total("paid_orders", 1)
        return self._money("paid", amount)

    def given_back(self, amount: int, units: int, *, is_whole: bool) -> "Effects":
        if self._online:
            return self._money("refunded", amount)
        if not is_whole:
            return self._offline(0, -units, -amount)
        order = self._order
        return self._offline(-1, order.returned - order.units, -amount)

    def _money(self, name: str, amount: int) -> "Effects":
        self._units[self._order.card, name] = amount
        self._timeline[bucket_of(self._now_ms), name] = amount
        return self.total(name, amount)

    def settled(self, after: Order, fact: Fact, refund: Refund | None = None) -> Settlement:
        return Settlement(
            before=self._order,
            after=after,
            at_ms=self._now_ms,
            units={key: number for key, number in self._units.items() if number},
            tally={key: number for key, number in self._tally.items() if number},
            timeline={key: number for key, number in self._timeline.items() if number},
            taken=self._taken,
            buyer=self._buyer,
            needs=self.needs,
            flash=self.flash,
            facts=(fact,),
            refund=refund,
            ticker=self.ticker,
        )


def _pieces(order: Order, units: int | None) -> Iterator[tuple[str, int]]:
    for card, pieces in lines_of(order):
        yield card, pieces if units is None else pieces * units // order.units


def _taken_keys(order: Order) -> list[str]:
    key = f"{order.viewer}/{order.card}"
    return [key, f"{key}/{order.flash}"] if order.flash else [key]


def flash_part(order: Order, units: int) -> FlashPart | None:
    """What returns to the flash sale with so many units; below zero it is taken from it."""
    if not order.flash or not units:
        return None
    stock, pieces = lines_of(order)[0]
    return FlashPart(
        card=order.card, flash=order.flash, stock=stock, pieces=pieces * units // order.units
    )
