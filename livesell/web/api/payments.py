"""Payments over HTTP: what providers tell, and the sandbox's page."""

from typing import Any, Literal

from msgspec import Struct

from livesell.domain.order import Order
from livesell.domain.truth import Truth
from livesell.errors import Conflict, NotFound, NotSignedIn
from livesell.payments.sandbox import Sandbox, Till
from livesell.web import client
from livesell.web.api.route import Call, Reply
from livesell.web.api.shapes import EmptyAnswer, SandboxAnswer, SandboxBody
from livesell.web.api.times import moment
from livesell.web.throttle import too_many

# What the sandbox's buttons make it tell.
_TOLD: dict[str, Literal["paid", "failed"]] = {"pay": "paid", "decline": "failed"}


class _Shown(Struct, frozen=True):
    """An order on the sandbox's page."""

    till: Till
    order: Order
    truth: Truth


async def receive_payment_event(call: Call[bytes]) -> Reply:
    """A provider's webhook: its own body, signed in its own header. 200 also when it is ignored.

    What cannot be settled now is answered with 503, so that the provider sends it again; a repeated
    event changes nothing.
    """
    request = call.request
    try:
        await call.services.webhooks.receive(
            request.match_info["provider"], request.headers, call.body
        )
    except NotSignedIn:
        # Providers are not slowed down, however much is sold; those who guess signatures are.
        wait_s = call.services.throttles.requests.take(call.address)
        if wait_s:
            raise too_many(wait_s) from None
        raise
    return Reply(EmptyAnswer())


async def get_sandbox_payment(call: Call[None]) -> Reply:
    """What the sandbox's page shows: the order that its reference names."""
    shown = await _shown(call)
    return Reply(_answer(call, shown.till, shown.order, shown.truth))


async def answer_sandbox_payment(call: Call[SandboxBody]) -> Reply:
    """Pays or declines in the sandbox: sends the event that a real provider would send."""
    shown = await _shown(call)
    order = shown.order
    if order.state == "held":
        ref = call.request.match_info["ref"]
        headers, body = _sandbox(call).event(
            ref, _TOLD[call.body.do], order.amount, shown.truth.session.currency,
            call.services.clock(),
        )  # fmt: skip
        await call.services.webhooks.receive(Sandbox.name, headers, body)
        shown = await _shown(call)
    elif order.paid < order.amount or call.body.do != "pay":
        raise Conflict(
            "payment_over",
            "This order cannot be paid any more. Go back to see what became of it.",
            data={"state": order.state},
        )
    return Reply(_answer(call, shown.till, shown.order, shown.truth))


async def _shown(call: Call[Any]) -> _Shown:
    till = _sandbox(call).till(call.request.match_info["ref"])
    order = await call.services.store.orders.find(till.session, till.order)
    if order is None:
        raise NotFound(
            "no_such_payment", "There is no such payment. Go back to the show and try again."
        )
    return _Shown(till, order, await call.services.truth(till.session, is_crew=True))


def _sandbox(call: Call[Any]) -> Sandbox:
    """Raises `NotFound` in a service that takes real money."""
    found = call.services.payments.get(Sandbox.name)
    if not isinstance(found, Sandbox):
        raise NotFound("no_such_payment", "This service has no sandbox for payments.")
    return found


def _answer(call: Call[Any], till: Till, order: Order, truth: Truth) -> SandboxAnswer:
    card = truth.cards.get(order.card)
    hold_ms = order.hold_until_ms if order.state == "held" else None
    return SandboxAnswer(
        session=till.session,
        show=truth.session.title,
        order=order.id,
        n=order.n,
        title=card.title if card else order.card,
        units=order.units,
        amount=order.amount,
        currency=truth.session.currency,
        state=order.state,
        hold_until=None if hold_ms is None else moment(hold_ms),
        now=moment(call.services.clock()),
        back=client.return_path(till.session, order.id),
    )
