"""Every total computed a second time from the facts, and compared with what the store counts.

The invariants are the project's promise: allocated = free + held + sold + written off, per card;
units and money over the orders; likes over the visits; the timeline; and the ledger folded up.
"""

from msgspec import Struct

from livesell.domain.card import Units
from livesell.domain.order import Order
from livesell.domain.truth import Bucket, Entry, Tally, Truth, bucket_of


class Evidence(Struct, frozen=True, kw_only=True):
    """All that the store holds of one session, read at one moment.

    `likes_by_visits` sums the credited likes over the visits; `likers`, `viewers` and `buyers`
    count the members of the distinct sets; `watch_ms` sums the watch time over the viewers.
    """

    truth: Truth
    orders: list[Order]
    likes_by_visits: int
    likers: int
    viewers: int
    buyers: int
    watch_ms: int
    timeline: dict[int, Bucket]
    ledger: list[Entry]


class Difference(Struct, frozen=True, kw_only=True):
    """Two ways of counting one thing that do not agree."""

    what: str
    counted: int
    recounted: int
    source: str


class Recount(Struct, frozen=True, kw_only=True):
    """The outcome: nothing lost and nothing made up when `differences` is empty."""

    session: str
    as_of: int
    entries: int
    checks: int
    totals: dict[str, int]
    differences: tuple[Difference, ...]

    @property
    def is_exact(self) -> bool:
        return not self.differences


class Folded:
    """The ledger, folded up entry by entry."""

    def __init__(self) -> None:
        self.tally = dict.fromkeys(Tally.__struct_fields__, 0)
        self.cards: dict[str, dict[str, int]] = {}
        self.timeline: dict[int, Bucket] = {}
        self._viewers: set[str] = set()

    def add(self, entry: Entry) -> None:
        fold = getattr(self, f"_fold_{entry.kind}", None)
        if fold is not None:
            fold(entry)

    def _card(self, card: str) -> dict[str, int]:
        return self.cards.setdefault(card, dict.fromkeys(Units.__struct_fields__, 0))

    def _bucket(self, entry: Entry) -> Bucket:
        return self.timeline.setdefault(bucket_of(entry.at_ms), Bucket())

    def _fold_card_added(self, entry: Entry) -> None:
        data = entry.data
        self._card(data["card"])["allocated"] += data["stock"]
        self._card(data["card"])["free"] += data["stock"]

    def _fold_restocked(self, entry: Entry) -> None:
        data = entry.data
        self._card(data["card"])["allocated"] += data["units"]
        self._card(data["card"])["free"] += data["units"]

    def _fold_ordered(self, entry: Entry) -> None:
        data = entry.data
        card, bucket, units, amount = (
            self._card(data["card"]), self._bucket(entry), data["units"], data["amount"],
        )  # fmt: skip
        card["free"] -= units
        card["sold"] += units
        card["orders"] += 1
        card["ordered"] += amount
        card["units"] += units
        if data["window"]:
            card["window_orders"] += 1
            card["window_units"] += units
            card["window_ordered"] += amount
        bucket.orders += 1
        bucket.units += units
        bucket.ordered += amount
        self.tally["orders"] += 1
        self.tally["units"] += units
        self.tally["ordered"] += amount
        self.tally["donated"] += data["donation"] * units
        self.tally["buyers"] += data["new_buyer"]

    def _fold_liked(self, entry: Entry) -> None:
        data = entry.data
        self.tally["likes"] += data["n"]
        self.tally["likers"] += data["likers"]
        self._bucket(entry).likes += data["n"]

    def _fold_attended(self, entry: Entry) -> None:
        data = entry.data
        self._viewers.update(data["joined"])
        self.tally["viewers"] = len(self._viewers)
        self.tally["views"] += data["views"]
        self.tally["watch_ms"] += data["watch_ms"]
        self._bucket(entry).joins += data["views"]

    def _fold_sampled(self, entry: Entry) -> None:
        data = entry.data
        bucket = self._bucket(entry)
        bucket.concurrent = max(bucket.concurrent, data["concurrent"])
        self.tally["peak"] = max(self.tally["peak"], data["concurrent"])


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
    folded = Folded()
    for entry in evidence.ledger:
        folded.add(entry)
    comparison = _Comparison()
    _compare_cards(evidence, folded, comparison)
    _compare_orders(evidence, comparison)
    _compare_sets(evidence, comparison)
    _compare_timeline(evidence, folded, comparison)
    tally = evidence.truth.tally
    for name, recounted in folded.tally.items():
        comparison.same(name, getattr(tally, name), recounted, "ledger")
    return Recount(
        session=evidence.truth.session.id,
        as_of=evidence.truth.as_of_ms,
        entries=len(evidence.ledger),
        checks=comparison.checks,
        totals=folded.tally,
        differences=tuple(comparison.differences),
    )


