"""What has to hold in a scenario before anything is planned. Pure.

The moves are played through the rules of selling, so a scenario cannot ask for what a host could
not do either.
"""

import difflib
import math
from collections.abc import Iterable

from msgspec.structs import replace

from livesell.domain.command import verb_of
from livesell.domain.decision import created, decide
from livesell.domain.session import State
from livesell.errors import LivesellError
from livesell.replay.curve import Points, rises
from livesell.replay.scenario import Rush, Scenario, bad, clock_of

MAX_VIEWERS = 1_000_000
MAX_LIKES = 1_000_000_000
MAX_ORDERS = 10_000_000


def check(scenario: Scenario, cards_written: int) -> None:
    if len(scenario.cards) != cards_written:
        raise bad("[[cards]]: two cards have the same id. Give each its own.")
    _check_audience(scenario)
    _check_amounts(scenario)
    _check_baskets(scenario)
    for number, rush in enumerate(scenario.rushes, start=1):
        _check_rush(scenario, rush, f"[[rushes]] number {number}")
    _check_course(scenario)


def _check_audience(scenario: Scenario) -> None:
    audience = scenario.audience
    if not 1 <= audience.viewers <= MAX_VIEWERS:
        raise bad(f"[audience]: viewers has to be from 1 to {MAX_VIEWERS}.")
    _check_curve(audience.curve, "[audience]", scenario.minutes)
    if any(level > 1 for _, level in audience.curve):
        raise bad("[audience]: curve holds shares of the viewers, from 0 to 1.")
    _check_share(audience.returns, "[audience]: returns")
    _check_share(audience.reconnects, "[audience]: reconnects")
    low, high = audience.away
    if not 0 < low <= high <= scenario.minutes:
        raise bad("[audience]: away has to be [least, most] minutes, within the session.")


def _check_amounts(scenario: Scenario) -> None:
    likes, orders = scenario.likes, scenario.orders
    if not 0 <= likes.total <= MAX_LIKES:
        raise bad(f"[likes]: total has to be from 0 to {MAX_LIKES}.")
    if not 1 <= likes.burst <= 100:
        raise bad("[likes]: burst has to be from 1 to 100 taps.")
    if not 0 <= orders.total <= MAX_ORDERS:
        raise bad(f"[orders]: total has to be from 0 to {MAX_ORDERS}.")
    if not 1 <= orders.shown <= 1000:
        raise bad("[orders]: shown has to be from 1 to 1000 times.")
    _check_curve(likes.curve, "[likes]", scenario.minutes)
    _check_curve(orders.curve, "[orders]", scenario.minutes)
    for name in ("buyers", "resent", "dropped"):
        _check_share(getattr(orders, name), f"[orders]: {name}")
    if orders.total and not orders.buyers:
        raise bad("[orders]: buyers is 0, so nobody could order.")
    if orders.resent + orders.dropped > 1:
        raise bad("[orders]: resent and dropped are shares of the orders, 1 together at most.")


def _check_baskets(scenario: Scenario) -> None:
    orders = scenario.orders
    if orders.total and not orders.cards:
        raise bad("[orders]: name the cards that are ordered as [[orders.cards]].")
    rushed = {rush.card for rush in scenario.rushes}
    for number, basket in enumerate(orders.cards, start=1):
        where = f"[[orders.cards]] number {number}"
        _check_card(scenario, basket.card, where)
        if basket.card in rushed:
            raise bad(
                f"{where}: {basket.card} is rushed on, so its stock belongs to [[rushes]] alone."
            )
        if not 0 < basket.weight <= 1e9:
            raise bad(f"{where}: weight has to be above 0.")
        if not basket.units or not all(1 <= units <= 999 for units in basket.units):
            raise bad(f"{where}: units has to list sizes of orders, each from 1 to 999.")
    if len({basket.card for basket in orders.cards}) != len(orders.cards):
        raise bad("[[orders.cards]]: a card stands there twice.")


def _check_rush(scenario: Scenario, rush: Rush, where: str) -> None:
    _check_card(scenario, rush.card, where)
    if not 1 <= rush.buyers <= MAX_VIEWERS or not 1 <= rush.units <= 999:
        raise bad(f"{where}: buyers has to be at least 1, units from 1 to 999.")
    if not 0 < rush.seconds <= scenario.minutes * 60:
        raise bad(f"{where}: seconds has to be above 0 and within the session.")
    _check_share(rush.resent, f"{where}: resent")
    if rush.at + rush.seconds / 60 > scenario.minutes:
        raise bad(f"{where}: it ends after the session, which has {scenario.minutes} minutes.")


def _check_course(scenario: Scenario) -> None:
    """Plays the moves through the rules of selling, without any clock or store."""
    change = created(
        replace(scenario.session, state=State.DRAFT), list(scenario.cards.values()), scenario.stock
    )
    session, cards = replace(change.session, state=State.LIVE, started_ms=0), dict(change.cards)
    for number, move in enumerate(scenario.moves, start=1):
        where = f"[[moves]] at {clock_of(move.at)} ({verb_of(move.command)}, number {number})"
        if move.at > scenario.minutes:
            raise bad(f"{where}: the session has only {scenario.minutes} minutes.")
        try:
            change = decide(session, cards, move.command, round(move.at * 60_000))
        except LivesellError as error:
            raise bad(f"{where}: {error.message}") from error
        session, cards = change.session, {**cards, **change.cards}


def _check_card(scenario: Scenario, card: str, where: str) -> None:
    if card not in scenario.cards:
        raise bad(f"{where}: there is no card {card!r}.{near(card, scenario.cards)}")


def _check_curve(curve: Points, where: str, minutes: int) -> None:
    if not curve or not rises(curve):
        raise bad(f"{where}: curve has to list [minute, level] points, each later than the last.")
    if any(not math.isfinite(level) or level < 0 for _, level in curve):
        raise bad(f"{where}: a level of the curve is negative.")
    if curve[0][0] < 0 or curve[-1][0] > minutes:
        raise bad(f"{where}: curve leaves the session, which has {minutes} minutes.")
    if not any(level > 0 for _, level in curve):
        raise bad(f"{where}: curve is 0 throughout.")


def _check_share(value: float, what: str) -> None:
    if not 0 <= value <= 1:
        raise bad(f"{what} has to be a share from 0 to 1.")


def near(name: object, known: Iterable[str]) -> str:
    """A hint for whoever mistyped a name."""
    known = sorted(known)
    if not known:
        return " Leave it out."
    close = difflib.get_close_matches(str(name), known, n=1, cutoff=0.5)
    return f" Did you mean {close[0]}?" if close else f" Known are: {', '.join(known)}."
