"""What staff do: read figures, follow the timeline, export orders, recount.

Every figure comes from `domain/figures.py`; nothing is summed up here.
"""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncGenerator
from typing import Any

from msgspec import Struct

from livesell.actions.spreadsheet import BOM, heading, rows_as_csv
from livesell.actions.workbook import OrderBook
from livesell.clock import Clock
from livesell.domain.figures import Figures, GrossKind, figures, gross_of
from livesell.domain.ids import check_order_id, check_session_id
from livesell.domain.order import REFUSALS, Contact, Order
from livesell.domain.recount import Recount, recount
from livesell.domain.session import live_ms
from livesell.domain.truth import BUCKET_MS, Bucket
from livesell.errors import BadInput, NotFound
from livesell.store import Readable, Store

PAGE = 500
LEDGER_PAGE = 1000

# What befalls single viewers and orders, by the thousand; everything else on the ledger is a
# commit of the crew or the timer.
AUDIENCE_KINDS = frozenset(
    {
        "ordered", "liked", "attended", "sampled", "order_paid", "order_paid_late",
        "order_paid_twice", "order_fulfilled", "order_cancelled", "order_expired", "order_refunded",
        "refund_done", "refund_failed", "waited", "offered", "offer_taken", "offer_lapsed",
        "queue_left", "erased", "muted", "unmuted", "banned", "unbanned",
    }
)  # fmt: skip

# Whose markers are remembered: more sessions than a review compares at once.
REMEMBERED = 64


class TimelineRow(Struct, frozen=True, kw_only=True):
    """Ten seconds from `at` (epoch ms); money in minor units."""

    at: int
    concurrent: int
    joins: int
    likes: int
    orders: int
    units: int
    gross: int


class Marker(Struct, frozen=True, kw_only=True):
    """Something the crew or the timer did at `at` (epoch ms), such as shown or priced."""

    at: int
    kind: str
    by: str
    data: dict[str, Any]


class OrderRow(Struct, frozen=True, kw_only=True):
    """An order with the buyer's details, None when they were erased or never given."""

    order: Order
    contact: Contact | None


class OrdersPage(Struct, frozen=True, kw_only=True):
    """Orders by their number; `next` is the `after_n` of the following page, None at the end."""

    rows: list[OrderRow]
    next: int | None


