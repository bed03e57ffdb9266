"""The placing path as a gateway takes it, and the bare script behind it.

Ours is `push/orders.py` with everything below it: batches, two calls in flight, records, answers
encoded as frames. Buyers are seats without a socket, each with one order under way; the next one
follows its answer. The bare script gets the very same calls, recorded before as bytes, through one
connection without waiting: what the store alone can do.
"""

import asyncio
import time
import uuid
from collections.abc import Awaitable, Callable, Iterator, Sequence

from msgspec import Struct
from prometheus_client import CollectorRegistry

from bench.control import BenchError
from bench.stores import Bench, Raw
from livesell.actions.host import Host
from livesell.auth import Pass
from livesell.clock import system_clock
from livesell.domain.card import Card
from livesell.domain.command import Open, Start
from livesell.domain.order import Contact, OrderRequest, Placed
from livesell.domain.person import Actor
from livesell.domain.role import Role
from livesell.domain.session import Session
from livesell.push.metrics import Metrics
from livesell.push.orders import MOST_IN_A_BATCH, OrderQueue
from livesell.push.seat import Seat
from livesell.replay.histogram import Histogram, Summary
from livesell.store.connect import Command, Link, make_pool, pack
from livesell.store.keys import Keys
from livesell.store.orders import Orders
from livesell.store.place import unix_place

SESSION = "bench"
HOST = Actor(name="bench", role=Role.HOST)

STOCK = 10_000_000
BUYERS = 2000
HOLD_MS = 900_000

_CONTACT = Contact(name="卓玛", phone="13800000000", address="西藏那曲市色尼区高原路 1 号")
_ANSWERED_WITHIN_S = 120.0


class Case(Struct, frozen=True, kw_only=True):
    """What is ordered, and how far it goes."""

    name: str
    card: str
    price: int
    hold_ms: int = 0


CASES = (Case(name="on delivery", card="tea", price=500),)


class Figures(Struct, kw_only=True):
    """One case on one store, once.

    Attributes:
        rate: Orders a second while `in_flight` are always under way.
        bare: The same of the bare script.
        share: The part of the bare script's rate that the whole path reaches.
        p50_ms: From an order to its answer meanwhile; so are p99 and max.
        alone_p50_ms: The same when there is never more than one.
    """

    rate: float
    bare: float
    share: float
    p50_ms: float
    p99_ms: float
    max_ms: float
    alone_p50_ms: float
    alone_p99_ms: float


class Size(Struct, frozen=True, kw_only=True):
    """How much of everything."""

    orders: int
    alone: int
    in_flight: int


async def prepare(bench: Bench) -> None:
    """An empty store with one session on air."""
    await asyncio.to_thread(bench.empty)
    host = Host(bench.store, system_clock)
    cards = [Card(id="tea", slot=1, title="清风度西藏凉茶", price=500, donation=100)]
    session = Session(id=SESSION, title="那曲专场", host="苗伟伦")
    await host.create(session, cards, {"tea": STOCK}, by=HOST)
    await host.run(SESSION, Start(), by=HOST)
    for card in cards:
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
        self.pass_ = Pass(
            viewer="", visit="", role=Role.VIEWER, session=SESSION, name="", expires_s=0
        )
        self._since = 0.0

    def order(self) -> None:
        request = self._sale.next()
        if request is not None:
            self._since = time.perf_counter()
            self._sale.queue.put(self, request.id, request)

    def send(self, frame: bytes) -> None:
        self._sale.answered(frame, time.perf_counter() - self._since)
        self.order()


class Sale:
    """So many orders through one queue, so many of them always under way."""

    def __init__(self, queue: OrderQueue, requests: Sequence[OrderRequest]) -> None:
        self.queue = queue
        self.answers = Histogram()
        self._requests = iter(requests)
        self._left = len(requests)
        self._is_over = asyncio.get_running_loop().create_future()

    def next(self) -> OrderRequest | None:
        return next(self._requests, None)

    def answered(self, frame: bytes, seconds: float) -> None:
        if b'"ok":true' not in frame:
            error = BenchError(f"An order was refused: {frame[-200:].decode(errors='replace')}")
            if not self._is_over.done():
                self._is_over.set_exception(error)
            return
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
    )
    sale = Sale(queue, list(requests_of(case, count)))
    seconds = await sale.run(in_flight)
    await queue.finish(1.0)
    return count / seconds, sale.answers.summary()


# --- the bare script -----------------------------------------------------------------------------


class Recording(Link):
    """Remembers what it writes, as the wire has it."""

    def __init__(self, bench: Bench) -> None:
        super().__init__(make_pool(unix_place(str(bench.path)), 1, 30.0), Keys("ls"), 30.0)
        self.sent: list[bytes] = []

    async def write(self, *commands: Command) -> list[object]:
        self.sent += [pack(command) for command in commands]
        return await super().write(*commands)


async def record(bench: Bench, case: Case, count: int) -> list[bytes]:
    """What has to be sent to a store that `prepare` has set back."""
    await prepare(bench)
    link = Recording(bench)
    try:
        orders = Orders(link, link)
        requests = list(requests_of(case, count))
        for at in range(0, count, MOST_IN_A_BATCH):
            batch = requests[at : at + MOST_IN_A_BATCH]
            outcomes = await orders.place(SESSION, batch, system_clock())
            if not all(isinstance(one, Placed) for one in outcomes):
                raise BenchError(f"Orders were refused: {outcomes[0]}")
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
    if b"-ERR" in answers or on_record != b":%d\r\n" % count:
        raise BenchError(f"The bare script placed {on_record!r} of {count} orders.")
    return count / seconds


Measure = Callable[[Bench, Case, Size, Sequence[bytes]], Awaitable[Figures]]


async def measure(bench: Bench, case: Case, size: Size, calls: Sequence[bytes]) -> Figures:
    """One case on one store: the bare script, the whole path, and one order at a time."""
    await prepare(bench)
    bare = await asyncio.to_thread(replay, bench, calls, size.orders)
    await prepare(bench)
    rate, flood = await sell(bench, case, size.orders, size.in_flight)
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
    )
