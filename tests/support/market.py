"""A session in which anybody may do anything at any time, through several clients of its store.

Each deed is one method; what the rules refuse changes nothing and is no failure. What was accepted
is written down here, so that the store can be held to it afterwards.
"""

import contextlib
import uuid
from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from livesell.actions.cashier import Cashier
from livesell.actions.waiting import Waiters
from livesell.config import Sales
from livesell.domain.audience import Verb
from livesell.domain.card import Gift
from livesell.domain.command import AnyCommand, EndFlash, PrepareFlash, StartFlash, Undo
from livesell.domain.order import Order, OrderRequest, Placed
from livesell.domain.person import Actor
from livesell.domain.recount import recount
from livesell.domain.role import Role
from livesell.errors import BadInput, Conflict, NotAllowed, NotFound, Refused
from livesell.store import Store, Taps
from tests.support.build import FakeClock, a_card, a_request, command, given_live
from tests.support.till import Till, paid

HOLD_MS = 60_000
FLASH_PRICE = 300

ANN = Actor(name="ann", role=Role.STAFF)

VIEWERS = ("a", "b", "c")

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
        self._flashes: list[str] = []
        self._taps: dict[str, int] = {}
        self._ids = 0

    async def open(self) -> None:
        """Tea, cups, and packs of ten teas with a cup."""
        shelf = [
            a_card(id="tea", donation=20, limit=30),
            a_card(id="cup", slot=2, price=100),
            a_card(id="pack", slot=3, price=4000, of="tea", pack=10, gifts=(Gift(card="cup"),)),
        ]
        stock = {"tea": 60, "cup": 12, "pack": 0}
        await given_live(self._stores[0], *shelf, stock=stock, id=self.session_id)

    async def do(self, client: int, deed: str, **fields: Any) -> None:
        at = client % len(self._stores)
        with contextlib.suppress(*RULES):
            await getattr(self, f"_{deed}")(self._stores[at], self._cashiers[at], **fields)

    async def check(self) -> None:
        """Every promise at once: exact, nothing below zero, nothing forgotten, no money lost."""
        evidence = await self._stores[0].ledger.evidence(self.session_id, self.clock())
        differences = recount(evidence).differences
        assert not differences, differences
        orders = {order.id: order for order in evidence.orders}
        for order_id, first in self.accepted.items():
            assert _content(orders[order_id]) == _content(first)
        refunds = evidence.refunds
        sent_back = sum(one.amount for one in refunds if one.cause.startswith("paid_"))
        cash = sum(one.paid for one in evidence.orders if one.paid and not one.payment)
        assert sum(self.received.values()) + cash == evidence.truth.tally.paid + sent_back
        given = sum(one.amount for one in refunds if not one.cause.startswith("paid_"))
        assert given == evidence.truth.tally.refunded
        (liked,) = await self._stores[0].audience.values(self.session_id, ["liked"], list(VIEWERS))
        assert sum(int(likes or 0) for likes in liked) == evidence.truth.tally.likes

    async def replay(self) -> None:
        """Every acceptance is answered again, whatever became of the order since."""
        for first in self.accepted.values():
            request = _repeated(first)
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
        truth = await store.sessions.pull(self.session_id, self.clock())
        prices = {card.id: card.price for card in truth.cards.values()}
        requests = []
        for one in orders:
            wanted = dict(one)
            at = {"price": prices[one["card"]], "flash": FLASH_PRICE, "wrong": 7}[wanted.pop("at")]
            requests.append(a_request(name="苗", price=at, id=self._new_id(), **wanted))
        await self._send(store, requests, HOLD_MS if is_held else 0)

    async def _resend(self, store: Store, _cashier: Cashier, *, nth: int, units: int) -> None:
        """The same again, or another order under the same id."""
        first = self._nth(nth)
        again = _repeated(first)
        await self._send(store, [replace(again, units=again.units + units)], HOLD_MS)

    async def _send(self, store: Store, requests: list[OrderRequest], hold_ms: int) -> None:
        outcomes = await store.orders.place(self.session_id, requests, self.clock(), hold_ms)
        for outcome in outcomes:
            if isinstance(outcome, Placed):
                first = self.accepted.setdefault(outcome.order.id, outcome.order)
                assert _content(first) == _content(outcome.order), "one id, two orders"
            else:
                assert isinstance(outcome, RULES), outcome

    def _new_id(self) -> str:
        self._ids += 1
        return str(uuid.UUID(int=self._ids))

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

    async def _undo(self, store: Store, _cashier: Cashier) -> None:
        """Takes the last command back, whatever was ordered since."""
        version = (await store.sessions.pull(self.session_id, self.clock())).version
        await self._command(store, _cashier, one=Undo(version=version))

    async def _flash(
        self, store: Store, _cashier: Cashier, *, units: int, limit: int | None
    ) -> None:
        """Tea at 3.00, in ten seconds for a minute."""
        name = f"flash-{len(self._flashes) + 1}"
        prepared = PrepareFlash(
            id=name,
            card="tea",
            price=FLASH_PRICE,
            units=units,
            limit=limit,
            countdown_s=10,
            lasts_s=60,
        )
        self._flashes.append(name)
        for one in (prepared, StartFlash(flash=name)):
            await self._command(store, _cashier, one=one)

    async def _end_flash(self, store: Store, cashier: Cashier) -> None:
        for name in self._flashes[-1:]:
            await self._command(store, cashier, one=EndFlash(flash=name))

    async def _queue(
        self, store: Store, _cashier: Cashier, *, viewer: str, card: str, units: int
    ) -> None:
        await self._waiters(store).join(self.session_id, viewer, card, units)

    async def _leave(self, store: Store, _cashier: Cashier, *, viewer: str, card: str) -> None:
        await self._waiters(store).leave(self.session_id, viewer, card)

    async def _moderate(self, store: Store, _cashier: Cashier, *, viewer: str, verb: Verb) -> None:
        await store.audience.moderate(
            self.session_id, verb, viewer, by="ann", cause="刷屏", now_ms=self.clock()
        )

    async def _like(
        self, store: Store, _cashier: Cashier, *, viewer: str, n: int, at_most: int
    ) -> None:
        """Some more taps of this viewer's one visit."""
        self._taps[viewer] = self._taps.get(viewer, 0) + n
        taps = Taps(f"visit-{viewer}", viewer, self._taps[viewer], at_most)
        await store.likes.credit(self.session_id, [taps], self.clock())

    async def _tend(self, store: Store, _cashier: Cashier) -> None:
        """What the clock does for those who wait."""
        truth = await store.sessions.pull(self.session_id, self.clock())
        await self._waiters(store).tend(truth)

    def _waiters(self, store: Store) -> Waiters:
        return Waiters(store, self.clock, Sales(offer_seconds=30))

    def _nth(self, nth: int) -> Order:
        """One of the orders accepted so far; a rule of the shop when there is none."""
        orders = list(self.accepted.values())
        if not orders:
            raise NotFound("no_such_order", "There is no order yet.")
        return orders[nth % len(orders)]


def _repeated(first: Order) -> OrderRequest:
    """The request that was accepted as this order."""
    return a_request(
        id=first.id, viewer=first.viewer, card=first.card, units=first.units, price=first.price
    )


def _content(order: Order) -> tuple[Any, ...]:
    """What never changes of an order."""
    return (
        order.n, order.viewer, order.card, order.units, order.price, order.amount, order.lines,
        order.at_ms, order.flash,
    )  # fmt: skip