class Staff:
    """The review of a session, while it runs and after."""

    def __init__(self, store: Store, clock: Clock, gross_kind: GrossKind) -> None:
        self._store = store
        self._clock = clock
        self._gross_kind: GrossKind = gross_kind
        self._markers: OrderedDict[str, tuple[str, list[Marker]]] = OrderedDict()

    async def figures(self, session_id: str) -> Figures:
        """Raises `NotFound` when there is no such session."""
        place = await self._place(session_id)
        return await figures_in(place, session_id, self._clock(), self._gross_kind)

    async def timeline(self, session_id: str) -> list[TimelineRow]:
        """Every bucket from the first to the last, the silent ones too."""
        place = await self._place(session_id)
        buckets = await place.ledger.timeline(session_id)
        if not buckets:
            return []
        starts = range(min(buckets), max(buckets) + 1, BUCKET_MS)
        return [
            _row(start_ms, buckets.get(start_ms, Bucket()), self._gross_kind) for start_ms in starts
        ]

    async def markers(self, session_id: str) -> list[Marker]:
        """What the crew and the timer did, oldest first. Only new entries are read each time."""
        after, known = self._markers.get(check_session_id(session_id), ("-", []))
        found = list(known)
        ledger = (await self._place(session_id)).ledger
        while entries := await ledger.entries(session_id, after, LEDGER_PAGE):
            after = entries[-1].id
            found += [
                Marker(at=entry.at_ms, kind=entry.kind, by=entry.by, data=entry.data)
                for entry in entries
                if entry.kind not in AUDIENCE_KINDS
            ]
        self._remember(session_id, after, found)
        return found

    async def orders_page(self, session_id: str, after_n: int = 0, limit: int = PAGE) -> OrdersPage:
        """One page of orders with their contacts, by number."""
        if not 1 <= limit <= PAGE or after_n < 0:
            raise BadInput.field("limit", f"A page has 1 to {PAGE} orders, after a number from 0.")
        place = await self._place(session_id)
        if place is self._store:
            await place.sessions.pull(session_id, self._clock())  # says when there is none
        orders = await place.orders.page(session_id, after_n, limit)
        contacts = await place.orders.contacts(session_id, [order.id for order in orders])
        rows = [OrderRow(order=order, contact=contacts.get(order.id)) for order in orders]
        return OrdersPage(rows=rows, next=orders[-1].n if len(orders) == limit else None)

    async def orders_csv(self, session_id: str) -> AsyncGenerator[bytes, None]:
        """The orders as a spreadsheet that Excel opens without garbling; a chunk a page.

        Raises:
            NotFound: `no_such_session`, before the first chunk.
        """
        place = await self._place(session_id)
        truth = await place.sessions.pull(session_id, self._clock())
        yield BOM + heading()
        after_n: int | None = 0
        while after_n is not None:
            page = await self.orders_page(session_id, after_n)
            pairs = [(row.order, row.contact) for row in page.rows]
            yield await asyncio.to_thread(rows_as_csv, truth.session, truth.cards, pairs)
            after_n = page.next

    async def orders_xlsx(self, session_id: str) -> AsyncGenerator[bytes, None]:
        """The same rows as an Excel workbook, in chunks; all of it is made before the first.

        Raises:
            NotFound: `no_such_session`, before the first chunk.
        """
        place = await self._place(session_id)
        truth = await place.sessions.pull(session_id, self._clock())
        book = await asyncio.to_thread(OrderBook, truth.session, truth.cards)
        try:
            after_n: int | None = 0
            while after_n is not None:
                page = await self.orders_page(session_id, after_n)
                pairs = [(row.order, row.contact) for row in page.rows]
                await asyncio.to_thread(book.add, pairs)
                after_n = page.next
            await asyncio.to_thread(book.finish)
            chunks = book.chunks()
            while chunk := await asyncio.to_thread(next, chunks, b""):
                yield chunk
        finally:
            await asyncio.to_thread(book.close)

    async def order(self, session_id: str, order_id: str) -> OrderRow:
        """One order with the buyer's details. Raises `NotFound`: `no_such_order`."""
        place = await self._place(session_id)
        if place is self._store:
            await place.sessions.pull(session_id, self._clock())  # says when there is none
        found = await place.orders.find(session_id, check_order_id(order_id))
        if found is None:
            raise NotFound("no_such_order", REFUSALS["no_such_order"])
        contacts = await place.orders.contacts(session_id, [found.id])
        return OrderRow(order=found, contact=contacts.get(found.id))

    async def recount(self, session_id: str) -> Recount:
        """Counts everything a second time from the orders, the sets and the ledger."""
        place = await self._place(session_id)
        evidence = await place.ledger.evidence(session_id, self._clock())
        return await asyncio.to_thread(recount, evidence)

    async def _place(self, session_id: str) -> Readable:
        """Where to read it: the store or its archive."""
        return await self._store.holding(check_session_id(session_id))

    def _remember(self, session_id: str, after: str, markers: list[Marker]) -> None:
        self._markers[session_id] = (after, markers)
        self._markers.move_to_end(session_id)
        while len(self._markers) > REMEMBERED:
            self._markers.popitem(last=False)


async def figures_in(
    place: Readable, session_id: str, now_ms: int, gross_kind: GrossKind
) -> Figures:
    """The figures of a session that is in the store or in an archive."""
    truth = await place.sessions.pull(session_id, now_ms)
    watch_ms = await place.ledger.watch_ms(session_id, live_ms(truth.session, now_ms))
    return figures(truth, await place.ledger.timeline(session_id), gross_kind, watch_ms)


def _row(start_ms: int, bucket: Bucket, gross_kind: GrossKind) -> TimelineRow:
    return TimelineRow(
        at=start_ms,
        concurrent=bucket.concurrent,
        joins=bucket.joins,
        likes=bucket.likes,
        orders=bucket.orders,
        units=bucket.units,
        gross=gross_of(bucket, gross_kind),
    )
