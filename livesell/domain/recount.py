"""Every total computed a second time from the facts, and compared with what the store counts.

The invariants are the project's promise: allocated = free + held + sold + written off, per card;
units and money over the orders; likes over the visits; the timeline; holds and refunds; and the
ledger folded up (`domain/fold.py`).
"""

from collections.abc import Iterable

from msgspec import Struct

from livesell.domain.card import Units
from livesell.domain.fold import Folded, folded
from livesell.domain.order import Order, lines_of, stands
from livesell.domain.settlement import Refund
from livesell.domain.trace import Trace, first_wrong
from livesell.domain.truth import Bucket, Entry, Truth


class Evidence(Struct, frozen=True, kw_only=True):
    """All that the store holds of one session, read at one moment.

    `likes_by_visits` sums the credited likes over the visits; `likers` and `viewers` count the
    members of the distinct sets; `watch_ms` sums the watch time over the viewers. `buyers` and
    `taken` are the hashes of those names; `holds` has the end of each hold by order id.
    `muted` and `banned` are the viewers who are.
    """

    truth: Truth
    orders: list[Order]
    likes_by_visits: int
    likers: int
    viewers: int
    watch_ms: int
    buyers: dict[str, int]
    taken: dict[str, int]
    holds: dict[str, int]
    refunds: list[Refund]
    timeline: dict[int, Bucket]
    ledger: list[Entry]
    muted: frozenset[str] = frozenset()
    banned: frozenset[str] = frozenset()


class Difference(Struct, frozen=True, kw_only=True):
    """Two ways of counting one thing that do not agree."""

    what: str
    counted: int
    recounted: int
    source: str


class Recount(Struct, frozen=True, kw_only=True):
    """The outcome: nothing lost and nothing made up when `differences` is empty.

    `first` is the first fact that the records do not bear out, where that can be told.
    """

    session: str
    as_of: int
    entries: int
    checks: int
    totals: dict[str, int]
    differences: tuple[Difference, ...]
    first: Trace | None = None

    @property
    def is_exact(self) -> bool:
        return not self.differences and self.first is None


class _Comparison:
    def __init__(self) -> None:
        self.checks = 0
        self.differences: list[Difference] = []

    def same(self, what: str, counted: int, recounted: int, source: str) -> None:
        self.checks += 1
        if counted != recounted:
            self.differences.append(
                Difference(what=what, counted=counted, recounted=recounted, source=source)
            )

    def not_below_zero(self, what: str, counted: int) -> None:
        self.checks += 1
        if counted < 0:
            self.differences.append(
                Difference(what=what, counted=counted, recounted=0, source="never below zero")
            )


def recount(evidence: Evidence) -> Recount:
    """Compares every total with the orders, the sets, the timeline and the folded ledger."""
    told = folded(evidence.ledger)
    comparison = _Comparison()
    _compare_cards(evidence, told, comparison)
    _compare_orders(evidence, comparison)
    _compare_money(evidence, comparison)
    _compare_each_order(evidence, told, comparison)
    _compare_sets(evidence, told, comparison)
    _compare_refunds(evidence, told, comparison)
    _compare_timeline(evidence, told, comparison)
    tally = evidence.truth.tally
    for name, recounted in told.tally.items():
        comparison.same(name, getattr(tally, name), recounted, "ledger")
    for odd in told.oddities:
        comparison.same(f"entry {odd.entry} ({odd.kind}): {odd.what}", 1, 0, "ledger")
    return Recount(
        session=evidence.truth.session.id,
        as_of=evidence.truth.as_of_ms,
        entries=len(evidence.ledger),
        checks=comparison.checks,
        totals=told.tally,
        differences=tuple(comparison.differences),
        first=first_wrong(evidence.ledger, evidence.orders),
    )


# What cannot be below zero, on a card.
_COUNTS = ("free", "held", "sold", "written_off", "flash", "offered", "waiting")


def _compare_cards(evidence: Evidence, told: Folded, comparison: _Comparison) -> None:
    for card_id in {**evidence.truth.units, **told.cards}:
        units = evidence.truth.units.get(card_id, Units())
        parts = units.free + units.held + units.sold + units.written_off
        comparison.same(f"{card_id} allocated", units.allocated, parts, "free+held+sold+written")
        for name in _COUNTS:
            comparison.not_below_zero(f"{card_id} {name}", getattr(units, name))
        of_ledger = told.cards.get(card_id, {})
        for name in Units.__struct_fields__:
            comparison.same(
                f"{card_id} {name}", getattr(units, name), of_ledger.get(name, 0), "ledger"
            )


