"""The viewers of one load process, and what they share: clock, plan, frames already decoded.

Every viewer of a session gets the same bytes, so a frame is decoded once for all of them. Nothing
here runs per viewer and tick: due work stands in heaps and sets, and one loop looks at them.
"""

import asyncio
import heapq
import itertools
import sys
import time
from collections.abc import Callable

import msgspec

from livesell.auth import mint
from livesell.clock import system_clock
from livesell.domain.role import Role
from livesell.patch import Document
from livesell.replay import plan
from livesell.replay.client import Socket, request
from livesell.replay.histogram import Histogram
from livesell.replay.names import name_of
from livesell.replay.talk import Assignment, Counts, Documents, Progress
from livesell.replay.viewer import News, Order, Viewer, whole

# A token is minted for the whole replay at once.
TOKEN_LIFETIME_S = 24 * 3600

# Connections that may be under way at once: more only fill the listener's backlog.
CONNECTING_AT_ONCE = 128

# How long an order waits for the page to show what it was planned for, before it is sent anyway.
GATE_S = 5.0
# When an answer is missed, and asked for.
OVERDUE_S = 5.0
# Every viewer says something this often, so that it does not count as gone.
PING_EVERY_S = 25

_news = msgspec.json.Decoder(News)
_PING = b'{"t":"ping"}'


