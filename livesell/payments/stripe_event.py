"""What Stripe tells: an event whose signature is right, as ours.

Read by its shape and not by Stripe's own classes, which take anything for anything. What is not
ours (other things sold through the same account) or says nothing new is "ignored": an answer of
4xx would make Stripe send it again for three days.
"""

import logging
from typing import Any

import msgspec
from msgspec import Raw, Struct, field

from livesell.domain.ids import check_order_id, check_session_id
from livesell.domain.money import MINOR_DIGITS
from livesell.errors import BadInput, LivesellError
from livesell.payments import EventKind, PaymentEvent
from livesell.payments.stripe_amount import from_stripe

logger = logging.getLogger(__name__)

NAME = "stripe"

_CHECKOUT: dict[str, EventKind] = {
    "checkout.session.completed": "paid",
    "checkout.session.async_payment_succeeded": "paid",
    "checkout.session.async_payment_failed": "failed",
    "checkout.session.expired": "failed",
}
_REFUND = frozenset({"refund.created", "refund.updated", "refund.failed", "charge.refund.updated"})
_REFUNDED: dict[str, EventKind] = {
    "succeeded": "refunded",
    "failed": "refund_failed",
    "canceled": "refund_failed",
}


class _Holder(Struct, frozen=True, kw_only=True):
    object: Raw


class _Event(Struct, frozen=True, kw_only=True):
    id: str
    type: str
    data: _Holder


class _Paid(Struct, frozen=True, kw_only=True):
    """A Checkout session."""

    id: str
    amount_total: int | None = None
    currency: str | None = None
    payment_status: str = ""
    metadata: dict[str, str] | None = None


class _Refund(Struct, frozen=True, kw_only=True):
    id: str
    amount: int
    currency: str
    status: str | None = None
    metadata: dict[str, str] | None = None


class _Refunds(Struct, frozen=True, kw_only=True):
    data: list[_Refund] = field(default_factory=list)


class _Charge(Struct, frozen=True, kw_only=True):
    """Only old versions of the API put the refunds into it."""

    refunds: _Refunds | None = None


def read(body: bytes) -> PaymentEvent:
    """The event in a body that was signed by Stripe.

    Raises:
        BadInput: `bad_event`: it is none, or not of the shape that its type has.
    """
    event = _decoded(body, _Event)
    if event.type in _CHECKOUT:
        return _of_checkout(event, _decoded(event.data.object, _Paid))
    if event.type in _REFUND:
        return _of_refund(event, _decoded(event.data.object, _Refund))
    if event.type == "charge.refunded":
        refunds = _decoded(event.data.object, _Charge).refunds
        return _of_refund(event, refunds.data[0]) if refunds and refunds.data else _ignored(event)
    return _ignored(event)


def _of_checkout(event: _Event, paid: _Paid) -> PaymentEvent:
    kind = _CHECKOUT[event.type]
    # A completed session may still wait for a bank; its own event tells what came of that.
    if kind == "paid" and paid.payment_status != "paid":
        return _ignored(event)
    return _event(event, kind, paid.metadata, paid.amount_total, paid.currency, ref=paid.id)


def _of_refund(event: _Event, refund: _Refund) -> PaymentEvent:
    found = refund.metadata or {}
    kind = _REFUNDED.get(refund.status or "")
    if kind is None:
        return _ignored(event)
    if "refund" not in found:
        logger.warning(
            "Stripe refunded %s by hand, not by this service: if the payment was one of its "
            "orders, cancel or refund that order here too.",
            refund.id,
        )
        return _ignored(event)
    return _event(
        event, kind, found, refund.amount, refund.currency,
        ref=found.get("payment", ""), refund=found["refund"],
    )  # fmt: skip


def _event(
    event: _Event, kind: EventKind, metadata: dict[str, str] | None, amount: int | None,
    currency: str | None, *, ref: str, refund: str = "",
) -> PaymentEvent:  # fmt: skip
    session, order = (metadata or {}).get("session", ""), (metadata or {}).get("order", "")
    if not _is_ours(session, order):
        return _ignored(event)
    iso = (currency or "").upper()
    return PaymentEvent(
        id=event.id,
        provider=NAME,
        kind=kind,
        session=session,
        order=order,
        # An unknown currency is no order's, so its amount is refused whatever it is.
        amount=from_stripe(amount or 0, iso) if iso in MINOR_DIGITS else amount or 0,
        currency=iso,
        ref=ref,
        refund=refund,
    )


def _is_ours(session: str, order: str) -> bool:
    """Whether the names in it can be ours; one account may sell other things too."""
    try:
        return check_session_id(session) == session and check_order_id(order) == order
    except LivesellError:
        return False


def _ignored(event: _Event) -> PaymentEvent:
    return PaymentEvent(id=event.id, provider=NAME, kind="ignored")


def _decoded(data: bytes | Raw, kind: type[Any]) -> Any:
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadInput("bad_event", "This is no event of Stripe's webhooks.") from error
