"""The wake channel: a commit anywhere makes every node pull at once; so does a change of the crew.

Level-triggered: a lost message costs a tick at most, and any break is told as a gap.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from redis.asyncio.connection import AbstractConnection, BlockingConnectionPool
from redis.exceptions import RedisError

from livesell.store.connect import borrow, pack
from livesell.store.jitter import delays
from livesell.store.keys import CREW_TAG, Keys

logger = logging.getLogger("livesell.store")

# A connection that was cut without a word is noticed after two of these.
SILENT_S = 10.0


def _nothing() -> None:
    pass


class Wake:
    """Args: pool: Has a connection for as many listeners as there are."""

    def __init__(self, pool: BlockingConnectionPool, keys: Keys) -> None:
        self._pool = pool
        self._keys = keys

    async def close(self) -> None:
        await self._pool.aclose()

    async def listen(
        self,
        on_wake: Callable[[str], None],
        on_gap: Callable[[], None],
        on_crew: Callable[[], None] = _nothing,
    ) -> None:
        """Runs until cancelled.

        Args:
            on_wake: Called with the session's id at each commit.
            on_gap: Called whenever messages may have been missed, and at the start: pull all.
            on_crew: Called when logins have ended or roles have changed.
        """
        pauses = delays()
        while True:
            try:
                async with asyncio.timeout(SILENT_S):
                    connection = await borrow(self._pool)
                try:
                    await self._subscribe(connection)
                    pauses = delays()
                    on_gap()
                    await self._hear(connection, on_wake, on_crew)
                finally:
                    await connection.disconnect(nowait=True)
                    await self._pool.release(connection)
            except (RedisError, OSError, TimeoutError) as error:
                logger.debug("The wake channel broke: %s", error)
            await asyncio.sleep(next(pauses))

    async def _subscribe(self, connection: AbstractConnection) -> None:
        await _send(connection, "PSUBSCRIBE", self._keys.wake_pattern)
        async with asyncio.timeout(SILENT_S):
            await connection.read_response()

    async def _hear(
        self,
        connection: AbstractConnection,
        on_wake: Callable[[str], None],
        on_crew: Callable[[], None],
    ) -> None:
        """Returns when the server does not even answer a ping."""
        has_pinged = False
        while True:
            message = await _receive(connection)
            if message is not None:
                has_pinged = False
                if message[0] == b"pmessage":
                    named = self._keys.session_of(message[2].decode())
                    on_crew() if named == CREW_TAG else on_wake(named)
            elif has_pinged:
                return
            else:
                await _send(connection, "PING")
                has_pinged = True


async def _send(connection: AbstractConnection, *command: str) -> None:
    async with asyncio.timeout(SILENT_S):
        await connection.send_packed_command([pack(command)])


async def _receive(connection: AbstractConnection) -> list[Any] | None:
    """The next message; None when none came for `SILENT_S`."""
    message: list[Any] | None = await connection.read_response(timeout=SILENT_S)
    return message
