"""What the crowd was told against what the store holds, order by order, after each restart."""

from collections import Counter

from msgspec import Struct, to_builtins

from livesell.domain.order import Order, lines_of
from livesell.domain.recount import Evidence, recount
from soaking.books import Books, same_terms

# States of an order whose pieces are on sale again.
_RELEASED = ("cancelled", "expired")

# What an acknowledged step leaves behind, whatever came after it.
_LEAVES = {
    "cancelled": frozenset({"cancelled"}),
    "fulfilled": frozenset({"fulfilled"}),
    # Money that came for an order which was released by then is taken in, or given back.
    "paid": frozenset({"paid", "paid_late", "paid_twice"}),
}


class Audit(Struct, kw_only=True):
    """Numbers that have to be 0, and sentences for those that are not.

    Attributes:
        lost: Acknowledged, and not on record as it was told.
        made_up: On record, and refused or wanted by nobody.
        doubled: Counted twice: orders, restocks, payments.
        oversold: Pieces or units beyond what there was, or beyond a person's limit.
    """

    lost: int = 0
    made_up: int = 0
    doubled: int = 0
    oversold: int = 0
    wrong: list[str]

    def note(self, what: str, claims: list[str]) -> None:
        setattr(self, what, getattr(self, what) + len(claims))
        self.wrong += claims[:3]


def audit(books: Books, evidence: Evidence, limits: dict[str, int]) -> Audit:
    """Compares the books with one reading of the store; nothing may be open in them."""
    found = Audit(wrong=list(books.wrong))
    on_record = {order.id: order for order in evidence.orders}
    found.note("lost", _lost(books, on_record))
    found.note("made_up", _made_up(books, on_record))
    found.note("doubled", _doubled(books, evidence))
    found.note("oversold", _oversold(books, evidence, limits))
    counted = recount(evidence)
    found.wrong += [
        f"Recount: {one.what} is {one.counted}, {one.source} has {one.recounted}."
        for one in counted.differences[:3]
    ]
    return found


def _lost(books: Books, on_record: dict[str, Order]) -> list[str]:
    claims = []
    for one in books.standing():
        order = on_record.get(one.id)
        assert one.order is not None
        if order is None:
            claims.append(f"{one.id} was acknowledged and is not on record.")
        elif same_terms(to_builtins(order)) != same_terms(one.order):
            claims.append(f"{one.id} is on record as {order}, and was told as {one.order}.")
        else:
            steps = {step.what for step in order.history}
            claims += [
                f"{one.id} was told to be {word}, and its history has {sorted(steps)}."
                for word in one.told
                if not steps & _LEAVES[word]
            ]
    return claims


def _made_up(books: Books, on_record: dict[str, Order]) -> list[str]:
    claims = []
    for order_id in on_record:
        one = books.purchases.get(order_id)
        if one is None:
            claims.append(f"{order_id} is on record, and nobody ordered it.")
        elif one.order is None:
            claims.append(f"{order_id} is on record, and was answered {one.refused or 'nothing'}.")
    return claims


def _doubled(books: Books, evidence: Evidence) -> list[str]:
    facts = Counter(entry.data["id"] for entry in evidence.ledger if entry.kind == "ordered")
    numbers = Counter(order.n for order in evidence.orders)
    refs = Counter(
        entry.data["ref"] for entry in evidence.ledger if entry.kind.startswith("order_paid")
    )
    claims = [f"{one} was counted {times} times." for one, times in facts.items() if times > 1]
    claims += [f"Number {n} was given {times} times." for n, times in numbers.items() if times > 1]
    claims += [
        f"Payment {one} was taken {times} times." for one, times in refs.items() if times > 1
    ]
    for card, pieces in books.allocated.items():
        held = evidence.truth.units[card].allocated
        if held != pieces:
            claims.append(f"{pieces} pieces of {card} were acknowledged, {held} are allocated.")
    return claims


def _oversold(books: Books, evidence: Evidence, limits: dict[str, int]) -> list[str]:
    taken: Counter[str] = Counter()
    units: Counter[tuple[str, str]] = Counter()
    for order in evidence.orders:
        if order.state not in _RELEASED:
            units[order.viewer, order.card] += order.units
            for card, pieces in lines_of(order):
                taken[card] += pieces
    claims = [
        f"{pieces} pieces of {card} were sold of {books.allocated[card]}."
        for card, pieces in taken.items()
        if pieces > books.allocated[card]
    ]
    claims += [
        f"{viewer} has {count} units of {card}."
        for (viewer, card), count in units.items()
        if count > limits.get(card, count)
    ]
    return claims
