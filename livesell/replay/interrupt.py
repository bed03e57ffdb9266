"""Ctrl-C and SIGTERM end a replay in order: everything that was opened is closed first."""

import asyncio
import signal
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import uvloop

T = TypeVar("T")


def run(main: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Runs to the end; raises `KeyboardInterrupt` after closing when a signal came first."""
    return uvloop.run(_guarded(main))


async def _guarded(main: Callable[[], Coroutine[Any, Any, T]]) -> T:
    task = asyncio.ensure_future(main())
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, task.cancel)
    try:
        return await task
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)
