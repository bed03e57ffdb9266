"""Which viewer orders what and when, so that the outcome of every order is known before. Pure.

Orders outside of rushes are placed where they must be accepted: the card open, at its price, with
stock. A rush takes exactly what is there; the rest of it must be refused as sold out.
"""

import uuid
from itertools import cycle
from random import Random

from msgspec import Struct, field

from livesell.domain.command import Close, Hide, Open, Pause, Price, Resume, Show
from livesell.errors import BadInput
from livesell.replay.attendance import Attendance
from livesell.replay.curve import CELLS_A_MINUTE, Curve, Moments, apportioned, density
from livesell.replay.scenario import Basket, Rush, Scenario, bad, clock_of, restocks_of
from livesell.replay.timing import Timing

# How long before a card closes or changes its price the last order at the old one is sent; as
# much as a busy machine may hold an order up.
MARGIN_MS = 1500

# How often a viewer is drawn before all are looked through.
DRAWS = 60


class Segment(Struct, frozen=True, kw_only=True):
    """A stretch of minutes in which a card can be ordered at one price."""

    start: float
    end: float
    price: int


class Purchase(Struct, frozen=True, kw_only=True):
    """One order as a viewer will place it.

    Attributes:
        at_ms: After the start of the replay.
        allocated: The card's stock and sold units together, as the viewer has to see them before
            the order is sent: so an order that counts on a restock waits for it.
        manner: "once"; "twice" at once; "ask" or "again" after the connection dropped.
    """

    at_ms: int
    viewer: int
    id: str
    card: str
    units: int
    price: int
    allocated: int
    manner: str = "once"


class CardSales(Struct, kw_only=True):
    """What is to be accepted of one card; money in minor units."""

    orders: int = 0
    units: int = 0
    gross: int = 0
    donated: int = 0


class Sales(Struct, kw_only=True):
    """All orders of a replay and what must come of them."""

    purchases: list[Purchase] = field(default_factory=list)
    cards: dict[str, CardSales] = field(default_factory=dict)
    refused: dict[str, int] = field(default_factory=dict)

    def accept(self, card: str, orders: int, units: int, price: int, donation: int) -> None:
        sales = self.cards.setdefault(card, CardSales())
        sales.orders += orders
        sales.units += orders * units
        sales.gross += orders * units * price
        sales.donated += orders * units * donation


