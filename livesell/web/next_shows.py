"""The next show after one that is over, kept for a few seconds.

When a show ends its whole audience asks for the same thing. Pages spread their questions; those
that come together wait for one reading of the store.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable

from livesell.clock import Clock
from livesell.domain.session import Session

# How old an answer may be, here and in the caches on the way.
FRESH_S = 15

# Shows whose audience asks at the same time.
KEPT = 256

Read = Callable[[], Awaitable[Session | None]]


class NextShows:
    """The newest answers, by the session that is over."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._known: OrderedDict[str, tuple[int, Session | None]] = OrderedDict()
        self._turn = asyncio.Lock()

    async def get(self, session_id: str, read: Read) -> Session | None:
        """The answer, made by `read` when there is none that is fresh.

        Raises:
            NotFound: From `read`; it is not kept.
        """
        if self._is_fresh(session_id):
            return self._known[session_id][1]
        async with self._turn:
            if not self._is_fresh(session_id):
                self._known[session_id] = (self._clock(), await read())
                self._known.move_to_end(session_id)
            found = self._known[session_id][1]
            if len(self._known) > KEPT:
                self._known.popitem(last=False)
            return found

    def _is_fresh(self, session_id: str) -> bool:
        if session_id not in self._known:
            return False
        # A clock that was set back must not keep an answer for ever.
        return abs(self._clock() - self._known[session_id][0]) < FRESH_S * 1000
