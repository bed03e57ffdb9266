"""Orders as the API shows them: whole to the crew, without names of the crew to their buyer."""

from livesell.domain.buyer_view import as_buyer_sees
from livesell.domain.order import Contact, Order, Step, lines_of
from livesell.web.api.order_shapes import OrderRow, StepRow
from livesell.web.api.times import moment, moment_or_none


def row_for_buyer(order: Order) -> OrderRow:
    return row_for_crew(as_buyer_sees(order))


def row_for_crew(order: Order, contact: Contact | None = None) -> OrderRow:
    return OrderRow(
        id=order.id,
        n=order.n,
        viewer=order.viewer,
        card=order.card,
        units=order.units,
        price=order.price,
        amount=order.amount,
        at=moment(order.at_ms),
        state=order.state,
        name=order.name,
        way=order.way,
        by=order.by,
        lines=lines_of(order),
        hold_until=moment_or_none(order.hold_until_ms),
        paid=order.paid,
        refunded=order.refunded,
        returned=order.returned,
        flash=order.flash,
        payment=order.payment,
        history=tuple(map(_step, order.history)),
        contact=contact,
    )


def _step(step: Step) -> StepRow:
    return StepRow(
        what=step.what,
        at=moment(step.at_ms),
        by=step.by,
        cause=step.cause,
        amount=step.amount,
        units=step.units,
    )
