"""A scenario expanded: what every simulated viewer does when, and what must come of it. Pure.

The same scenario, size, speed and seed always give the same plan. What the viewers do is dealt
out to the load processes; what is expected is compared with every other way of counting at the
end (`report.py`).
"""

import math
from random import Random

from msgspec import Struct, field
from msgspec.structs import replace

from livesell.domain.command import Restock
from livesell.errors import BadInput
from livesell.replay.attendance import BEFORE, Attendance
from livesell.replay.liking import Taps, plan_taps
from livesell.replay.rules import MAX_VIEWERS
from livesell.replay.scenario import Move, Rush, Scenario
from livesell.replay.selling import CardSales, Purchase, Sales, Seller
from livesell.replay.timing import Timing

# One viewer in so many folds every patch and must end with the document that the API gives.
WITNESS_EVERY = 50
MIN_WITNESSES = 20

# How fast those who wait for the show connect; half of what `push.joins_per_second` lets in
# unless configured otherwise, so that a small machine has time for each.
JOINS_A_SECOND = 800
LEAD_MS = 1500

# The part of the allowed pace of orders that a planned viewer uses: an order that is sent twice
# or asked for again counts as well.
PART_OF_PACE = 0.3

JOIN, LEAVE, DROP, TAP, BUY = "join", "leave", "drop", "tap", "buy"
_TURN = {JOIN: 0, LEAVE: 2}


class Pace(Struct, frozen=True, kw_only=True):
    """What the service lets one viewer do."""

    likes_per_second: int
    orders_per_minute: int


class Step(Struct, frozen=True, array_like=True):
    """Something that a viewer does. `at_ms` counts from the start, negative before it.

    `who` is the viewer's place in its process's list, `n` the taps, the place of the purchase,
    or the number of the visit that a join opens.
    """

    at_ms: int
    do: str
    who: int
    n: int = 0


class Share(Struct, kw_only=True):
    """What one load process does; steps are in order of time.

    `witnesses` are the places of viewers that fold every patch.
    """

    viewers: list[int] = field(default_factory=list)
    witnesses: list[int] = field(default_factory=list)
    purchases: list[Purchase] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)


class Expected(Struct, frozen=True, kw_only=True):
    """What must come of the plan; money in minor units. `attempts` are accepted and refused."""

    viewers: int
    likes: int
    attempts: int
    orders: int
    units: int
    gross: int
    donated: int
    refused: dict[str, int]
    cards: dict[str, CardSales]


class Plan(Struct, frozen=True, kw_only=True):
    """Everything that a replay needs to know before it starts."""

    scenario: Scenario
    timing: Timing
    lead_ms: int
    shares: list[Share]
    expected: Expected


