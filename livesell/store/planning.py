"""One at a time: what is looked at in all sessions before one of them is changed.

The plans of two sessions cannot be compared inside a script, because their keys are on different
nodes of a cluster. So whoever changes a plan takes the turn, looks, commits and gives it back. A
turn lasts some seconds at most, so a node that dies with it stops nobody for long.
"""

import asyncio
import contextlib
import secrets
import time
from collections.abc import AsyncIterator

from livesell.errors import Busy, OutcomeUnknown
from livesell.store.connect import Link
from livesell.store.scripts import script

# Longer than the slowest look and commit that does not time out.
TURN_MS = 10_000

# How long somebody waits for the turn, and how often it is asked for.
_PATIENCE_S = 12.0
_ASK_EVERY_S = 0.03


class Planning:
    def __init__(self, link: Link) -> None:
        self._link = link
        self._key = link.keys.crew("planning")

    @contextlib.asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Holds the turn while the block runs.

        Raises:
            Busy: Others held it for too long, or the store is away.
        """
        turn = secrets.token_hex(8)
        await self._take(turn)
        try:
            yield
        finally:
            # It runs out by itself when it cannot be given back.
            with contextlib.suppress(Busy, OutcomeUnknown):
                await self._link.write(self._leave(turn))

    async def _take(self, turn: str) -> None:
        take = ("EVALSHA", script("take_turn").sha, 1, self._key, turn, TURN_MS)
        until = time.monotonic() + _PATIENCE_S
        while True:
            (is_ours,) = await self._link.write(take)
            if is_ours:
                return
            if time.monotonic() > until:
                raise Busy("busy", "Others are changing plans right now. Try again in a moment.")
            await asyncio.sleep(_ASK_EVERY_S)

    def _leave(self, turn: str) -> tuple[str | int, ...]:
        return ("EVALSHA", script("leave_turn").sha, 1, self._key, turn)