class Seller:
    """Plans the sales of one replay.

    Args:
        orders_a_viewer: What one viewer may try at most, so that the pace limit never speaks.
    """

    def __init__(
        self,
        scenario: Scenario,
        timing: Timing,
        attendance: Attendance,
        orders_a_viewer: int,
        rng: Random,
    ) -> None:
        self.sales = Sales()
        self._scenario = scenario
        self._timing = timing
        self._attendance = attendance
        self._most = orders_a_viewer
        self._rng = rng
        viewers = len(attendance.visits)
        self._tried = [0] * viewers
        self._taken: dict[tuple[int, str], int] = {}
        self._buyers = rng.sample(
            range(viewers), max(1, round(scenario.orders.buyers * viewers)) if viewers else 0
        )

    def plan(self) -> Sales:
        sold: dict[str, int] = {}
        for rush in self._scenario.rushes:
            sold[rush.card] = sold.get(rush.card, 0) + self._rush(rush, sold.get(rush.card, 0))
        orders = self._scenario.orders
        counts = apportioned(orders.total, [basket.weight for basket in orders.cards])
        for basket, count in zip(orders.cards, counts, strict=True):
            self._basket(basket, count)
        self.sales.purchases.sort(key=lambda purchase: purchase.at_ms)
        return self.sales

    # --- orders outside of rushes ------------------------------------------------------------

    def _basket(self, basket: Basket, count: int) -> None:
        if count == 0:
            return
        segments = segments_of(self._scenario, basket.card)
        moments = Moments(self._weights(basket.card, segments))
        if moments.is_empty:
            raise bad(f"[[orders.cards]]: {basket.card} is never open while orders fall.")
        card, sizes = self._scenario.cards[basket.card], cycle(basket.units)
        drawn = moments.draw(count, self._rng)
        planned = 0
        for minute in drawn:
            units = next(sizes)
            segment = _segment_at(segments, minute)
            planned += units
            self._check_stock(basket.card, planned, minute)
            self._buy(minute, segment, basket.card, units, self._orderer(minute, card.id, units))
            self.sales.accept(card.id, 1, units, segment.price, card.donation)

    def _weights(self, card: str, segments: list[Segment]) -> list[float]:
        orders, minutes = self._scenario.orders, self._scenario.minutes
        weights = density(Curve(orders.curve), minutes)
        shown = shown_spans(self._scenario, card)
        for cell in range(len(weights)):
            minute = (cell + 0.5) / CELLS_A_MINUTE
            if not any(one.start <= minute < one.end for one in segments):
                weights[cell] = 0
            elif any(start <= minute < end for start, end in shown):
                weights[cell] *= orders.shown
        return weights

    def _check_stock(self, card: str, planned: int, minute: float) -> None:
        allocated = _allocated(self._scenario, card, minute)
        if planned > allocated:
            raise bad(
                f"[orders]: at {clock_of(minute)} {planned} units of {card} would be ordered, but "
                f"there are {allocated}. Raise its stock or lower its weight."
            )

    def _buy(self, minute: float, segment: Segment, card: str, units: int, viewer: int) -> None:
        roll, orders = self._rng.random(), self._scenario.orders
        manner = "once"
        if roll < orders.resent:
            manner = "twice"
        elif roll < orders.resent + orders.dropped:
            manner = "ask" if self._rng.random() < 0.5 else "again"
        self._add(minute, segment, card, units, viewer, manner)

    def _add(
        self, minute: float, segment: Segment, card: str, units: int, viewer: int, manner: str
    ) -> None:
        self.sales.purchases.append(
            Purchase(
                at_ms=self._moment_ms(minute, segment),
                viewer=viewer,
                id=str(uuid.UUID(int=self._rng.getrandbits(128), version=4)),
                card=card,
                units=units,
                price=segment.price,
                allocated=_allocated(self._scenario, card, minute),
                manner=manner,
            )
        )

    def _moment_ms(self, minute: float, segment: Segment) -> int:
        """The moment within its segment, squeezed away from the segment's end."""
        start_ms, end_ms = self._timing.at(segment.start), self._timing.at(segment.end)
        is_last = segment.end >= self._scenario.minutes
        margin_ms = 0 if is_last else min(MARGIN_MS, (end_ms - start_ms) / 3)
        part = (minute - segment.start) / (segment.end - segment.start)
        return round(start_ms + part * (end_ms - margin_ms - start_ms))

    # --- who ---------------------------------------------------------------------------------

    def _orderer(self, minute: float, card: str, units: int) -> int:
        for _ in range(DRAWS):
            viewer = self._rng.choice(self._buyers)
            if self._may(viewer, minute, card, units):
                return self._taking(viewer, card, units)
        for viewer in [*self._buyers, *range(len(self._tried))]:
            if self._may(viewer, minute, card, units):
                return self._taking(viewer, card, units)
        raise _too_few(f"order everything ({card} at {clock_of(minute)})")

    def _may(self, viewer: int, minute: float, card: str, units: int) -> bool:
        limit = self._scenario.cards[card].limit
        taken = self._taken.get((viewer, card), 0)
        return (
            self._tried[viewer] < self._most
            and (limit is None or taken + units <= limit)
            and self._attendance.is_present(viewer, minute)
        )

    def _taking(self, viewer: int, card: str, units: int) -> int:
        self._tried[viewer] += 1
        self._taken[viewer, card] = self._taken.get((viewer, card), 0) + units
        return viewer

    # --- rushes ------------------------------------------------------------------------------

    def _rush(self, rush: Rush, sold_before: int) -> int:
        """Plans one rush; returns the units that it must take."""
        where = f"[[rushes]] at {clock_of(rush.at)}"
        segment = _segment_at(segments_of(self._scenario, rush.card), rush.at, where)
        free = _allocated(self._scenario, rush.card, rush.at) - sold_before
        accepted = free // rush.units
        if free % rush.units or rush.buyers <= accepted:
            raise bad(
                f"{where}: {rush.buyers} orders of {rush.units} do not sell out the {free} units "
                f"of {rush.card} exactly. Take more buyers, or a stock that {rush.units} divides."
            )
        for viewer in self._rushers(rush, where):
            late = rush.seconds / 60 * self._rng.random() ** 2
            minute = min(rush.at + late, segment.end - 1e-6)
            manner = "twice" if self._rng.random() < rush.resent else "once"
            self._add(minute, segment, rush.card, rush.units, viewer, manner)
        card, refused = self._scenario.cards[rush.card], self.sales.refused
        self.sales.accept(rush.card, accepted, rush.units, segment.price, card.donation)
        refused["sold_out"] = refused.get("sold_out", 0) + rush.buyers - accepted
        return accepted * rush.units

    def _rushers(self, rush: Rush, where: str) -> list[int]:
        """Distinct viewers as far as they go round, then the same ones again."""
        until = rush.at + rush.seconds / 60
        present = [
            viewer
            for viewer in range(len(self._tried))
            if self._attendance.is_present(viewer, rush.at)
            and self._attendance.is_present(viewer, until)
        ]
        self._rng.shuffle(present)
        chosen: list[int] = []
        while len(chosen) < rush.buyers:
            willing = [one for one in present if self._may(one, rush.at, rush.card, rush.units)]
            if not willing:
                raise _too_few(f"rush {rush.buyers} times on {rush.card} ({where})")
            chosen += [
                self._taking(viewer, rush.card, rush.units)
                for viewer in willing[: rush.buyers - len(chosen)]
            ]
        return chosen


