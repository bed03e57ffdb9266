"""What becomes of an order after it was placed: pure transitions, each to a `Settlement`.

A settlement says what changes and where. Writing it down, once, and only on the order as it was
read, is `store/lua/settle_order.lua`. `domain/recount.py` counts the same a second time from the
facts and shares no code with this page.

A transition that was made already is None. Money that the shop never keeps (a payment that came
too late, or twice) is a refund and in no total.
"""

import uuid
from collections.abc import Iterator
from typing import Literal

from msgspec import Struct, field
from msgspec.structs import replace

from livesell.domain.command import Fact
from livesell.domain.order import Order, Step, lines_of, wrong_state
from livesell.domain.truth import bucket_of
from livesell.errors import BadInput, Conflict

RefundState = Literal["due", "sent", "done", "failed"]
TickerChange = Literal["", "drop", "mask"]

MAX_CAUSE_CHARS = 200


class Refund(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Money on its way back to a buyer.

    Attributes:
        state: due until the provider took it, sent until it says that it arrived.
        provider: Who pays it out; empty when staff hand it over, which is done at once.
        payment: The reference of the payment that it is taken from.
        tries: How often the provider was asked in vain; `retry_ms` is when to ask again.
    """

    id: str
    order: str
    amount: int
    units: int = 0
    state: RefundState
    provider: str = ""
    payment: str = ""
    at_ms: int
    by: str
    cause: str = ""
    tries: int = 0
    retry_ms: int = 0


class Payment(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One attempt to pay for an order; `ref` is the provider's name for it."""

    ref: str
    order: str
    provider: str
    amount: int
    currency: str
    state: Literal["open", "paid", "failed"] = "open"
    at_ms: int
    url: str = ""
    until_ms: int = 0


class Claim(Struct, frozen=True, kw_only=True):
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
        claim: What moves to or from the flash sale that the order was placed in.
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
    claim: Claim | None = None
    facts: tuple[Fact, ...] = ()
    refund: Refund | None = None
    ticker: TickerChange = ""


def awaited(order: Order, ref: str, now_ms: int) -> Settlement | None:
    """A page was opened on which to pay for a held order; None when it is known by now.

    Raises:
        Conflict: `wrong_order_state`.
    """
    if order.state != "held":
        raise wrong_state(order)
    if order.payment == ref:
        return None
    return Settlement(
        before=order, after=replace(order, payment=ref), at_ms=now_ms, hold=order.hold_until_ms
    )


def pay(
    order: Order,
    *,
    amount: int,
    ref: str,
    by: str,
    now_ms: int,
    provider: str = "",
    rehold: bool = True,
) -> Settlement | None:
    """A payment of the whole amount arrived.

    A held order becomes paid. After its hold expired it becomes paid too if its pieces are still
    available (`needs`); without `rehold`, or when it was cancelled or is paid by another payment,
    a refund is recorded and the order stays as it is.

    Raises:
        Conflict: `wrong_amount`.
    """
    if any(step.ref == ref and step.what in _ARRIVALS for step in order.history):
        return None
    if amount != order.amount:
        raise Conflict(
            "wrong_amount",
            "This payment is not over the amount of the order, so it was not taken.",
            data={"amount": order.amount},
        )
    step = Step(what="paid", at_ms=now_ms, by=by, amount=amount, ref=ref)
    data = {"id": order.id, "amount": amount, "ref": ref}
    if order.state in ("held", "placed"):
        change = _Change(order, now_ms)
        if order.state == "held":
            change.released().stock("held", "sold").donated(order.units)
        after = _with(order, step, state="paid", paid=amount, payment=ref, hold_until_ms=None)
        return change.captured(amount).settled(after, Fact(kind="order_paid", data=data))
    if order.state == "expired" and rehold:
        return _reheld(order, step, data)
    return _sent_back(order, step, data, provider)


_ARRIVALS = ("paid", "paid_late", "paid_twice")


def _reheld(order: Order, step: Step, data: dict[str, object]) -> Settlement:
    change = _Change(order, step.at_ms).stock("free", "sold").counts(1).donated(order.units)
    change.total("expired_orders", -1).captured(step.amount)
    change.needs, change.claim = dict(lines_of(order)), _claim(order, -order.units)
    after = _with(
        order, replace(step, cause="late"), state="paid", paid=step.amount, payment=step.ref
    )
    fact = Fact(kind="order_paid_late", data={**data, "outcome": "reheld"})
    return change.settled(after, fact)


def _sent_back(order: Order, step: Step, data: dict[str, object], provider: str) -> Settlement:
    is_late = order.state in ("expired", "cancelled")
    cause = "paid_late" if is_late else "paid_twice"
    refund = Refund(
        id=str(uuid.uuid5(uuid.NAMESPACE_URL, f"livesell:refund:{order.id}:{step.ref}")),
        order=order.id,
        amount=step.amount,
        state="due" if provider else "done",
        provider=provider,
        payment=step.ref,
        at_ms=step.at_ms,
        by=step.by,
        cause=cause,
    )
    outcome = {"outcome": "refund"} if is_late else {}
    fact = Fact(kind=f"order_{cause}", data={**data, **outcome})
    change = _Change(order, step.at_ms)
    return change.settled(_with(order, replace(step, what=cause)), fact, refund)


def fulfil(order: Order, *, by: str, now_ms: int) -> Settlement | None:
    """The goods were handed over; an order on delivery is paid with that.

    Raises:
        Conflict: `wrong_order_state`.
    """
    if order.state == "fulfilled":
        return None
    if order.state not in ("placed", "paid"):
        raise wrong_state(order)
    amount = order.amount if order.state == "placed" else 0
    change = _Change(order, now_ms)
    if order.state == "placed":
        change.captured(amount)
    step = Step(what="fulfilled", at_ms=now_ms, by=by, amount=amount)
    after = _with(order, step, state="fulfilled", paid=order.paid + amount)
    fact = Fact(kind="order_fulfilled", data={"id": order.id, "amount": amount})
    return change.settled(after, fact)


def cancel(order: Order, *, by: str, cause: str = "", now_ms: int) -> Settlement | None:
    """The order is called off before it was paid; its pieces are free again.

    Raises:
        Conflict: `wrong_order_state`; what is paid can be refunded instead.
    """
    if order.state == "cancelled":
        return None
    if order.state not in ("placed", "held"):
        raise wrong_state(order)
    return _taken_back(order, "cancelled", by=by, cause=cause, now_ms=now_ms)


def expire(order: Order, *, now_ms: int, by: str = "timer") -> Settlement | None:
    """The hold ran out before a payment came; its pieces are free again.

    Raises:
        Conflict: `wrong_order_state`, or `hold_runs` when it is not time yet.
    """
    if order.state == "expired":
        return None
    if order.state != "held":
        raise wrong_state(order)
    if order.hold_until_ms is not None and now_ms < order.hold_until_ms:
        raise Conflict(
            "hold_runs",
            "The goods of this order are still held for its payment.",
            data={"until": order.hold_until_ms},
        )
    return _taken_back(order, "expired", by=by, cause="", now_ms=now_ms)


def _taken_back(order: Order, state: str, *, by: str, cause: str, now_ms: int) -> Settlement:
    change = _Change(order, now_ms)
    if order.state == "held":
        change.released().stock("held", "free")
    else:
        change.stock("sold", "free").donated(-order.units)
    change.counts(-1).total(f"{state}_orders", 1)
    change.claim, change.ticker = _claim(order, order.units), "drop"
    step = Step(what=state, at_ms=now_ms, by=by, cause=cause, units=order.units)
    after = _with(order, step, state=state, hold_until_ms=None)
    return change.settled(after, Fact(kind=f"order_{state}", data={"id": order.id}))


def refund(
    order: Order,
    *,
    amount: int,
    units: int,
    restock: bool,
    by: str,
    cause: str,
    refund_id: str,
    now_ms: int,
    provider: str = "",
) -> Settlement | None:
    """Gives money back, wholly or in part, and takes units back with it or not.

    Args:
        units: Those that come back; 0 for money alone.
        restock: Whether they can be sold again; else they are written off.

    Raises:
        Conflict: `wrong_order_state`.
        BadInput: More money than was paid, more units than were ordered, or neither.
    """
    if any(step.ref == refund_id and step.what == "refunded" for step in order.history):
        return None
    if order.state not in ("paid", "fulfilled"):
        raise wrong_state(order)
    _check_refund(order, amount, units)
    is_whole = order.refunded + amount == order.paid and (
        order.paid > 0 or order.returned + units == order.units
    )
    change = _Change(order, now_ms).given_back(amount, units, is_whole=is_whole)
    change.stock("sold", "free" if restock else "written_off", units).donated(-units)
    change.claim = _claim(order, units) if restock else None
    step = Step(
        what="refunded", at_ms=now_ms, by=by, cause=cause, amount=amount, units=units, ref=refund_id
    )
    after = _with(
        order,
        step,
        state="refunded" if is_whole else order.state,
        refunded=order.refunded + amount,
        returned=order.returned + units,
    )
    data = {
        "id": order.id, "amount": amount, "units": units, "restock": int(restock),
        "refund": refund_id,
    }  # fmt: skip
    record = Refund(
        id=refund_id,
        order=order.id,
        amount=amount,
        units=units,
        state="due" if provider and amount else "done",
        provider=provider,
        payment=order.payment,
        at_ms=now_ms,
        by=by,
        cause=cause,
    )
    return change.settled(after, Fact(kind="order_refunded", data=data), record)


def forget_name(order: Order) -> Order | None:
    """The order without its buyer's name; None when it has none."""
    return replace(order, name="") if order.name else None


def _check_refund(order: Order, amount: int, units: int) -> None:
    left, kept = order.paid - order.refunded, order.units - order.returned
    if not 0 <= amount <= left:
        raise BadInput.field(
            "amount", f"From 0 to {left} minor units can be given back.", "bad_amount"
        )
    if not 0 <= units <= kept:
        raise BadInput.field("units", f"From 0 to {kept} units can come back.", "bad_units")
    if amount == 0 and units == 0:
        raise BadInput.field("amount", "Say how much money or how many units.", "bad_amount")


class _Change:
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
        self.claim: Claim | None = None
        self.ticker: TickerChange = ""

    def stock(self, source: str, target: str, units: int | None = None) -> "_Change":
        """Moves the pieces of so many units, all of them unless told."""
        for card, pieces in _pieces(self._order, units):
            self._units[card, source] = self._units.get((card, source), 0) - pieces
            self._units[card, target] = self._units.get((card, target), 0) + pieces
        return self

    def counts(self, sign: int) -> "_Change":
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

    def _offline(self, orders: int, units: int, amount: int) -> "_Change":
        self._tally |= {
            "offline_orders": orders, "offline_units": units, "offline_amount": amount
        }  # fmt: skip
        return self

    def total(self, name: str, number: int) -> "_Change":
        if self._online:
            self._tally[name] = self._tally.get(name, 0) + number
        return self

    def released(self) -> "_Change":
        """It waits for its payment no longer."""
        return self.total("held_orders", -1).total("held_amount", -self._order.amount)

    def donated(self, units: int) -> "_Change":
        return self.total("donated", self._order.donation * units)

    def captured(self, amount: int) -> "_Change":
        if not self._online:
            return self
        self.total("paid_orders", 1)
        return self._money("paid", amount)

    def given_back(self, amount: int, units: int, *, is_whole: bool) -> "_Change":
        if self._online:
            return self._money("refunded", amount)
        if not is_whole:
            return self._offline(0, -units, -amount)
        order = self._order
        return self._offline(-1, order.returned - order.units, -amount)

    def _money(self, name: str, amount: int) -> "_Change":
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
            claim=self.claim,
            facts=(fact,),
            refund=refund,
            ticker=self.ticker,
        )


def _with(order: Order, step: Step, **changes: object) -> Order:
    return replace(order, history=(*order.history, step), **changes)


def _pieces(order: Order, units: int | None) -> Iterator[tuple[str, int]]:
    for card, pieces in lines_of(order):
        yield card, pieces if units is None else pieces * units // order.units


def _taken_keys(order: Order) -> list[str]:
    key = f"{order.viewer}/{order.card}"
    return [key, f"{key}/{order.flash}"] if order.flash else [key]


def _claim(order: Order, units: int) -> Claim | None:
    """What returns to the flash sale with so many units; below zero it is taken from it."""
    if not order.flash or not units:
        return None
    stock, pieces = lines_of(order)[0]
    return Claim(
        card=order.card, flash=order.flash, stock=stock, pieces=pieces * units // order.units
    )
