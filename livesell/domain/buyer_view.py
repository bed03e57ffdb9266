"""What a buyer may see of an order: all that concerns the buyer, and no name of the crew."""

from typing import Literal

from msgspec.structs import replace

from livesell.domain.order import Order, Step
from livesell.domain.person import TIMER

# Who did something, as a buyer is told.
Who = Literal["you", "shop", "payment", "clock"]

# What only a payment causes; the names of the providers are nobody's business.
PAYMENT_STEPS = frozenset({"paid", "paid_late", "paid_twice"})


def as_buyer_sees(order: Order) -> Order:
    """The order without the payment's reference, with who did what in words."""
    if not (order.history or order.payment or order.by):
        return order  # as it was placed: nearly every answer on the socket
    return replace(
        order,
        by="",
        payment="",
        history=tuple(
            Step(
                what=step.what,
                at_ms=step.at_ms,
                by=who_did(order, step),
                cause=step.cause,
                amount=step.amount,
                units=step.units,
            )
            for step in order.history
        ),
    )


def who_did(order: Order, step: Step) -> Who:
    """Who did a step, from the buyer's point of view."""
    if step.what in PAYMENT_STEPS:
        return "payment"
    if step.by == TIMER.name:
        return "clock"
    return "you" if step.by == order.viewer else "shop"
