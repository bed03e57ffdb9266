"""What happens to an order at the till: paid, fulfilled, cancelled, refunded, typed for a caller.

The transitions are `domain/settlement.py`, the atomic step is the store's; this page decides who
may, reads the order, and tries again when someone else was first. Money itself is moved by the
ports in `payments/`; what these tell is taken in `actions/takings.py`.
"""

from collections.abc import Callable, Mapping

from msgspec import Struct

from livesell.actions.owning import check_settles
from livesell.actions.refunds import Refunds
from livesell.actions.takings import Takings, settled
from livesell.clock import Clock
from livesell.config import Sales
from livesell.domain.ids import check_order_id, check_session_id, check_token_id, new_command_id
from livesell.domain.order import REFUSALS, Contact, Order, check_request, wrong_state
from livesell.domain.person import Actor
from livesell.domain.refund import Refund
from livesell.domain.role import Role
from livesell.domain.session import Session
from livesell.domain.settlement import (
    MAX_CAUSE_CHARS,
    Payment,
    Settlement,
    awaited,
    cancel,
    fulfil,
    refund,
)
from livesell.domain.text import clean_line
from livesell.errors import Conflict, LivesellError, NotAllowed, NotFound
from livesell.payments import PaymentEvent, Payments
from livesell.store import Store

# A hold that another process is letting expire at this moment is looked at again after this.
AGAIN_MS = 1000


class Checkout(Struct, frozen=True, kw_only=True):
    """Where a buyer pays for an order, and until when (epoch ms)."""

    url: str
    expires: int


class OfflineOrder(Struct, frozen=True, kw_only=True):
    """An order that staff type for a caller; `price` is the unit price that was agreed to."""

    id: str
    card: str
    units: int
    price: int
    contact: Contact = Contact()


