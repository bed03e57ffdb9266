"""What becomes of an order after it was placed: pure transitions, each to a `Settlement`.

A settlement says what changes and where. Writing it down, once, and only on the order as it was
read, is `store/lua/settle_order.lua`. `domain/recount.py` counts the same a second time from the
facts and shares no code with this page.

A transition that was made already is None. Money that the shop never keeps (a payment that came
too late, or twice) is a refund and in no total.
"""

import uuid
from typing import Any

from msgspec.structs import replace

from livesell.domain.command import Fact
from livesell.domain.effects import Effects, Settlement, flash_part
from livesell.domain.order import Order, Step, lines_of, wrong_state
from livesell.domain.refund import Payment, Refund
from livesell.errors import BadInput, Conflict, Refused

__all__ = [
    "Payment",
    "Refund",
    "Settlement",
    "awaited",
    "cancel",
    "expire",
    "forget_name",
    "fulfil",
    "pay",
    "refund",
]

MAX_CAUSE_CHARS = 200


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
        change = Effects(order, now_ms)
        if order.state == "held":
            change.released().stock("held", "sold").donated(order.units)
        after = _with(order, step, state="paid", paid=amount, payment=ref, hold_until_ms=None)
        return change.captured(amount).settled(after, Fact(kind="order_paid", data=data))
    if order.state == "expired" and rehold:
        return _reheld(order, step, data)
    return _sent_back(order, step, data, provider)


_ARRIVALS = ("paid", "paid_late", "paid_twice")


def _reheld(order: Order, step: Step, data: dict[str, object]) -> Settlement:
    change = Effects(order, step.at_ms).stock("free", "sold").counts(1).donated(order.units)
    change.total("expired_orders", -1).captured(step.amount)
    change.needs, change.flash = dict(lines_of(order)), flash_part(order, -order.units)
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
    fact = Fact(kind=f"order_{cause}", data={**data, **outcome, "refund": refund.id})
    change = Effects(order, step.at_ms)
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
    change = Effects(order, now_ms)
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
    change = Effects(order, now_ms)
    if order.state == "held":
        change.released().stock("held", "free")
    else:
        change.stock("sold", "free").donated(-order.units)
    change.counts(-1).total(f"{state}_orders", 1)
    change.flash, change.ticker = flash_part(order, order.units), "drop"
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
        Refused: `refund_beyond` or `return_beyond`, with what is `left` of money or units.
        BadInput: Neither money nor units.
    """
    if any(step.ref == refund_id and step.what == "refunded" for step in order.history):
        return None
    if order.state not in ("paid", "fulfilled"):
        raise wrong_state(order)
    _check_refund(order, amount, units)
    is_whole = _is_whole(order, amount, units)
    change = Effects(order, now_ms).given_back(amount, units, is_whole=is_whole)
    change.stock("sold", "free" if restock else "written_off", units).donated(-units)
    change.flash = flash_part(order, units) if restock else None
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
        provider=provider if amount else "",
        payment=order.payment,
        at_ms=now_ms,
        by=by,
        cause=cause,
    )
    return change.settled(after, Fact(kind="order_refunded", data=data), record)


def forget_name(order: Order) -> Order | None:
    """The order without its buyer's name; None when it has none."""
    return replace(order, name="") if order.name else None


def _is_whole(order: Order, amount: int, units: int) -> bool:
    """Whether nothing is left to refund then; of an order without a price, no unit."""
    is_all_money = order.refunded + amount == order.paid
    return is_all_money and (order.paid > 0 or order.returned + units == order.units)


def _check_refund(order: Order, amount: int, units: int) -> None:
    left, kept = order.paid - order.refunded, order.units - order.returned
    if not 0 <= amount <= left:
        raise _beyond("refund_beyond", "amount", left, "That is more money than is left to refund.")
    if not 0 <= units <= kept:
        raise _beyond("return_beyond", "units", kept, "That is more units than are left of it.")
    if amount == 0 and units == 0:
        raise BadInput.field("amount", "Say how much money or how many units.", "empty_refund")


def _beyond(code: str, field: str, left: int, sentence: str) -> Refused:
    return Refused(code, sentence, fields={field: sentence}, data={"left": left})


def _with(order: Order, step: Step, **changes: Any) -> Order:
    return replace(order, history=(*order.history, step), **changes)
