"""The orders and likes of one load process, and what became of each.

An order answered `busy` is given up, so that it can be proved that nothing was done; one that is
`unknown`, or lost its connection, is sent again under its id until the answer is final.
"""

from __future__ import annotations

import random
import time
import uuid
from typing import TYPE_CHECKING

from msgspec import Struct

from livesell.replay.histogram import Histogram
from soaking.page import Heard, Page
from soaking.talk import Sold

if TYPE_CHECKING:
    from soaking.crowd import Crowd

CARD, PRICE = "tea", 500
_ORDER = b'{"t":"order","id":"%%s","card":"%s","units":1,"price":%d}' % (CARD.encode(), PRICE)


class Open(Struct):
    """An order without a final answer. `is_doubtful`: an attempt's outcome is not known."""

    page: Page
    since: float
    is_doubtful: bool = False


class Selling:
    """Who orders what and when; pages take turns."""

    def __init__(self, crowd: Crowd) -> None:
        self._crowd = crowd
        self._open: dict[str, Open] = {}
        self._pace = self._owed = 0.0
        self._in_flight = 0
        self._like_pace = self._likes_owed = 0.0
        self._turn = 0
        self._sold = Sold(stand=[], nothing=[], refused=[], open=[])
        self.answers = Histogram()

    @property
    def unanswered(self) -> int:
        return len(self._open)

    @property
    def is_pressing(self) -> bool:
        return bool(self._pace or self._in_flight or self._like_pace)

    def mark(self) -> None:
        self.answers = Histogram()

    def sell(self, per_second: float, in_flight: int) -> None:
        self._pace, self._in_flight, self._owed = per_second, in_flight, 0.0

    def like(self, per_second: float) -> None:
        self._like_pace, self._likes_owed = per_second, 0.0

    def sold(self) -> Sold:
        self._sold.open = list(self._open)
        return self._sold

    def work(self, passed_s: float) -> None:
        self._owed += passed_s * self._pace
        while self._owed >= 1:
            self._owed -= 1
            self._order()
        while len(self._open) < self._in_flight and self._order():
            pass
        self._likes_owed += passed_s * self._like_pace
        while self._likes_owed >= 1:
            self._likes_owed -= 1
            page = self._next()
            if page is not None:
                page.taps += random.randint(1, 3)
                self._tell(page)

    def back(self, page: Page) -> None:
        """The page's connection is there again: it says what may have been lost."""
        if page.taps:
            self._tell(page)
        for order_id in list(page.orders):
            self._open[order_id].is_doubtful = True
            self._send(page, order_id)

    def answered(self, frame: Heard) -> None:
        order = self._open.get(frame.id)
        if order is None:
            self._crowd.counts["answers_again"] += 1
            return
        self._crowd.counts["ok" if frame.ok else f"order_{frame.code}"] += 1
        if frame.ok:
            self.answers.add((time.monotonic() - order.since) * 1000)
            self._final(frame.id, self._sold.stand)
        elif frame.code == "busy" and not order.is_doubtful:
            self._final(frame.id, self._sold.nothing)
        elif frame.code in ("busy", "unknown", "rate"):
            order.is_doubtful = order.is_doubtful or frame.code == "unknown"
            self._crowd.later((frame.retry_ms or 500) / 1000, lambda: self._again(frame.id))
        else:
            self._final(frame.id, self._sold.refused)

    def _final(self, order_id: str, which: list[str]) -> None:
        self._open.pop(order_id).page.orders.discard(order_id)
        which.append(order_id)

    def _again(self, order_id: str) -> None:
        order = self._open.get(order_id)
        if order is not None and order.page.is_open:
            self._send(order.page, order_id)

    def _order(self) -> bool:
        page = self._next()
        if page is None:
            return False
        order_id = str(uuid.UUID(int=random.getrandbits(128), version=4))
        self._open[order_id] = Open(page, time.monotonic())
        page.orders.add(order_id)
        self._crowd.counts["ordered"] += 1
        self._send(page, order_id)
        return True

    def _send(self, page: Page, order_id: str) -> None:
        page.say(_ORDER % order_id.encode())

    def _tell(self, page: Page) -> None:
        if page.say(b'{"t":"like","n":%d}' % page.taps):
            page.told = page.taps

    def _next(self) -> Page | None:
        """The next page that is open and reads."""
        pages = self._crowd.pages
        for _ in range(min(len(pages), 64)):
            self._turn = (self._turn + 1) % len(pages)
            page = pages[self._turn]
            if page.is_open and not page.is_stuck:
                return page
        return None
