"""Orders over HTTP: placed once per `Idempotency-Key`, read by their buyer and by the crew."""

from livesell.auth import Pass
from livesell.domain.ids import order_id_for
from livesell.domain.order import (
    REFUSALS,
    Contact,
    Order,
    OrderRequest,
    Placed,
    check_request,
)
from livesell.domain.role import Role
from livesell.errors import Busy, OutcomeUnknown, Refused, TooMany
from livesell.web.api.route import Call, Reply
from livesell.web.api.shapes import (
    OrderAnswer,
    OrderBody,
    OrderHeaders,
    OrderRow,
    OrdersAnswer,
    OrdersQuery,
    PlacedAnswer,
)
from livesell.web.api.times import moment


async def place_order(call: Call[OrderBody]) -> Reply:
    """201 with a new order; 200 with `dup` when this key placed it before."""
    token = call.caller.viewer(call.session)
    _check_pace(call, token)
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
    placed = await _placed(call, request)
    answer = PlacedAnswer(order=_row(placed.order), dup=placed.dup)
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
        query: OrdersQuery = call.query
        page = await call.services.staff.orders_page(call.session, query.after, query.limit)
        rows = [_row(row.order, row.contact) for row in page.rows]
        return Reply(OrdersAnswer(orders=rows, next=page.next))
    token = await _viewer(call)
    orders = await call.services.viewers.orders(call.session, token.viewer)
    return Reply(OrdersAnswer(orders=[_row(order) for order in orders]))


async def get_order(call: Call[None]) -> Reply:
    """One order; another viewer's does not exist for this one."""
    token = _as_pass(call) if call.caller.is_crew else await _viewer(call)
    order_id = call.request.match_info["order"]
    order = await call.services.viewers.ask(call.session, token, order_id)
    return Reply(OrderAnswer(order=_row(order)))


async def export_orders(call: Call[None]) -> Reply:
    """The orders as a spreadsheet: CSV in UTF-8 with a byte order mark, one row an order."""
    chunks = call.services.staff.orders_csv(call.session)
    name = f'attachment; filename="orders-{call.session}.csv"'
    return Reply(chunks=chunks, headers={"Content-Disposition": name})


async def _viewer(call: Call[None]) -> Pass:
    """The viewer, of a session that it may know of."""
    token = call.caller.viewer(call.session)
    await call.services.truth(call.session, is_crew=False)
    return token


def _as_pass(call: Call[None]) -> Pass:
    """A member of the crew in the form in which the viewers' side asks who it is."""
    actor = call.caller.crew()
    return Pass(
        viewer=actor.name,
        visit=actor.name,
        role=Role.STAFF,
        session=call.session,
        name=actor.name,
        expires_s=0,
    )


def _check_pace(call: Call[OrderBody], token: Pass) -> None:
    wait_s = call.services.throttles.orders.take(token.viewer)
    if wait_s:
        raise TooMany("rate", REFUSALS["rate"], data={"retry_s": wait_s})


def _row(order: Order, contact: Contact | None = None) -> OrderRow:
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
        contact=contact,
    )