class Cashier:
    """Takes money for orders, and gives it back.

    Args:
        payments: The ports by their names; those of past sales are still refunded through.
        on_alarm: Called with the code of each new alarm.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        payments: Mapping[str, Payments],
        sales: Sales,
        on_alarm: Callable[[str], None] = lambda _code: None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._payments = payments
        self._sales = sales
        self._takings = Takings(store, clock, on_alarm)
        self._refunds = Refunds(store, clock, payments, self._takings)

    @property
    def on_alarm(self) -> Callable[[str], None]:
        """Called with the code of each new alarm."""
        return self._takings.on_alarm

    @on_alarm.setter
    def on_alarm(self, told: Callable[[str], None]) -> None:
        self._takings.on_alarm = told

    async def checkout(
        self, session_id: str, viewer: str, order_id: str, return_url: str
    ) -> Checkout:
        """A page on which the viewer pays for a held order; the same one while it is open.

        Raises:
            NotFound: `no_such_order`, also when it is another viewer's.
            Conflict: `wrong_order_state`, or `no_provider`.
            PaymentTrouble: The provider has no page to give.
        """
        order = await self._own(session_id, viewer, order_id)
        port = self._payments.get(self._sales.provider)
        if order.state != "held" or order.hold_until_ms is None:
            raise wrong_state(order)
        if port is None:
            raise Conflict("no_provider", "This shop takes no payments online.")
        truth = await self._store.sessions.pull(session_id, self._clock())
        page = await port.open(
            order, truth.session, truth.cards[order.card],
            return_url=return_url, expires_ms=order.hold_until_ms,
        )  # fmt: skip
        payment = Payment(
            ref=page.ref,
            order=order.id,
            provider=port.name,
            amount=order.amount,
            currency=truth.session.currency,
            at_ms=self._clock(),
            url=page.url,
            until_ms=order.hold_until_ms,
        )
        await self._store.settling.add_payment(session_id, payment)
        await self._settle(
            session_id, order.id, lambda one: awaited(one, page.ref, self._clock()), by=viewer
        )
        return Checkout(url=page.url, expires=order.hold_until_ms)

    async def take(self, event: PaymentEvent) -> None:
        """Takes what a provider told: late, repeated and reordered events are harmless.

        Raises:
            NotFound: There is no such session, order or refund. It is logged and alarmed.
            Refused: `wrong_amount`, `wrong_currency` or `no_reference`; logged and alarmed too.
        """
        if await self._takings.take(event):
            await self.work_refunds(event.session)

    async def expire(self, session_id: str) -> int | None:
        """Lets the holds expire whose time is over.

        Returns:
            When the next hold ends, epoch ms.
        """
        now_ms = self._clock()
        expired = await self._store.settling.expire_due(check_session_id(session_id), now_ms)
        await self._refunds.abandon(session_id, expired)
        next_ms = await self._store.settling.next_hold(session_id)
        return None if next_ms is None else max(next_ms, now_ms + AGAIN_MS * (next_ms <= now_ms))

    async def holds(self, sessions: list[Session]) -> dict[str, int]:
        """When the next hold of each session ends, epoch ms; for setting timers anew."""
        started = [one.id for one in sessions if one.started_ms is not None]
        return await self._store.settling.next_holds(started)

    async def cancel(self, session_id: str, order_id: str, *, by: Actor, cause: str = "") -> Order:
        """Calls an order off before it is paid: a viewer its own held ones, the crew any.

        Raises:
            NotFound: `no_such_order`.
            Conflict: `wrong_order_state`.
        """
        if by.role is Role.VIEWER:
            order = await self._own(session_id, by.name, order_id)
            if order.state not in ("held", "cancelled"):
                raise _by_shop_only() if order.state == "placed" else wrong_state(order)
        else:
            await check_settles(self._store, session_id, by, self._clock())
        reason = _checked_cause(cause)
        waited: list[Order] = []

        def decided(order: Order) -> Settlement | None:
            if by.role is Role.VIEWER and order.state == "placed":
                raise _by_shop_only()
            waited[:] = [order] if order.state == "held" else []
            return cancel(order, by=by.name, cause=reason, now_ms=self._clock())

        order = await self._settle(session_id, order_id, decided, by=by.name)
        await self._refunds.abandon(session_id, waited)
        return order

    async def fulfil(self, session_id: str, order_id: str, *, by: Actor) -> Order:
        """The goods were handed over; an order on delivery is paid with that.

        Raises:
            NotFound: `no_such_order`.
            Conflict: `wrong_order_state`.
        """
        await check_settles(self._store, session_id, by, self._clock())

        def decided(order: Order) -> Settlement | None:
            return fulfil(order, by=by.name, now_ms=self._clock())

        return await self._settle(session_id, order_id, decided, by=by.name)

    async def refund(
        self,
        session_id: str,
        order_id: str,
        *,
        by: Actor,
        amount: int | None = None,
        units: int | None = None,
        restock: bool = True,
        cause: str = "",
        refund_id: str | None = None,
    ) -> Order:
        """Gives money back, all that is left unless told, once for each `refund_id`.

        Args:
            amount: Minor units; None for the price of `units`, or for all that is left.
            units: Those that come back; None for all with the whole rest, else none.
            restock: Whether what comes back can be sold again.

        Raises:
            NotFound: `no_such_order`.
            Conflict: `wrong_order_state`, or `refund_known` for an id with other content.
            Refused: `refund_beyond` or `return_beyond`, with what is `left`.
            BadInput: Neither money nor units.
        """
        await check_settles(self._store, session_id, by, self._clock())
        refund_id = check_token_id(refund_id or new_command_id(), "refund_id")
        reason = _checked_cause(cause)
        if await self._refunds.is_known(session_id, order_id, refund_id, amount, units):
            return await self._find(session_id, order_id)
        payment = (await self._find(session_id, order_id)).payment
        paid_by = await self._store.settling.payment(session_id, payment) if payment else None

        def decided(order: Order) -> Settlement | None:
            left, kept = order.paid - order.refunded, order.units - order.returned
            money = amount
            if money is None:
                is_rest = units is None or units == kept
                money = left if is_rest else min(left, order.price * max(0, units or 0))
            back = kept * (money == left) if units is None else units
            return refund(
                order, amount=money, units=back, restock=restock, by=by.name, cause=reason,
                refund_id=refund_id, now_ms=self._clock(),
                provider=paid_by.provider if paid_by else "",
            )  # fmt: skip

        order = await self._settle(session_id, order_id, decided, by=by.name)
        await self.work_refunds(session_id)
        return order

    async def work_refunds(self, session_id: str) -> int | None:
        """Has the providers pay out what is due.

        Returns:
            When to ask again, epoch ms.
        """
        return await self._refunds.work(check_session_id(session_id))

    async def finish_refund(self, session_id: str, refund_id: str, *, by: Actor) -> Refund:
        """The money was given by hand.

        Raises:
            NotFound: `no_such_refund`.
            Conflict: `wrong_refund_state`: the provider may still pay it out; or `refund_changed`.
        """
        await check_settles(self._store, session_id, by, self._clock())
        await self._refunds.by_hand(check_session_id(session_id), refund_id, by.name)
        return await self._refunds.find(session_id, refund_id)

    async def retry_refund(self, session_id: str, refund_id: str, *, by: Actor) -> Refund:
        """Asks the provider again for a refund that failed.

        Raises:
            NotFound: `no_such_refund`.
            Conflict: `wrong_refund_state`.
        """
        await check_settles(self._store, session_id, by, self._clock())
        await self._refunds.again(check_session_id(session_id), refund_id, by.name)
        await self.work_refunds(session_id)
        return await self._refunds.find(session_id, refund_id)

    async def enter(self, session_id: str, order: OfflineOrder, *, by: Actor) -> Order:
        """Puts an order on record that staff typed for a caller; once for each id.

        Raises:
            Refused: A rule of selling says no.
            Busy: Not executed.
            OutcomeUnknown: Perhaps executed; the same id again tells.
        """
        await check_settles(self._store, session_id, by, self._clock())
        contact = order.contact
        request = check_request(
            id=order.id, viewer=f"offline:{check_order_id(order.id)}", card=order.card,
            units=order.units, price=order.price, contact=contact, name=contact.name,
            way="offline", by=by.name,
        )  # fmt: skip
        place = self._store.orders.place
        (outcome,) = await place(check_session_id(session_id), [request], self._clock())
        if isinstance(outcome, LivesellError):
            raise outcome
        return outcome.order

    async def _settle(
        self, session_id: str, order_id: str, decide: Callable[[Order], Settlement | None], by: str
    ) -> Order:
        check_session_id(session_id)
        return await settled(self._store, session_id, check_order_id(order_id), decide, by)

    async def _find(self, session_id: str, order_id: str) -> Order:
        check_session_id(session_id)
        order = await self._store.orders.find(session_id, check_order_id(order_id))
        if order is None:
            await self._store.archives.check_in_store(session_id)
            raise NotFound("no_such_order", REFUSALS["no_such_order"])
        return order

    async def _own(self, session_id: str, viewer: str, order_id: str) -> Order:
        """The viewer's order as it is by the clock: a hold whose time is over has expired."""
        order = await self._find(session_id, order_id)
        if order.viewer != viewer:
            raise NotFound("no_such_order", REFUSALS["no_such_order"])
        if order.hold_until_ms is None or self._clock() < order.hold_until_ms:
            return order
        await self.expire(session_id)
        return await self._find(session_id, order_id)


def _checked_cause(cause: str) -> str:
    return clean_line(cause, "cause", max_chars=MAX_CAUSE_CHARS)


def _by_shop_only() -> NotAllowed:
    return NotAllowed(
        "not_allowed", "Only the shop can cancel this order. Write to the shop, or refuse it."
    )
