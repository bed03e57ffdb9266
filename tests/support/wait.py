"""Waiting in tests: for a claim to hold, never for a time to pass."""

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable


async def wait_until(
    predicate: Callable[[], object] | Callable[[], Awaitable[object]],
    what: str,
    timeout_s: float = 5,
) -> None:
    """Returns as soon as `predicate()` is true, and fails with `what` when it never is.

    Args:
        predicate: Plain or async; asked every few milliseconds.
        what: What we wait for, in words: "the card is shown".
    """
    until = time.monotonic() + timeout_s
    while True:
        answer = predicate()
        if inspect.isawaitable(answer):
            answer = await answer
        if answer:
            return
        if time.monotonic() > until:
            raise AssertionError(f"Waited {timeout_s} s in vain: {what}.")
        await asyncio.sleep(0.005)
