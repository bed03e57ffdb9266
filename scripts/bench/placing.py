"""The placing path as a gateway takes it, and the bare script behind it.

Ours is `push/orders.py` with everything below it: batches, two calls in flight, records, answers
encoded as frames. Buyers are seats without a socket, each with one order under way; the next one
follows its answer. The bare script gets the very same calls, recorded before as bytes, through one
connection without waiting: what the store alone can do.
"""

import asyncio
import os
import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from msgspec import Struct
from prometheus_client import CollectorRegistry

from bench.account import Others
from bench.control import BenchError
from bench.stores import Bench, Raw
from livesell.actions.cashier import Cashier
from livesell.actions.host import Host
from livesell.clock import system_clock
from livesell.config import Sales
from livesell.domain.card import Card, Gift
from livesell.domain.command import Open, Start
from livesell.domain.order import Contact, OrderRequest, Placed
from livesell.domain.person import Actor
from livesell.domain.role import Role
from livesell.domain.session import Session
from livesell.payments import PaymentEvent
from livesell.push.metrics import Metrics
from livesell.push.orders import MOST_IN_A_BATCH, OrderQueue
from livesell.push.seat import Seat
from livesell.replay.histogram import Histogram, Summary
from livesell.store import Store
from livesell.store.connect import Command, Link, make_pool, pack
from livesell.store.keys import Keys
from livesell.store.orders import Orders
from livesell.store.place import unix_place
from livesell.store.settling import Settling

SESSION = "bench"
CURRENCY = "CNY"
HOST = Actor(name="bench", role=Role.HOST)

STOCK = 10_000_000
BUYERS = 2000
HOLD_MS = 900_000

_CONTACT = Contact(name="卓玛", phone="13800000000", address="西藏那曲市色尼区高原路 1 号")
_ANSWERED_WITHIN_S = 120.0


class Case(Struct, frozen=True, kw_only=True):
    """What is ordered, and how far it goes.

    Attributes:
        hold_ms: How long its stock is held for the payment; 0 when it is paid on delivery.
        is_whole_life: Whether each order is also paid and fulfilled; its answer is that of the
            last step then.
        part: The part of the orders that a measurement of it has.
    """

    name: str
    card: str = "tea"
    price: int = 500
    hold_ms: int = 0
    is_whole_life: bool = False
    part: float = 1.0


CASES = (
    Case(name="on delivery"),
    Case(name="prepaid", hold_ms=HOLD_MS),
    Case(name="pack with a gift", card="ten-tea", price=4500),
    Case(name="placed, paid, fulfilled", hold_ms=HOLD_MS, is_whole_life=True, part=0.1),
)

# One card keeps its stock, one draws on it, and one is given away with it.
_CARDS = [
    Card(id="tea", slot=1, title="清风度西藏凉茶", price=500, donation=100),
    Card(id="cup", slot=2, title="木碗", price=2000),
    Card(
        id="ten-tea", slot=3, title="凉茶十袋", price=4500, of="tea", pack=10,
        gifts=(Gift(card="cup"),),
    ),
]  # fmt: skip


class Figures(Struct, kw_only=True):
    """One case on one store, once.

    Attributes:
        rate: Orders a second while `in_flight` are always under way.
        bare: The same of the bare script.
        share: The part of the bare script's rate that the whole path reaches.
        p50_ms: From an order to its answer meanwhile; so are p99 and max.
        alone_p50_ms: The same when there is never more than one.
        others: Cores that other processes of the machine took meanwhile.
    """

    rate: float
    bare: float
    share: float
    p50_ms: float
    p99_ms: float
    max_ms: float
    alone_p50_ms: float
    alone_p99_ms: float
    others: float


class Size(Struct, frozen=True, kw_only=True):
    """How much of everything."""

    orders: int
    alone: int
    in_flight: int

    def of(self, case: Case) -> int:
        """Orders of one measurement of the case."""
        return max(1, round(self.orders * case.part))


async def prepare(bench: Bench) -> None:
    """An empty store with one session on air."""
    await asyncio.to_thread(bench.empty)
    host = Host(bench.store, system_clock)
    session = Session(id=SESSION, title="那曲专场", host="苗伟伦")
    await host.create(session, _CARDS, {"tea": STOCK, "cup": STOCK}, by=HOST)
    await host.run(SESSION, Start(), by=HOST)
    for card in _CARDS:
        await host.run(SESSION, Open(card=card.id), by=HOST)


def requests_of(case: Case, count: int) -> Iterator[OrderRequest]:
    for number in range(count):
        yield OrderRequest(
            id=str(uuid.uuid4()),
            viewer=f"viewer-{number % BUYERS}",
            card=case.card,
            units=1,
            price=case.price,
            contact=_CONTACT,
            name="卓玛",
        )


# --- ours ----------------------------------------------------------------------------------------


class Buyer(Seat):
    """A seat without a socket that orders again as soon as it is answered."""

    def __init__(self, sale: "Sale") -> None:
        super().__init__()
        self._sale = sale
        self._since = 0.0
        self._order = ""
        self._working: asyncio.Task[None] | None = None

    def order(self) -> None:
        request = self._sale.next()
        if request is not None:
            self._since, self._order = time.perf_counter(), request.id
            self._sale.queue.put(self, request.id, request)

    def send(self, frame: bytes) -> None:
        if b'"ok":true' not in frame:
            said = frame[-200:].decode(errors="replace")
            self._sale.failed(BenchError(f"An order was refused: {said}"))
        elif self._sale.till is None:
            self._done()
        else:
            self._working = asyncio.create_task(self._live_on(self._sale.till))

    async def _live_on(self, till: "Till") -> None:
        try:
            await till.finish(self._order)
        except Exception as error:  # noqa: BLE001 - whatever it is ends the run
            self._sale.failed(error)
        else:
            self._done()

    def _done(self) -> None:
        self._sale.answered(time.perf_counter() - self._since)
        self.order()


