"""A viewer's orders: placed once per `Idempotency-Key`, read, paid and called off."""

from livesell.auth import Pass
from livesell.domain.ids import order_id_for
from livesell.domain.order import REFUSALS, OrderRequest, Placed, check_request
from livesell.domain.person import Actor
from livesell.domain.role import Role
from livesell.errors import Busy, OutcomeUnknown, Refused, TooMany
from livesell.web import client
from livesell.web.api.order_rows import row_for_buyer, row_for_crew
from livesell.web.api.order_shapes import (
    CancelBody,
    OrderAnswer,
    OrderBody,
    OrderHeaders,
    OrdersAnswer,
    OrdersQuery,
    PaymentAnswer,
    PaymentBody,
    PlacedAnswer,
)
from livesell.web.api.route import Call, Reply
from livesell.web.api.times import moment


async def place_order(call: Call[OrderBody]) -> Reply:
    """201 with a new order; 200 with `dup` when this key placed it before.

    The same key with another body is refused (`id_reused`), and 409 `in_flight` when the same
    request is being answered. A refusal is not kept: the same key and body may be sent again, and
    are judged anew.
    """
    token = call.caller.viewer(call.session)
    await _check_pace(call, token)
    headers: OrderHeaders = call.headers
    body = call.body
    request = check_request(
        id=order_id_for(call.session, token.viewer, headers.idempotency_key),
        viewer=token.viewer,
        card=body.card,
        units=body.units,
        price=body.price,
        contact=body.contact,
        name=token.name,
    )
    with call.services.repeats.answering(f"{call.session}/{request.id}", request):
        placed = await _placed(call, request)
    answer = PlacedAnswer(order=row_for_buyer(placed.order), dup=placed.dup)
    return Reply(answer, 200 if placed.dup else 201)


async def _placed(call: Call[OrderBody], request: OrderRequest) -> Placed:
    """What the store answers, in the words that buyers get on the socket too."""
    try:
        return await call.services.viewers.place(call.session, request)
    except Busy as error:
        raise Busy("busy", REFUSALS["busy"]) from error
    except OutcomeUnknown as error:
        raise OutcomeUnknown("unknown", REFUSALS["unknown"]) from error
    except Refused as refused:
        if refused.code == "not_live":
            # A session that is not there is not live either; say which of the two it is.
            await call.services.truth(call.session, is_crew=False)
        raise


async def list_orders(call: Call[None]) -> Reply:
    """The crew: all, page by page, with contacts. A viewer: its own, the newest first."""
    if call.caller.is_crew:
        await call.services.check_settles(call.session, call.caller.crew())
        query: OrdersQuery = call.query
        page = await call.services.staff.orders_page(call.session, query.after, query.limit)
        rows = [row_for_crew(row.order, row.contact) for row in page.rows]
        return Reply(OrdersAnswer(orders=rows, next=page.next))
    token = await _viewer(call)
    orders = await call.services.viewers.orders(call.session, token.viewer)
    return Reply(OrdersAnswer(orders=[row_for_buyer(order) for order in orders]))


async def get_order(call: Call[None]) -> Reply:
    """One order; another viewer's does not exist for this one."""
    if call.caller.is_crew:
        await call.services.check_settles(call.session, call.caller.crew())
        row = await call.services.staff.order(call.session, call.order)
        return Reply(OrderAnswer(order=row_for_crew(row.order, row.contact)))
    token = await _viewer(call)
    order = await call.services.viewers.ask(call.session, token, call.order)
    return Reply(OrderAnswer(order=row_for_buyer(order)))


async def open_payment(call: Call[PaymentBody]) -> Reply:
    """Where the viewer pays for an order that is held; the same page while it can be paid there."""
    token = await _viewer(call)
    page = await call.services.cashier.checkout(
        call.session, token.viewer, call.order, _return_url(call)
    )
    return Reply(PaymentAnswer(url=page.url, expires=moment(page.expires)))


async def cancel_order(call: Call[CancelBody]) -> Reply:
    """Calls an order off before it is paid: a viewer its own while it is held, the crew any."""
    if call.caller.is_crew:
        by = call.caller.crew()
    else:
        by = Actor(name=(await _viewer(call)).viewer, role=Role.VIEWER)
    order = await call.services.cashier.cancel(
        call.session, call.order, by=by, cause=call.body.cause
    )
    row = row_for_crew(order) if call.caller.is_crew else row_for_buyer(order)
    return Reply(OrderAnswer(order=row))


async def _viewer(call: Call[None] | Call[PaymentBody] | Call[CancelBody]) -> Pass:
    """The viewer, of a session that it may know of."""
    token = call.caller.viewer(call.session)
    await call.services.check_known(call.session, is_crew=False)
    return token


def _return_url(call: Call[PaymentBody]) -> str:
    path = client.return_path(call.session, call.order, call.body.return_to)
    return client.public_origin(call.request, call.services.config) + path


async def _check_pace(call: Call[OrderBody], token: Pass) -> None:
    """The pace is kept by each process for itself; moderators see who was refused for it."""
    wait_s = call.services.throttles.orders.take(token.viewer)
    if wait_s:
        await call.services.pace_notes.add(call.session, token.viewer)
        raise TooMany("rate", REFUSALS["rate"], data={"retry_s": wait_s})
