"""A session in which anybody may do anything at any time, through several clients of its store.

Each deed is one method; what the rules refuse changes nothing and is no failure. What was accepted
is written down here, so that the store can be held to it afterwards.
"""

import contextlib
import uuid
from collections.abc import Sequence
from typing import Any

from livesell.actions.cashier import Cashier
from livesell.config import Sales
from livesell.domain.card import Gift
from livesell.domain.command import AnyCommand
from livesell.domain.order import Order, Placed
from livesell.domain.person import Actor
from livesell.domain.recount import recount
from livesell.domain.role import Role
from livesell.errors import BadInput, Busy, Conflict, LivesellError, NotAllowed, NotFound, Refused
from livesell.store import Store
from tests.support.build import FakeClock, a_card, a_request, command, given_live
from tests.support.till import Till, paid

HOLD_MS = 60_000
PRICES = {"tea": 500, "cup": 100, "pack": 4000}

ANN = Actor(name="ann", role=Role.STAFF)

# What a rule of the shop says no with. Anything else is a fault.
RULES = (Conflict, NotFound, NotAllowed, Refused, BadInput)


class Market:
    """Args: stores: Clients of one and the same store."""

    def __init__(self, stores: Sequence[Store], session_id: str) -> None:
        self.session_id = session_id
        self.clock = FakeClock()
        self.tills = [Till("till") for _ in stores]
        self._stores = stores
        self._cashiers = [
            Cashier(store, self.clock, {"till": till}, Sales(payment="prepaid", provider="stripe"))
            for store, till in zip(stores, self.tills, strict=True)
        ]
        self.accepted: dict[str, Order] = {}
        # Each payment that was told and not refused: its reference and its amount.
        self.received: dict[str, int] = {}

    async def open(self) -> None:
        """Tea, cups, and packs of ten teas with a cup."""
        shelf = [
            a_card(id="tea", donation=20, limit=30),
            a_card(id="cup", slot=2, price=100),
            a_card(id="pack", slot=3, price=4000, of="tea", pack=10, gifts=(Gift(card="cup"),)),
        ]
        stock = {"tea": 40, "cup": 5, "pack": 0}
        await given_live(self._stores[0], *shelf, stock=stock, id=self.session_id)

    async def do(self, client: int, deed: str, **fields: Any) -> None:
        at = client % len(self._stores)
        with contextlib.suppress(*RULES):
            await getattr(self, f"_{deed}")(self._stores[at], self._cashiers[at], **fields)

    async def check(self) -> None:
        """Every promise at once: exact, nothing below zero, nothing forgotten, no money lost."""
        evidence = await self._stores[0].ledger.evidence(self.session_id, self.clock())
        assert recount(evidence).differences == ()
        orders = {order.id: order for order in evidence.orders}
        for order_id, first in self.accepted.items():
            assert _content(orders[order_id]) == _content(first)
        refunds = evidence.refunds
        sent_back = sum(one.amount for one in refunds if one.cause.startswith("paid_"))
        cash = sum(one.paid for one in evidence.orders if one.paid and not one.payment)
        assert sum(self.received.values()) + cash == evidence.truth.tally.paid + sent_back
        given = sum(one.amount for one in refunds if not one.cause.startswith("paid_"))
        assert given == evidence.truth.tally.refunded

    async def replay(self) -> None:
        """Every acceptance is answered again, whatever became of the order since."""
        for order_id, first in self.accepted.items():
            request = a_request(
                id=order_id, viewer=first.viewer, card=first.card, units=first.units,
                price=first.price,
            )  # fmt: skip
            (again,) = await self._stores[-1].orders.place(
                self.session_id, [request], self.clock(), HOLD_MS
            )
            assert isinstance(again, Placed), again
            assert again.dup
            assert _content(again.order) == _content(first)

    # --- deeds -----------------------------------------------------------------------------------

    async def _place(
        self, store: Store, _cashier: Cashier, *, orders: list[dict[str, Any]], is_held: bool
    ) -> None:
        requests = [a_request(name="苗", **fields) for fields in orders]
        outcomes = await store.orders.place(
            self.session_id, requests, self.clock(), HOLD_MS if is_held else 0
        )
        for outcome in outcomes:
            if isinstance(outcome, Placed):
                first = self.accepted.setdefault(outcome.order.id, outcome.order)
                assert _content(first) == _content(outcome.order), "one id, two orders"
            else:
                assert isinstance(outcome, LivesellError)
                assert not isinstance(outcome, Busy)

    async def _pay(
        self, _store: Store, cashier: Cashier, *, nth: int, ref: str, event: str
    ) -> None:
        order = self._nth(nth)
        name = f"{ref}-{order.id}"
        await cashier.take(paid(order, id=f"{event}-{name}", session=self.session_id, ref=name))
        self.received[name] = order.amount

    async def _fail(self, _store: Store, cashier: Cashier, *, nth: int) -> None:
        order = self._nth(nth)
        failed = f"failed-{order.id}"
        await cashier.take(paid(order, id=failed, kind="failed", session=self.session_id))

    async def _checkout(self, _store: Store, cashier: Cashier, *, nth: int) -> None:
        order = self._nth(nth)
        await cashier.checkout(self.session_id, order.viewer, order.id, "x")

    async def _expire(self, _store: Store, cashier: Cashier) -> None:
        await cashier.expire(self.session_id)

    async def _cancel(self, _store: Store, cashier: Cashier, *, nth: int, by_viewer: bool) -> None:
        order = self._nth(nth)
        viewer = Actor(name=order.viewer, role=Role.VIEWER)
        await cashier.cancel(self.session_id, order.id, by=viewer if by_viewer else ANN)

    async def _fulfil(self, _store: Store, cashier: Cashier, *, nth: int) -> None:
        await cashier.fulfil(self.session_id, self._nth(nth).id, by=ANN)

    async def _refund(
        self, _store: Store, cashier: Cashier, *, nth: int, refund: str, **fields: Any
    ) -> None:
        order = self._nth(nth)
        await cashier.refund(
            self.session_id, order.id, by=ANN, refund_id=f"{refund}-{order.id}", **fields
        )

    async def _erase(self, store: Store, _cashier: Cashier, *, viewer: str) -> None:
        await store.details.erase(self.session_id, viewer, by=viewer, now_ms=self.clock())

    async def _command(self, store: Store, _cashier: Cashier, *, one: AnyCommand) -> None:
        await command(store, one, self.session_id, now_ms=self.clock())

    def _nth(self, nth: int) -> Order:
        """One of the orders accepted so far; a rule of the shop when there is none."""
        orders = list(self.accepted.values())
        if not orders:
            raise NotFound("no_such_order", "There is no order yet.")
        return orders[nth % len(orders)]


def order_id(number: int) -> str:
    return str(uuid.UUID(int=number))


def _content(order: Order) -> tuple[Any, ...]:
    """What never changes of an order."""
    return (
        order.n, order.viewer, order.card, order.units, order.price, order.amount, order.lines,
        order.at_ms, order.flash,
    )  # fmt: skip