def _online(orders: Iterable[Order]) -> list[Order]:
    return [order for order in orders if order.way != "offline"]


def _compare_orders(evidence: Evidence, comparison: _Comparison) -> None:
    """The totals and the cards' counts against the orders that stand."""
    tally, everything = evidence.truth.tally, evidence.orders
    standing = [order for order in everything if stands(order)]
    online = _online(standing)
    comparison.same("order numbers", len(everything), len({one.n for one in everything}), _ONCE)
    for name, recounted in (
        ("orders", len(online)),
        ("units", sum(order.units for order in online)),
        ("ordered", sum(order.amount for order in online)),
        ("held_orders", sum(order.state == "held" for order in online)),
        ("held_amount", sum(order.amount for order in online if order.state == "held")),
        ("cancelled_orders", sum(one.state == "cancelled" for one in _online(everything))),
        ("expired_orders", sum(one.state == "expired" for one in _online(everything))),
        ("donated", sum(map(_donated, online))),
    ):
        comparison.same(name, getattr(tally, name), recounted, _ON_RECORD)
    offline = [one for one in standing if one.way == "offline" and one.state != "refunded"]
    for name, recounted in (
        ("offline_orders", len(offline)),
        ("offline_units", sum(order.units - order.returned for order in offline)),
        ("offline_amount", sum(order.amount - order.refunded for order in offline)),
    ):
        comparison.same(name, getattr(tally, name), recounted, _ON_RECORD)
    _compare_stock(evidence, standing, comparison)


_ONCE, _ON_RECORD = "each number once", "orders on record"


def _donated(order: Order) -> int:
    return 0 if order.state == "held" else order.donation * (order.units - order.returned)


def _compare_stock(evidence: Evidence, standing: list[Order], comparison: _Comparison) -> None:
    """Each card's own counts, and the pieces that all orders took of its stock."""
    pieces: dict[tuple[str, str], int] = {}
    counts: dict[tuple[str, str], int] = {}
    for order in standing:
        place = "held" if order.state == "held" else "sold"
        for card, taken in lines_of(order):
            kept = taken * (order.units - order.returned) // order.units
            pieces[card, place] = pieces.get((card, place), 0) + kept
    for order in _online(standing):
        for name, number in (
            ("orders", 1),
            ("units", order.units),
            ("ordered", order.amount),
            ("paid", order.paid),
            ("refunded", order.refunded),
        ):
            counts[order.card, name] = counts.get((order.card, name), 0) + number
    for card_id, units in evidence.truth.units.items():
        for name in ("held", "sold"):
            found = pieces.get((card_id, name), 0)
            comparison.same(f"{card_id} {name}", getattr(units, name), found, "its orders")
        for name in ("orders", "units", "ordered", "paid", "refunded"):
            found = counts.get((card_id, name), 0)
            comparison.same(f"{card_id} {name}", getattr(units, name), found, "its orders")


def _compare_money(evidence: Evidence, comparison: _Comparison) -> None:
    tally, online = evidence.truth.tally, _online(evidence.orders)
    captured = [order for order in online if order.state in ("paid", "fulfilled", "refunded")]
    comparison.same("paid_orders", tally.paid_orders, len(captured), _ON_RECORD)
    comparison.same("paid", tally.paid, sum(order.paid for order in online), _ON_RECORD)
    refunded = sum(order.refunded for order in online)
    comparison.same("refunded", tally.refunded, refunded, _ON_RECORD)


# An order that differs is named; of a thousand the first few will do.
_MOST_NAMED = 10


def _compare_each_order(evidence: Evidence, told: Folded, comparison: _Comparison) -> None:
    """Each order's record against what the ledger tells of it."""
    known = {order.id: order for order in evidence.orders}
    missing = [order_id for order_id in told.orders if order_id not in known]
    differing = [f"order {order_id} is not on record" for order_id in missing]
    for order_id, order in known.items():
        differing += [f"order {order_id}: {what}" for what in _differences(order, told)]
    comparison.same("orders that differ", len(differing), 0, "ledger")
    for what in differing[:_MOST_NAMED]:
        comparison.same(what, 1, 0, "ledger")


