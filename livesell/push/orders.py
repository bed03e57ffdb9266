"""Orders on their way to the store, and questions about them.

What is pending goes as one pipeline of up to 256, two pipelines in flight: while the store writes
one batch to disk the next fills up. An answer is never skipped; a socket that is gone by then
asks again after it has reconnected, and gets the same answer.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from livesell.clock import Clock
from livesell.domain.buyer_view import as_buyer_sees
from livesell.domain.order import REFUSALS, OrderRequest, Placed, refusal
from livesell.errors import Busy, Kind, LivesellError, OutcomeUnknown
from livesell.push.frames import frame_of
from livesell.push.metrics import Metrics
from livesell.push.seat import Seat
from livesell.store import Store
from livesell.wire import OrderAnswer, order_answer

logger = logging.getLogger(__name__)

# Source: measured with the store fsyncing every batch; larger ones gain nothing.
MOST_IN_A_BATCH = 256
IN_FLIGHT = 2

# At 5,000 orders a second this many wait for two seconds; whoever comes later does better to be
# told `busy` at once.
MOST_WAITING = 10_000

# Questions under way at a time; each is one small read.
ASKS_IN_FLIGHT = 64

_Pending = tuple[Seat, str, OrderRequest, float]


class OrderQueue:
    """The orders of one session on this node.

    Args:
        hold_ms: How long an order waits for its payment; 0 when it is paid on delivery.
    """

    def __init__(
        self,
        session_id: str,
        *,
        store: Store,
        clock: Clock,
        steady: Callable[[], float],
        metrics: Metrics,
        hold_ms: int = 0,
    ) -> None:
        self._hold_ms = hold_ms
        self._session_id = session_id
        self._store = store
        self._clock = clock
        self._steady = steady
        self._metrics = metrics
        self._waiting: deque[_Pending] = deque()
        self._pipelines = 0
        self._unanswered = 0
        self._asks = 0
        self._is_scheduled = False
        self._tasks: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        """How many orders have no answer yet."""
        return self._unanswered

    def put(self, seat: Seat, sent_id: str, request: OrderRequest) -> None:
        """Queues an order. `sent_id` is the id as the page spelled it: the answer bears it."""
        if len(self._waiting) >= MOST_WAITING:
            _refuse(seat, sent_id, Busy("busy", REFUSALS["busy"]))
            return
        self._waiting.append((seat, sent_id, request, self._steady()))
        self._unanswered += 1
        self._schedule()

    def ask(self, seat: Seat, sent_id: str, order_id: str) -> None:
        """Answers what became of an order, if it is this viewer's."""
        if self._asks >= ASKS_IN_FLIGHT:
            _refuse(seat, sent_id, Busy("busy", REFUSALS["busy"]))
            return
        self._asks += 1
        self._start(self._answer_ask(seat, sent_id, order_id))

    async def finish(self, seconds: float) -> None:
        """Waits until everything is answered, for so long at most."""
        if self._tasks or self._waiting:
            try:
                async with asyncio.timeout(seconds):
                    while self._tasks or self._waiting:
                        await asyncio.wait(self._tasks) if self._tasks else await asyncio.sleep(0)
            except TimeoutError:
                logger.warning("%d orders had no answer in time; their pages will ask.", len(self))

    async def stop(self) -> None:
        """Gives up on whatever is under way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _schedule(self) -> None:
        """Not at once: what else arrives in this round of the loop shall share the batch."""
        if self._waiting and not self._is_scheduled and self._pipelines < IN_FLIGHT:
            self._is_scheduled = True
            asyncio.get_running_loop().call_soon(self._send)

    def _send(self) -> None:
        self._is_scheduled = False
        while self._waiting and self._pipelines < IN_FLIGHT:
            count = min(len(self._waiting), MOST_IN_A_BATCH)
            batch = [self._waiting.popleft() for _ in range(count)]
            self._pipelines += 1
            self._start(self._place(batch))

    async def _place(self, batch: Sequence[_Pending]) -> None:
        try:
            for pending, outcome in zip(batch, await self._outcomes(batch), strict=True):
                self._answer(pending, outcome)
        finally:
            self._pipelines -= 1
            self._unanswered -= len(batch)
            self._schedule()

    async def _outcomes(self, batch: Sequence[_Pending]) -> Sequence[Placed | LivesellError]:
        requests = [request for _, _, request, _ in batch]
        try:
            return await self._store.orders.place(
                self._session_id, requests, self._clock(), self._hold_ms
            )
        except LivesellError as error:
            return [error] * len(batch)
        except Exception:
            logger.exception("Orders of session %s could not be placed.", self._session_id)
            return [OutcomeUnknown("unknown", REFUSALS["unknown"])] * len(batch)

    def _answer(self, pending: _Pending, outcome: Placed | LivesellError) -> None:
        seat, sent_id, _, since = pending
        self._metrics.order_latency.observe(self._steady() - since)
        if isinstance(outcome, Placed):
            order = as_buyer_sees(outcome.order)
            seat.send(frame_of(OrderAnswer(id=sent_id, ok=True, order=order, dup=outcome.dup)))
        else:
            _refuse(seat, sent_id, outcome)

    async def _answer_ask(self, seat: Seat, sent_id: str, order_id: str) -> None:
        try:
            order = await self._store.orders.find(self._session_id, order_id)
        except LivesellError as error:
            _refuse(seat, sent_id, error)
        except Exception:
            logger.exception("An order of session %s could not be looked up.", self._session_id)
            _refuse(seat, sent_id, Busy("busy", REFUSALS["busy"]))
        else:
            if order is None or order.viewer != seat.pass_.viewer:
                _refuse(seat, sent_id, refusal("no_such_order"))
            else:
                seen = as_buyer_sees(order)
                seat.send(frame_of(OrderAnswer(id=sent_id, ok=True, order=seen, dup=True)))
        finally:
            self._asks -= 1


def _refuse(seat: Seat, sent_id: str, error: LivesellError) -> None:
    """The answer to an order that was not placed, or of which nothing is known."""
    if error.kind in _WORDS:
        # The store's own sentence is for operators.
        error = type(error)(_WORDS[error.kind], REFUSALS[_WORDS[error.kind]])
    seat.send(frame_of(order_answer(sent_id, error)))


_WORDS = {Kind.BUSY: "busy", Kind.UNKNOWN: "unknown"}