def _compare_cards(evidence: Evidence, folded: Folded, comparison: _Comparison) -> None:
    for card_id in {**evidence.truth.units, **folded.cards}:
        units = evidence.truth.units.get(card_id, Units())
        parts = units.free + units.held + units.sold + units.written_off
        comparison.same(f"{card_id} allocated", units.allocated, parts, "free+held+sold+written")
        for name in ("free", "held", "sold"):
            comparison.not_below_zero(f"{card_id} {name}", getattr(units, name))
        of_ledger = folded.cards.get(card_id, {})
        for name in Units.__struct_fields__:
            comparison.same(
                f"{card_id} {name}", getattr(units, name), of_ledger.get(name, 0), "ledger"
            )


def _compare_orders(evidence: Evidence, comparison: _Comparison) -> None:
    tally = evidence.truth.tally
    orders = evidence.orders
    comparison.same("orders", tally.orders, len(orders), "orders on record")
    comparison.same("units", tally.units, sum(order.units for order in orders), "orders on record")
    comparison.same(
        "ordered", tally.ordered, sum(order.amount for order in orders), "orders on record"
    )
    numbers = {order.n for order in orders}
    comparison.same("order numbers", len(orders), len(numbers), "each number once")
    for card_id, units in evidence.truth.units.items():
        own = [order for order in orders if order.card == card_id]
        comparison.same(f"{card_id} sold", units.sold, sum(o.units for o in own), "its orders")
        comparison.same(
            f"{card_id} ordered", units.ordered, sum(o.amount for o in own), "its orders"
        )


def _compare_sets(evidence: Evidence, comparison: _Comparison) -> None:
    tally = evidence.truth.tally
    comparison.same("likes", tally.likes, evidence.likes_by_visits, "visits")
    comparison.same("likers", tally.likers, evidence.likers, "set of likers")
    comparison.same("viewers", tally.viewers, evidence.viewers, "set of viewers")
    comparison.same("buyers", tally.buyers, evidence.buyers, "set of buyers")
    comparison.same("watch_ms", tally.watch_ms, evidence.watch_ms, "viewers")


def _compare_timeline(evidence: Evidence, folded: Folded, comparison: _Comparison) -> None:
    tally, buckets = evidence.truth.tally, evidence.timeline.values()
    for name in ("likes", "orders", "units", "ordered"):
        total = sum(getattr(bucket, name) for bucket in buckets)
        comparison.same(name, getattr(tally, name), total, "timeline")
    comparison.same("views", tally.views, sum(bucket.joins for bucket in buckets), "timeline")
    peak = max((bucket.concurrent for bucket in buckets), default=0)
    comparison.same("peak", tally.peak, peak, "timeline")
    differing = sum(
        folded.timeline.get(start, Bucket()) != evidence.timeline.get(start, Bucket())
        for start in {*folded.timeline, *evidence.timeline}
    )
    comparison.same("timeline buckets that differ", differing, 0, "ledger")