def _differences(order: Order, told: Folded) -> list[str]:
    facts = told.orders.get(order.id)
    if facts is None:
        return ["the ledger knows nothing of it"]
    if order.state != facts.state:
        return [f"it is {order.state} on record and {facts.state} by the ledger"]
    names = ("n", "viewer", "card", "units", "amount", "paid", "refunded", "returned")
    found = [name for name in names if getattr(order, name) != getattr(facts, name)]
    if list(lines_of(order)) != facts.lines:
        found.append("lines")
    if facts.payment and order.payment != facts.payment:
        found.append("payment")
    return [f"another {name}" for name in found]


def _compare_sets(evidence: Evidence, told: Folded, comparison: _Comparison) -> None:
    tally = evidence.truth.tally
    comparison.same("likes", tally.likes, evidence.likes_by_visits, "visits")
    comparison.same("likers", tally.likers, evidence.likers, "set of likers")
    comparison.same("viewers", tally.viewers, evidence.viewers, "set of viewers")
    comparison.same("buyers", tally.buyers, len(evidence.buyers), "set of buyers")
    comparison.same("watch_ms", tally.watch_ms, evidence.watch_ms, "viewers")
    for name, marked in (("muted", evidence.muted), ("banned", evidence.banned)):
        comparison.same(f"{name} that differ", len(marked ^ told.marks.of(name)), 0, "ledger")
    _compare_hash("buyers", evidence.buyers, told.buyers, "ledger", comparison)
    online = [order for order in _online(evidence.orders) if stands(order)]
    taken: dict[str, int] = {}
    for order in online:
        key = f"{order.viewer}/{order.card}"
        for one in (key, f"{key}/{order.flash}") if order.flash else (key,):
            taken[one] = taken.get(one, 0) + order.units
    _compare_hash("units taken", evidence.taken, taken, _ON_RECORD, comparison)
    held = {
        order.id: order.hold_until_ms or 0 for order in evidence.orders if order.state == "held"
    }
    _compare_hash("holds", evidence.holds, held, _ON_RECORD, comparison)


def _compare_hash(
    what: str, counted: dict[str, int], found: dict[str, int], source: str, comparison: _Comparison
) -> None:
    differing = [key for key in {**counted, **found} if counted.get(key) != found.get(key)]
    comparison.same(f"{what} that differ", len(differing), 0, source)


def _compare_refunds(evidence: Evidence, told: Folded, comparison: _Comparison) -> None:
    """Each refund on record against the ledger: whose, how much, and whether it arrived."""
    counted = {refund.id: refund.amount for refund in evidence.refunds}
    owed = {refund_id: refund.amount for refund_id, refund in told.refunds.items()}
    _compare_hash("refunds", counted, owed, "ledger", comparison)
    untold = sum(
        refund.state == "done" and bool(refund.provider) and _told(told, refund.id) != "done"
        for refund in evidence.refunds
    )
    comparison.same("refunds done that nobody told of", untold, 0, "ledger")
    undone = sum(
        _told(told, refund.id) == "done" and refund.state != "done" for refund in evidence.refunds
    )
    comparison.same("refunds done that are open", undone, 0, "ledger")


def _told(told: Folded, refund_id: str) -> str:
    refund = told.refunds.get(refund_id)
    return "" if refund is None else refund.told


def _compare_timeline(evidence: Evidence, told: Folded, comparison: _Comparison) -> None:
    tally, buckets = evidence.truth.tally, evidence.timeline.values()
    for name in ("likes", "orders", "units", "ordered", "paid", "refunded"):
        total = sum(getattr(bucket, name) for bucket in buckets)
        comparison.same(name, getattr(tally, name), total, "timeline")
    comparison.same("views", tally.views, sum(bucket.joins for bucket in buckets), "timeline")
    peak = max((bucket.concurrent for bucket in buckets), default=0)
    comparison.same("peak", tally.peak, peak, "timeline")
    differing = sum(
        told.timeline.get(start, Bucket()) != evidence.timeline.get(start, Bucket())
        for start in {*told.timeline, *evidence.timeline}
    )
    comparison.same("timeline buckets that differ", differing, 0, "ledger")
