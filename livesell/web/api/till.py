"""What the crew does with orders: fulfils, refunds, types one in for a caller."""

from msgspec.structs import replace

from livesell.actions.cashier import OfflineOrder
from livesell.domain.ids import order_id_for
from livesell.domain.order import check_request, refusal
from livesell.domain.refund import Refund
from livesell.web.api.order_rows import row_for_crew
from livesell.web.api.order_shapes import (
    EmptyBody,
    OfflineOrderBody,
    OrderAnswer,
    OrderHeaders,
    PlacedAnswer,
    RefundAnswer,
    RefundBody,
    RefundRow,
    RefundsAnswer,
)
from livesell.web.api.route import Call, Reply
from livesell.web.api.times import moment


async def fulfil_order(call: Call[EmptyBody]) -> Reply:
    """The goods were handed over; with payment on delivery that is when the money is taken."""
    order = await call.services.cashier.fulfil(call.session, call.order, by=call.caller.crew())
    return Reply(OrderAnswer(order=row_for_crew(order)))


async def refund_order(call: Call[RefundBody]) -> Reply:
    """Gives money back, all that is left unless told; more than is left is refused with `left`."""
    body, key = call.body, call.headers.idempotency_key
    order = await call.services.cashier.refund(
        call.session,
        call.order,
        by=call.caller.crew(),
        amount=body.amount,
        units=body.units,
        restock=body.restock,
        cause=body.cause,
        refund_id=None if key is None else order_id_for(call.session, call.order, key),
    )
    return Reply(OrderAnswer(order=row_for_crew(order)))


async def enter_order(call: Call[OfflineOrderBody]) -> Reply:
    """An order typed in for a caller: paid on delivery, in no total but the offline ones.

    Keys work as they do for viewers' orders; each belongs to whoever sent it first.
    """
    headers: OrderHeaders = call.headers
    actor = call.caller.crew()
    order_id = order_id_for(call.session, actor.name, headers.idempotency_key)
    offline = await _offline(call, order_id)
    with call.services.repeats.answering(f"{call.session}/{order_id}", call.body):
        known = await call.services.store.orders.find(call.session, order_id)
        order = await call.services.cashier.enter(call.session, offline, by=actor)
    answer = PlacedAnswer(order=row_for_crew(order, offline.contact), dup=known is not None)
    return Reply(answer, 201 if known is None else 200)


async def _offline(call: Call[OfflineOrderBody], order_id: str) -> OfflineOrder:
    """What was typed, checked before its key is taken: whoever mistyped may use the key again."""
    body = call.body
    truth = await call.services.truth(call.session, is_crew=True)
    request = check_request(
        id=order_id,
        viewer=call.caller.crew().name,
        card=body.card,
        units=body.units,
        price=0 if body.price is None else body.price,
        contact=body.contact if body.contact.name else replace(body.contact, name=body.name),
        name="",
    )
    if request.card not in truth.cards:
        raise refusal("no_such_card")
    is_usual = body.price is None
    return OfflineOrder(
        id=order_id,
        card=request.card,
        units=request.units,
        price=truth.cards[request.card].price if is_usual else request.price,
        contact=request.contact,
    )


async def list_refunds(call: Call[None]) -> Reply:
    """Money on its way back, or given back: the newest first."""
    await call.services.check_known(call.session, is_crew=True)
    await call.services.check_settles(call.session, call.caller.crew())
    refunds = await (await call.services.place(call.session)).settling.refunds(call.session)
    return Reply(RefundsAnswer(refunds=[_refund_row(one) for one in refunds]))


async def finish_refund(call: Call[EmptyBody]) -> Reply:
    """The money of a refund that no provider pays out was given by hand."""
    refund = await call.services.cashier.finish_refund(
        call.session, call.refund, by=call.caller.crew()
    )
    return Reply(RefundAnswer(refund=_refund_row(refund)))


async def retry_refund(call: Call[EmptyBody]) -> Reply:
    """Asks the provider again for a refund that failed."""
    refund = await call.services.cashier.retry_refund(
        call.session, call.refund, by=call.caller.crew()
    )
    return Reply(RefundAnswer(refund=_refund_row(refund)))


def _refund_row(refund: Refund) -> RefundRow:
    return RefundRow(
        id=refund.id,
        order=refund.order,
        amount=refund.amount,
        units=refund.units,
        state=refund.state,
        provider=refund.provider,
        at=moment(refund.at_ms),
        by=refund.by,
        cause=refund.cause,
        tries=refund.tries,
    )
