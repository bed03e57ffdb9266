"""What a provider tells of payments and refunds, taken at most once for each of its events.

An event is settled first and remembered then: a crash in between brings it again, and
compare-and-set makes the repetition harmless. What fits no order is refused, logged and alarmed.
"""

import logging
from collections.abc import Callable

from msgspec.structs import replace

from livesell.actions.host import ATTEMPTS
from livesell.clock import Clock
from livesell.domain.command import Fact
from livesell.domain.ids import check_order_id
from livesell.domain.order import REFUSALS, Order
from livesell.domain.refund import RefundState
from livesell.domain.settlement import Payment, Refund, Settlement, pay
from livesell.errors import BadInput, Conflict, LivesellError, NotFound, Refused
from livesell.payments import PaymentEvent
from livesell.store import Alarm, Store

logger = logging.getLogger(__name__)

# What staff are told of, by code.
ALARMS: dict[str, str] = {
    "no_such_session": "A payment is for a session that is not known. Look at it at the provider.",
    "no_such_order": "A payment is for an order that is not known. Look at it at the provider.",
    "no_such_refund": "A refund was made at the provider that this shop knows nothing of.",
    "no_reference": "A payment came without a reference. Look at it at the provider.",
    "wrong_amount": "A payment is not over the amount of its order, so it was not taken.",
    "wrong_currency": "A payment is in another currency than its order, so it was not taken.",
    "paid_late": "A payment came after its order was released, and is given back.",
    "paid_twice": "An order was paid a second time; the second payment is given back.",
    "refund_failed": "The provider could not give money back. Look at it there, and try again.",
    "no_provider": "Money is to be given back through a provider that is not set up any more.",
}


async def settled(
    store: Store,
    session_id: str,
    order_id: str,
    decide: Callable[[Order], Settlement | None],
    by: str,
) -> Order:
    """Reads the order, decides, settles; again on what holds then when someone else was first.

    Raises:
        NotFound: `no_such_order`.
        Conflict: `session_archived`, `order_changed` when that goes on and on, or what `decide`
            raises.
    """
    for attempt in range(ATTEMPTS):
        order = await store.orders.find(session_id, order_id)
        if order is None:
            await store.archives.check_in_store(session_id)
            raise NotFound("no_such_order", REFUSALS["no_such_order"])
        settlement = decide(order)
        if settlement is None:
            return order
        try:
            return await store.settling.settle(session_id, settlement, by=by)
        except Conflict as conflict:
            if conflict.code != "order_changed" or attempt == ATTEMPTS - 1:
                raise
    raise AssertionError("unreachable")