def expand(
    scenario: Scenario,
    *,
    timing: Timing,
    pace: Pace,
    viewers: int | None = None,
    processes: int = 1,
    scale_totals: bool = False,
    seed: int = 1,
) -> Plan:
    """The plan for so many viewers in so many processes.

    Args:
        viewers: None takes the scenario's number. Other numbers give each viewer more or less
            to do, so that the totals stay those of the scenario.
        scale_totals: Lets the totals (and the stock that is rushed on) follow the viewers.

    Raises:
        BadInput: The viewers cannot do all that within the pace that the service allows.
    """
    count = scenario.audience.viewers if viewers is None else viewers
    if not 1 <= count <= MAX_VIEWERS:
        raise BadInput.field("viewers", f"The viewers have to be from 1 to {MAX_VIEWERS}.")
    if scale_totals:
        scenario = scaled(scenario, count / scenario.audience.viewers)
    rng = Random(seed)  # noqa: S311 - a plan has to be repeatable, not secret
    witnesses = min(count, max(MIN_WITNESSES, count // WITNESS_EVERY))
    attendance = Attendance(scenario.audience, count, scenario.minutes, witnesses, rng)
    sales = Seller(scenario, timing, attendance, _orders_a_viewer(timing, pace), rng).plan()
    taps = plan_taps(scenario.likes, timing, attendance, pace.likes_per_second, rng)
    waiting = sum(visits[0].start == BEFORE for visits in attendance.visits)
    lead_ms = LEAD_MS + waiting * 1000 // JOINS_A_SECOND
    shares = _dealt(attendance, sales, taps, timing, lead_ms, processes, witnesses)
    return Plan(
        scenario=scenario,
        timing=timing,
        lead_ms=lead_ms,
        shares=shares,
        expected=_expected(count, scenario, sales),
    )


def scaled(scenario: Scenario, factor: float) -> Scenario:
    """The scenario with totals times `factor`, and with the stock of rushed cards likewise."""
    rushed = {rush.card: rush.units for rush in scenario.rushes}

    def stock(card: str, units: int) -> int:
        size = rushed[card]
        return max(1, round(units * factor / size)) * size

    def move(one: Move) -> Move:
        command = one.command
        if isinstance(command, Restock) and command.card in rushed and command.units > 0:
            return replace(one, command=replace(command, units=stock(command.card, command.units)))
        return one

    def rush(one: Rush) -> Rush:
        return replace(one, buyers=math.ceil(one.buyers * factor) + 1)

    return replace(
        scenario,
        stock={
            card: stock(card, units) if card in rushed and units else units
            for card, units in scenario.stock.items()
        },
        moves=tuple(move(one) for one in scenario.moves),
        likes=replace(scenario.likes, total=round(scenario.likes.total * factor)),
        orders=replace(scenario.orders, total=round(scenario.orders.total * factor)),
        rushes=tuple(rush(one) for one in scenario.rushes),
    )


def _orders_a_viewer(timing: Timing, pace: Pace) -> int:
    minutes = max(1.0, timing.length_ms / 60_000)
    return max(1, int(PART_OF_PACE * pace.orders_per_minute * minutes))


def _expected(viewers: int, scenario: Scenario, sales: Sales) -> Expected:
    cards = sales.cards.values()
    return Expected(
        viewers=viewers,
        likes=scenario.likes.total,
        attempts=len(sales.purchases),
        orders=sum(card.orders for card in cards),
        units=sum(card.units for card in cards),
        gross=sum(card.gross for card in cards),
        donated=sum(card.donated for card in cards),
        refused=sales.refused,
        cards=sales.cards,
    )


def _dealt(
    attendance: Attendance,
    sales: Sales,
    taps: list[Taps],
    timing: Timing,
    lead_ms: int,
    processes: int,
    witnesses: int,
) -> list[Share]:
    """Viewer i goes to process i modulo their number, and is there number i // their number."""
    shares = [Share() for _ in range(processes)]
    for viewer in range(len(attendance.visits)):
        share = shares[viewer % processes]
        if viewer < witnesses:
            share.witnesses.append(len(share.viewers))
        share.viewers.append(viewer)
    _deal_visits(shares, attendance, timing, lead_ms)
    for tap in taps:
        share, who = shares[tap.viewer % processes], tap.viewer // processes
        share.steps.append(Step(tap.at_ms, TAP, who, tap.n))
    for purchase in sales.purchases:
        share, who = shares[purchase.viewer % processes], purchase.viewer // processes
        share.steps.append(Step(purchase.at_ms, BUY, who, len(share.purchases)))
        share.purchases.append(purchase)
    for share in shares:
        # Within a millisecond: first come, then do, then leave.
        share.steps.sort(key=lambda step: (step.at_ms, _TURN.get(step.do, 1)))
    return shares


def _deal_visits(shares: list[Share], attendance: Attendance, timing: Timing, lead_ms: int) -> None:
    processes = len(shares)
    waiting = sum(visits[0].start == BEFORE for visits in attendance.visits)
    waited = 0
    for viewer, visits in enumerate(attendance.visits):
        steps, who = shares[viewer % processes].steps, viewer // processes
        for number, visit in enumerate(visits):
            at_ms = timing.at(visit.start)
            if visit.start == BEFORE:
                # Everyone who waits has come some time before the start.
                at_ms = -lead_ms + waited * (lead_ms - LEAD_MS // 2) // waiting
                waited += 1
            steps.append(Step(at_ms, JOIN, who, number))
            if visit.drop is not None:
                steps.append(Step(timing.at(visit.drop), DROP, who))
            if visit.end is not None:
                steps.append(Step(timing.at(visit.end), LEAVE, who))
