"""Names the first fact on a ledger that the records do not bear out.

A recount says which total is wrong; this says where to look. It compares what each fact says of an
order with the order on record, entry by entry, and stops at the first that does not fit.
"""

from collections.abc import Iterable

from msgspec import Struct

from livesell.domain.order import Order
from livesell.domain.truth import Entry


class Trace(Struct, frozen=True, kw_only=True):
    """The entry, what it is about, and a sentence on what is wrong with it.

    `n` counts from 1. It is 0, and `id` empty, when the ledger says nothing of an order on record.
    """

    n: int
    id: str
    at_ms: int
    kind: str
    about: str
    says: str


# What a fact of an order and its record have to agree on.
_SAME = ("n", "viewer", "card", "units", "price", "amount", "at_ms")

# Facts about an order, which has to be on record.
_OF_ORDERS = frozenset(
    {
        "order_paid", "order_fulfilled", "order_cancelled", "order_expired", "order_refunded",
        "order_paid_late", "order_paid_twice",
    }
)  # fmt: skip


def first_wrong(ledger: Iterable[Entry], orders: Iterable[Order]) -> Trace | None:
    """The first fact that no record bears out, else the first record without a fact; or None."""
    on_record = {order.id: order for order in orders}
    told: set[str] = set()
    for n, entry in enumerate(ledger, 1):
        says = _wrong(entry, on_record, told)
        if says:
            return Trace(
                n=n, id=entry.id, at_ms=entry.at_ms, kind=entry.kind,
                about=str(entry.data.get("id", "")), says=says,
            )  # fmt: skip
    for order in sorted(on_record.values(), key=lambda order: order.n):
        if order.id not in told:
            return Trace(
                n=0, id="", at_ms=order.at_ms, kind="ordered", about=order.id,
                says=f"Order {order.n} is on record, and the ledger does not know of it.",
            )  # fmt: skip
    return None


def _wrong(entry: Entry, on_record: dict[str, Order], told: set[str]) -> str:
    """What is wrong with an entry, in a sentence; empty when nothing is."""
    if entry.kind not in _OF_ORDERS and entry.kind != "ordered":
        return ""
    order_id = str(entry.data.get("id", ""))
    order = on_record.get(order_id)
    if order is None:
        return "It tells of an order that is not on record."
    if entry.kind != "ordered":
        return "" if order_id in told else "It comes before the order that it tells of."
    if order_id in told:
        return "It tells of an order for the second time."
    told.add(order_id)
    facts = {**entry.data, "at_ms": entry.at_ms}
    for name in _SAME:
        said, recorded = facts.get(name), getattr(order, name)
        if said != recorded:
            return f"It says {name} {said}, and the order on record says {recorded}."
    return ""