class Takings:
    """Args: on_alarm: Called with the code of each new alarm."""

    def __init__(self, store: Store, clock: Clock, on_alarm: Callable[[str], None]) -> None:
        self._store = store
        self._clock = clock
        self.on_alarm = on_alarm

    async def take(self, event: PaymentEvent) -> bool:
        """Takes one event; whether there is money to give back because of it.

        Raises:
            NotFound, Refused: It fits nothing here; logged and alarmed.
        """
        if event.kind == "ignored":
            return False
        settling = self._store.settling
        try:
            await self._store.sessions.pull(event.session, self._clock())
        except NotFound:
            self._tell("no_such_session", event)
            raise
        if await settling.knows_event(event.session, event.provider, event.id):
            return False
        match event.kind:
            case "paid":
                is_owed = await self._paid(event)
            case "failed":
                is_owed = await self._failed(event)
            case "refunded" | "refund_failed":
                is_owed = await self._refund_told(event)
        await settling.remember_event(event.session, event.provider, event.id, self._clock())
        return is_owed

    async def alarm(
        self, session_id: str, code: str, *, provider: str = "", order: str = "", ref: str = "",
        event: str = "",
    ) -> None:  # fmt: skip
        """Puts an alarm where staff see it, once for each event."""
        one = Alarm(
            at_ms=self._clock(), code=code, message=ALARMS[code], provider=provider, order=order,
            ref=ref, event=event,
        )  # fmt: skip
        if await self._store.settling.put_alarm(session_id, one):
            logger.warning(
                "Alarm %s in session %s, order %s, provider %s.", code, session_id, order, provider
            )
            self.on_alarm(code)

    def _tell(self, code: str, event: PaymentEvent) -> None:
        """For what belongs to no session: there is no list to put it on."""
        logger.warning("Alarm %s: event %s of %s.", code, event.id[:64], event.provider)
        self.on_alarm(code)

    async def _refuse(self, event: PaymentEvent, code: str) -> LivesellError:
        await self.alarm(
            event.session, code, provider=event.provider, order=event.order, ref=event.ref,
            event=event.id,
        )  # fmt: skip
        kind = NotFound if code.startswith("no_such") else Refused
        return kind(code, ALARMS[code])

    async def _paid(self, event: PaymentEvent) -> bool:
        order = await self._order_of(event)
        truth = await self._store.sessions.pull(event.session, self._clock())
        if not event.ref:
            raise await self._refuse(event, "no_reference")
        if event.currency.upper() != truth.session.currency:
            raise await self._refuse(event, "wrong_currency")
        if event.amount != order.amount:
            raise await self._refuse(event, "wrong_amount")
        after = await self._settle(event, order.id)
        await self._note_payment(event, "paid")
        outcome = next(step.what for step in after.history if step.ref == event.ref)
        if outcome in ("paid_late", "paid_twice"):
            await self.alarm(
                event.session, outcome, provider=event.provider, order=order.id, ref=event.ref,
                event=event.id,
            )  # fmt: skip
            return True
        return False

    async def _settle(self, event: PaymentEvent, order_id: str) -> Order:
        """Late, and held again if the goods are there; else the money goes back."""
        try:
            return await self._pay(event, order_id, rehold=True)
        except Conflict as conflict:
            if conflict.code != "sold_out":
                raise
        return await self._pay(event, order_id, rehold=False)

    async def _pay(self, event: PaymentEvent, order_id: str, *, rehold: bool) -> Order:
        def decided(order: Order) -> Settlement | None:
            return pay(
                order, amount=event.amount, ref=event.ref, by=event.provider,
                now_ms=self._clock(), provider=event.provider, rehold=rehold,
            )  # fmt: skip

        return await settled(self._store, event.session, order_id, decided, event.provider)

    async def _order_of(self, event: PaymentEvent) -> Order:
        try:
            order = await self._store.orders.find(event.session, check_order_id(event.order))
        except BadInput:
            order = None
        if order is None:
            raise await self._refuse(event, "no_such_order")
        return order

    async def _failed(self, event: PaymentEvent) -> bool:
        """The hold goes on until its time: the buyer may try again."""
        await self._order_of(event)
        await self._note_payment(event, "failed")
        return False

    async def _note_payment(self, event: PaymentEvent, state: str) -> None:
        known = await self._store.settling.payment(event.session, event.ref)
        if known is None:
            known = Payment(
                ref=event.ref, order=event.order, provider=event.provider, amount=event.amount,
                currency=event.currency.upper(), at_ms=self._clock(),
            )  # fmt: skip
        if known.state != "paid" and event.ref:
            noted = replace(known, state="paid" if state == "paid" else "failed")
            await self._store.settling.put_payment(event.session, noted)

    async def _refund_told(self, event: PaymentEvent) -> bool:
        """What became of a refund that the provider took on."""
        before = await self._store.settling.refund(event.session, event.refund)
        for _ in range(ATTEMPTS):
            if before is None:
                raise await self._refuse(event, "no_such_refund")
            if await self.note_refund(event.session, before, is_done=event.kind == "refunded"):
                break
            before = await self._store.settling.refund(event.session, event.refund)
        if before is not None and event.kind == "refund_failed":
            await self.alarm(
                event.session, "refund_failed", provider=event.provider, order=before.order,
                ref=event.ref, event=event.id,
            )  # fmt: skip
        return False

    async def note_refund(
        self, session_id: str, before: Refund, *, is_done: bool, by: str = ""
    ) -> bool:
        """Writes down what became of a refund; False when someone else changed it first."""
        state: RefundState = "done" if is_done else "failed"
        if before.state == state:
            return True
        after = replace(before, state=state, retry_ms=0)
        fact = Fact(kind=f"refund_{state}", data={"refund": before.id, "id": before.order})
        return await self._store.settling.put_refund(
            session_id, before, after, fact, by=by or before.provider or before.by,
            now_ms=self._clock(),
        )  # fmt: skip