class Till:
    """Pays and fulfils orders as a provider's event and the staff's page do."""

    def __init__(self, store: Store, case: Case) -> None:
        self._cashier = Cashier(store, system_clock, {}, Sales())
        self._case = case

    async def finish(self, order_id: str) -> None:
        event = PaymentEvent(
            id=f"event-{order_id}", provider="sandbox", kind="paid", session=SESSION,
            order=order_id, amount=self._case.price, currency=CURRENCY, ref=f"payment-{order_id}",
        )  # fmt: skip
        await self._cashier.take(event)
        await self._cashier.fulfil(SESSION, order_id, by=HOST)


class Sale:
    """So many orders through one queue, so many of them always under way."""

    def __init__(
        self, queue: OrderQueue, requests: Sequence[OrderRequest], till: Till | None
    ) -> None:
        self.queue = queue
        self.till = till
        self.answers = Histogram()
        self._requests = iter(requests)
        self._left = len(requests)
        self._is_over: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def next(self) -> OrderRequest | None:
        return next(self._requests, None)

    def failed(self, error: Exception) -> None:
        if not self._is_over.done():
            self._is_over.set_exception(error)

    def answered(self, seconds: float) -> None:
        self.answers.add(seconds * 1000)
        self._left -= 1
        if not self._left and not self._is_over.done():
            self._is_over.set_result(None)

    async def run(self, in_flight: int) -> float:
        """Returns the seconds that all of them took."""
        began = time.perf_counter()
        for _ in range(in_flight):
            Buyer(self).order()
        async with asyncio.timeout(_ANSWERED_WITHIN_S):
            await self._is_over
        return time.perf_counter() - began


async def sell(bench: Bench, case: Case, count: int, in_flight: int) -> tuple[float, Summary]:
    """Orders a second, and how long their answers took."""
    queue = OrderQueue(
        SESSION,
        store=bench.store,
        clock=system_clock,
        steady=time.monotonic,
        metrics=Metrics(CollectorRegistry()),
        hold_ms=case.hold_ms,
    )
    till = Till(bench.store, case) if case.is_whole_life else None
    sale = Sale(queue, list(requests_of(case, count)), till)
    seconds = await sale.run(in_flight)
    await queue.finish(1.0)
    return count / seconds, sale.answers.summary()


# --- the bare script -----------------------------------------------------------------------------


class Recording(Link):
    """Remembers what it writes, as the wire has it."""

    def __init__(self, bench: Bench) -> None:
        super().__init__(make_pool(unix_place(str(bench.path)), 1, 30.0), Keys("ls"), 30.0)
        self.sent: list[bytes] = []

    async def write(self, *commands: Command) -> list[Any]:
        self.sent += [pack(command) for command in commands]
        return await super().write(*commands)


async def record(bench: Bench, case: Case, count: int) -> list[bytes]:
    """What has to be sent to a store that `prepare` has set back, reads left out."""
    await prepare(bench)
    link = Recording(bench)
    try:
        orders = Orders(link, link)
        till = Till(replace(bench.store, orders=orders, settling=Settling(link)), case)
        requests = list(requests_of(case, count))
        for at in range(0, count, MOST_IN_A_BATCH):
            batch = requests[at : at + MOST_IN_A_BATCH]
            outcomes = await orders.place(SESSION, batch, system_clock(), case.hold_ms)
            if not all(isinstance(one, Placed) for one in outcomes):
                raise BenchError(f"Orders were refused: {outcomes[0]}")
        if case.is_whole_life:
            for request in requests:
                await till.finish(request.id)
    finally:
        await link.close()
    return link.sent


def replay(bench: Bench, calls: Sequence[bytes], count: int) -> float:
    """Sends the calls again without waiting; returns orders a second."""
    commands = b"".join(calls)
    with Raw(bench.path) as raw:
        began = time.perf_counter()
        raw.send(commands)
        answers = raw.until_end()
        seconds = time.perf_counter() - began
        on_record = raw.ask(f"HLEN {Keys('ls').of(SESSION, 'orders')}".encode())
    if b"\r\n-" in answers or b"changed" in answers or on_record != b":%d\r\n" % count:
        raise BenchError(f"The bare script placed {on_record!r} of {count} orders.")
    return count / seconds


async def measure(bench: Bench, case: Case, size: Size, calls: Sequence[bytes]) -> Figures:
    """One case on one store: the bare script, the whole path, and one order at a time."""
    count, others = size.of(case), Others([os.getpid(), bench.pid])
    await prepare(bench)
    bare = await asyncio.to_thread(replay, bench, calls, count)
    await prepare(bench)
    rate, flood = await sell(bench, case, count, size.in_flight)
    _, alone = await sell(bench, case, size.alone, 1)
    return Figures(
        rate=rate,
        bare=bare,
        share=rate / bare,
        p50_ms=flood.p50 or 0.0,
        p99_ms=flood.p99 or 0.0,
        max_ms=flood.max or 0.0,
        alone_p50_ms=alone.p50 or 0.0,
        alone_p99_ms=alone.p99 or 0.0,
        others=others.cores(),
    )
