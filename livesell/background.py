"""What runs beside the servers for as long as a service does."""

import asyncio
import contextlib
import gc
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Protocol

from livesell.errors import LivesellError
from livesell.store import Store

logger = logging.getLogger(__name__)

# A task that failed goes on after this; failing again and again must not fill the disk.
AGAIN_S = 1.0

LAG_CHECK_S = 0.5
# A loop that lags this long makes counters visibly late. Told at most once in ten seconds.
LAG_WARNING_S = 1.0
LAG_SILENCE_S = 10.0

# A full collection stops the loop for about 25 µs a socket: 250 ms in the middle of a rush of
# 10,000 viewers, which alone took the 99th percentile of order answers from 60 to 250 ms. So it
# waits until few are there, and comes rarely while many are. Finished connections are free of
# cycles and do not need it.
FEW_SOCKETS = 400
COLLECT_EVERY_S = 30.0
COLLECT_ANYWAY_S = 900.0


class Listener(Protocol):
    """Who wants to know that a session or the crew changed, or that messages may be missing."""

    def wake(self, session_id: str) -> None: ...
    def wake_crew(self) -> None: ...
    def gap(self) -> None: ...


@contextlib.asynccontextmanager
async def background(work: Callable[[], Awaitable[None]], name: str) -> AsyncIterator[None]:
    """Keeps `work` running while the block lasts; it is gone when the block has ended."""
    task = asyncio.create_task(_kept(work, name), name=name)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _kept(work: Callable[[], Awaitable[None]], name: str) -> None:
    while True:
        try:
            await work()
        except LivesellError as error:
            logger.warning("%s: %s", name, error.message)
        except Exception:
            logger.exception("The task %s failed and goes on.", name)
        await asyncio.sleep(AGAIN_S)


async def listen(store: Store, listeners: Sequence[Listener]) -> None:
    """Passes the store's wake messages on."""

    def on_wake(session_id: str) -> None:
        for listener in listeners:
            listener.wake(session_id)

    def on_crew() -> None:
        for listener in listeners:
            listener.wake_crew()

    def on_gap() -> None:
        for listener in listeners:
            listener.gap()

    await store.wake.listen(on_wake, on_gap, on_crew)


async def watch_lag() -> None:
    """Tells the log when the loop is late, which viewers feel as late counters."""
    loop = asyncio.get_running_loop()
    silent_until = 0.0
    while True:
        before = loop.time()
        await asyncio.sleep(LAG_CHECK_S)
        now = loop.time()
        lag_s = now - before - LAG_CHECK_S
        if lag_s > LAG_WARNING_S and now > silent_until:
            silent_until = now + LAG_SILENCE_S
            logger.warning(
                "The event loop was late by %.1f s. Serve with more --push-workers, or on a "
                "faster machine.",
                lag_s,
            )


async def collect_when_quiet(sockets: Callable[[], int]) -> None:
    """Takes the full garbage collections away from the interpreter and does them itself.

    Args:
        sockets: How many are open now.
    """
    young, middle, old = gc.get_threshold()
    gc.set_threshold(young, middle, 10**9)
    loop = asyncio.get_running_loop()
    collected = loop.time()
    try:
        while True:
            await asyncio.sleep(COLLECT_EVERY_S)
            if sockets() <= FEW_SOCKETS or loop.time() - collected >= COLLECT_ANYWAY_S:
                gc.collect()
                collected = loop.time()
    finally:
        gc.set_threshold(young, middle, old)