class Crowd:
    """Everyone in this process. `run` plays the plan; the rest is for the viewers."""

    def __init__(self, assignment: Assignment) -> None:
        self._assignment = assignment
        share = assignment.share
        self._loop = asyncio.get_running_loop()
        self.now: Callable[[], float] = self._loop.time
        self.counts = Counts()
        self.delivery = Histogram()
        self.acknowledged = Histogram()
        self.connected = 0
        self.like_s = 1.0
        self.is_finishing = False
        self.leavers: set[Viewer] = set()
        self.unanswered: dict[Order, Viewer] = {}
        witnesses = set(share.witnesses)
        self.viewers = [
            Viewer(self, seat, number, is_witness=seat in witnesses)
            for seat, number in enumerate(share.viewers)
        ]
        self._steps = share.steps
        self._next = 0
        self._gated: dict[Order, tuple[float, Viewer]] = {}
        self._reminders: list[tuple[float, int, Viewer]] = []
        self._order_of_reminders = itertools.count()
        self._doors = asyncio.Semaphore(CONNECTING_AT_ONCE)
        self._tasks: set[asyncio.Task[None]] = set()
        self._last: tuple[bytes, News] = (b"", News(t=""))
        self._last_whole: tuple[bytes, Document] = (b"", {})
        self._seen: tuple[str, int] = ("", 0)
        self.view: Document = {}

    # --- the clock of the plan ---------------------------------------------------------------

    @property
    def started_ms(self) -> int | None:
        """When the session went live, as the page shows it."""
        started: int | None = self.view.get("session", {}).get("started")
        return started

    @property
    def owed(self) -> int:
        """What is not done yet; 0 when every step was taken and everybody has every answer."""
        steps = len(self._steps) - self._next
        untold = self.counts.taps - self.counts.told
        return steps + untold + len(self.unanswered) + len(self.leavers)

    async def run(self) -> None:
        """Takes every step at its time, until cancelled."""
        rounds = 0
        while True:
            self._take_due_steps()
            self._remind_due()
            if rounds % 5 == 0:
                self._open_gates()
            if rounds % 10 == 0:
                for viewer in list(self.leavers):
                    viewer.try_to_leave()
            if rounds % 100 == 0:
                self._look_after(rounds // 100)
            rounds += 1
            await asyncio.sleep(0.01)

    def _take_due_steps(self) -> None:
        started_ms, now_ms = self.started_ms, time.time() * 1000
        while self._next < len(self._steps):
            step = self._steps[self._next]
            begin_ms = self._assignment.start_ms if step.at_ms < 0 else started_ms
            if begin_ms is None or now_ms < begin_ms + step.at_ms:
                return
            self._next += 1
            self._take(step)

    def _take(self, step: plan.Step) -> None:
        viewer = self.viewers[step.who]
        if step.do == plan.TAP:
            viewer.tap(step.n)
        elif step.do == plan.BUY:
            viewer.buy(self._assignment.share.purchases[step.n])
        elif step.do == plan.JOIN:
            viewer.join(step.n)
        elif step.do == plan.LEAVE:
            viewer.leave()
        elif step.do == plan.DROP:
            viewer.drop()

    def remind(self, at: float, viewer: Viewer) -> None:
        heapq.heappush(self._reminders, (at, next(self._order_of_reminders), viewer))

    def _remind_due(self) -> None:
        now = self.now()
        while self._reminders and self._reminders[0][0] <= now:
            _, _, viewer = heapq.heappop(self._reminders)
            viewer.is_reminded = False
            viewer.tell()

    def _look_after(self, second: int) -> None:
        """Once a second: keeps connections alive, asks for answers that are overdue."""
        late = self.now() - OVERDUE_S
        for viewer in self.viewers[second % PING_EVERY_S :: PING_EVERY_S]:
            if viewer.socket is not None:
                viewer.socket.send(_PING)
        for order, viewer in self.unanswered.items():
            if order.first_sent is not None and order.sent < late:
                viewer.ask(order)

    # --- orders that wait for what the page shows --------------------------------------------

    def when_possible(self, viewer: Viewer, order: Order) -> None:
        """Sends an order once the page shows its card open, at its price, with its stock."""
        if self._is_possible(order):
            viewer.place(order)
        else:
            self._gated[order] = (self.now() + GATE_S, viewer)

    def is_due(self, order: Order) -> bool:
        """Whether an order may be sent, as far as the gate is concerned."""
        return order not in self._gated

    def _open_gates(self) -> None:
        now = self.now()
        for order, (until, viewer) in list(self._gated.items()):
            if self._is_possible(order) or now >= until:
                del self._gated[order]
                viewer.place(order)

    def _is_possible(self, order: Order) -> bool:
        purchase = order.purchase
        card = self.view.get("cards", {}).get(purchase.card)
        return (
            card is not None
            and card["open"]
            and card["price"] == purchase.price
            and card["stock"] + card["sold"] >= purchase.allocated
            and self.view["session"]["state"] == "live"
        )

    # --- frames ------------------------------------------------------------------------------

    def read(self, payload: bytes) -> News:
        """The frame's kind and version; decoded once when many viewers get the same bytes."""
        last, news = self._last
        if payload != last:
            news = _news.decode(payload)
            self._last = (payload, news)
        return news

    def whole(self, payload: bytes) -> Document:
        """The frame's document or patch; nobody may change it."""
        last, document = self._last_whole
        if payload != last:
            document = whole(payload)
            self._last_whole = (payload, document)
        return document

    def delivered(self, ts: int) -> None:
        self.counts.frames += 1
        self.delivery.add(time.time() * 1000 - ts)

    def saw(self, document: Document, news: News) -> None:
        """A witness holds a newer document: that is what the crowd goes by."""
        epoch, version = self._seen
        if news.e != epoch or news.v > version:
            self._seen = (news.e, news.v)
            self.view = document

    # --- connections -------------------------------------------------------------------------

    def token_for(self, number: int, visit: int) -> str:
        return mint(
            self._assignment.secret,
            viewer=f"replay-{number}",
            visit=f"replay-{number}-{visit}",
            role=Role.VIEWER,
            now_ms=system_clock(),
            lifetime_s=TOKEN_LIFETIME_S,
            name=name_of(number),
        )

    def connect(self, viewer: Viewer) -> None:
        if not self.is_finishing:
            task = self._loop.create_task(self._connect(viewer))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _connect(self, viewer: Viewer) -> None:
        to = self._assignment
        resume = f"&e={viewer.e}&v={viewer.v}" if viewer.e else ""
        path = f"/v1/sessions/{to.session}?token={viewer.token}{resume}"
        async with self._doors:
            if self.is_finishing or not viewer.is_wanted:
                return
            try:
                await self._loop.create_connection(
                    lambda: Socket(viewer, request(to.host, to.port, path)),
                    to.host,
                    to.port,
                    local_addr=self._address(viewer.seat),
                )
            except OSError:
                viewer.failed()

    def _address(self, seat: int) -> tuple[str, int] | None:
        """Where a viewer's socket comes from: one address has some 28,000 ports for one server.

        Only Linux answers on all of 127.0.0.0/8.
        """
        to = self._assignment
        if sys.platform != "linux" or not to.host.startswith("127."):
            return None
        block = seat // to.viewers_an_address
        return f"127.{to.process + 1}.{block // 250}.{block % 250 + 1}", 0

    def later(self, delay_s: float, what: Callable[[], None]) -> None:
        self._loop.call_later(delay_s, what)

    async def finish(self, patience_s: float = 5.0) -> None:
        """Everybody closes the page; whoever does not get away in time is cut off."""
        self.is_finishing = True
        for viewer in self.viewers:
            viewer.is_wanted = False
            if viewer.socket is not None:
                viewer.socket.close()
        until = self.now() + patience_s
        while self.connected and self.now() < until:  # noqa: ASYNC110 - polled, as in `run`
            await asyncio.sleep(0.05)
        for viewer in self.viewers:
            if viewer.socket is not None:
                viewer.socket.drop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # --- reports -----------------------------------------------------------------------------

    def progress(self) -> Progress:
        session = self.view.get("session", {})
        return Progress(
            connected=self.connected,
            owed=self.owed,
            state=session.get("state", ""),
            started_ms=self.started_ms,
            tally=self.view.get("tally", {}),
            counts=self.counts,
        )

    def documents(self) -> Documents:
        """What the witnesses hold now, each distinct document once."""
        held: list[tuple[int, Document]] = []
        without = 0
        for viewer in self.viewers:
            if not viewer.is_witness:
                continue
            if viewer.document is None or viewer.socket is None:
                without += 1
                continue
            for i, (count, document) in enumerate(held):
                if document == viewer.document:
                    held[i] = (count + 1, document)
                    break
            else:
                held.append((1, viewer.document))
        return Documents(held=held, without=without)