def segments_of(scenario: Scenario, card: str) -> list[Segment]:
    """When a card can be ordered, at which price: the moves of the host, followed through."""
    record = scenario.cards[card]
    is_open, is_paused, price, since = record.open, False, record.price, 0.0
    segments: list[Segment] = []
    for move in scenario.moves:
        before = (is_open and not is_paused, price)
        match move.command:
            case Open(card=named) | Close(card=named) if named == card:
                is_open = isinstance(move.command, Open)
            case Price(card=named, price=asked) if named == card:
                price = asked
            case Pause():
                is_paused = True
            case Resume():
                is_paused = False
        if (is_open and not is_paused, price) != before:
            if before[0] and move.at > since:
                segments.append(Segment(start=since, end=move.at, price=before[1]))
            since = move.at
    if is_open and not is_paused and scenario.minutes > since:
        segments.append(Segment(start=since, end=float(scenario.minutes), price=price))
    return segments


def shown_spans(scenario: Scenario, card: str) -> list[tuple[float, float]]:
    """When a card is being explained."""
    spans: list[tuple[float, float]] = []
    since: float | None = None
    for move in scenario.moves:
        if isinstance(move.command, Show | Hide):
            if since is not None:
                spans.append((since, move.at))
            is_this = isinstance(move.command, Show) and move.command.card == card
            since = move.at if is_this else None
    return spans if since is None else [*spans, (since, float(scenario.minutes))]


def _allocated(scenario: Scenario, card: str, minute: float) -> int:
    return scenario.stock[card] + sum(
        units for at, units in restocks_of(scenario, card) if at <= minute
    )


def _segment_at(segments: list[Segment], minute: float, where: str = "[orders]") -> Segment:
    for segment in segments:
        if segment.start <= minute < segment.end:
            return segment
    raise bad(f"{where}: the card cannot be ordered at {clock_of(minute)}. Open it before.")


def _too_few(what: str) -> BadInput:
    return BadInput.field(
        "viewers",
        f"These viewers are too few to {what} within the limits of a person at this speed. "
        "Take more viewers, a lower speed, or --scale-totals.",
    )
