"""The way to the store: connections to it, and what their failures mean.

Nothing is ever sent twice by itself: a write whose answer is missing is `OutcomeUnknown`, and
whoever sent it decides. Before anything was sent it is `Busy`. redis-py's clients retry writes
by default, so only its connections and pools are used here, with retries off.
"""

import asyncio
import logging
import time
from collections.abc import Sequence
from typing import Any

import hiredis
from redis.asyncio.connection import (
    AbstractConnection,
    BlockingConnectionPool,
)
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import (
    AuthenticationError,
    BusyLoadingError,
    ClusterDownError,
    MasterDownError,
    MovedError,
    NoPermissionError,
    NoScriptError,
    OutOfMemoryError,
    ReadOnlyError,
    RedisError,
    ResponseError,
)

from livesell.errors import Busy, OutcomeUnknown
from livesell.store.keys import Keys
from livesell.store.place import Place
from livesell.store.scripts import Script, all_scripts

logger = logging.getLogger("livesell.store")

Command = tuple[str | bytes | int, ...]

# Enough for the pulls, commits and pages of one process; each waits for a free one, no longer
# than the timeout. Orders have their own, so that a busy console cannot hold them up.
CONNECTIONS = 16
ORDER_CONNECTIONS = 2

# Answers of the server that mean: not executed. Those without a class are told by their word.
_REFUSALS = (
    AuthenticationError,
    BusyLoadingError,
    OutOfMemoryError,
    ReadOnlyError,
    MasterDownError,
    ClusterDownError,
    MovedError,
    NoPermissionError,
)
_REFUSING_WORDS = ("MISCONF", "NOREPLICAS", "BUSY")

COMPLAIN_EVERY_S = 10.0


def make_pool(place: Place, size: int, timeout_s: float) -> BlockingConnectionPool:
    return BlockingConnectionPool(
        max_connections=size,
        timeout=timeout_s,
        **{
            # RESP2 answers alike on every server and redis-py from 6 to 8.
            "protocol": 2,
            "retry": Retry(NoBackoff(), 0),
            "socket_connect_timeout": timeout_s,
            # `Link` times the whole exchange instead of each read.
            "socket_timeout": None,
            **place.kwargs,
        },
    )


class Link:
    """Sends commands over pooled connections, and tells what came of them.

    Args:
        timeout_s: For a connection to be had, and again for all answers to arrive.
    """

    def __init__(self, pool: BlockingConnectionPool, keys: Keys, timeout_s: float) -> None:
        self.keys = keys
        self._pool = pool
        self._timeout_s = timeout_s
        self._complained = ("", -COMPLAIN_EVERY_S)

    async def close(self) -> None:
        await self._pool.aclose()

    async def read(self, *commands: Command, timeout_s: float | None = None) -> list[Any]:
        """The answers to commands that change nothing; any failure is `Busy`."""
        try:
            return await self._run(commands, timeout_s or self._timeout_s)
        except OutcomeUnknown as error:
            raise busy() from error

    async def read_at_once(self, *commands: Command, timeout_s: float | None = None) -> list[Any]:
        """The same, read at one moment (MULTI/EXEC)."""
        wrapped = (("MULTI",), *commands, ("EXEC",))
        for _ in range(2):
            *_, answers = await self.read(*wrapped, timeout_s=timeout_s)
            if not any(isinstance(answer, NoScriptError) for answer in answers):
                return [self._checked(answer) for answer in answers]
            await self.load_scripts()
        raise busy()

    async def read_if_allowed(self, command: Command) -> Any | None:
        """The answer to one command; None when the server does not let this user run it."""
        try:
            (answer,) = await self._exchange([command], self._timeout_s)
        except OutcomeUnknown as error:
            raise busy() from error
        return None if isinstance(answer, ResponseError) else answer

    async def write(self, *commands: Command) -> list[Any]:
        """The answers to commands that change something.

        Raises:
            Busy: Nothing was sent, or the store said that it did nothing.
            OutcomeUnknown: Sent, but the answer is missing.
        """
        return await self._run(commands, self._timeout_s)

    def call(self, script: Script, session_id: str, *args: str | bytes | int) -> Command:
        """The command that runs a session's script."""
        keys = (self.keys.of(session_id, name) for name in script.keys)
        return ("EVALSHA", script.sha, len(script.keys), *keys, *args)

    async def load_scripts(self) -> None:
        await self._run([("SCRIPT", "LOAD", one.text) for one in all_scripts()], self._timeout_s)

    async def _run(self, commands: Sequence[Command], timeout_s: float) -> list[Any]:
        answers = await self._exchange(commands, timeout_s)
        missing = [i for i, one in enumerate(answers) if isinstance(one, NoScriptError)]
        if missing:
            # The store was restarted and has forgotten its scripts. NOSCRIPT means that nothing
            # ran, so sending these again is safe.
            await self.load_scripts()
            again = await self._exchange([commands[i] for i in missing], timeout_s)
            for i, answer in zip(missing, again, strict=True):
                answers[i] = answer
        return [self._checked(answer) for answer in answers]

    async def _exchange(self, commands: Sequence[Command], timeout_s: float) -> list[Any]:
        connection = await self._connection(timeout_s)
        answers: list[Any] = []
        try:
            async with asyncio.timeout(timeout_s):
                await connection.send_packed_command([pack(command) for command in commands])
                while len(answers) < len(commands):
                    answers.append(await _answer(connection))
        except (RedisError, OSError, TimeoutError) as error:
            await connection.disconnect(nowait=True)
            raise outcome_unknown() from error
        except BaseException:
            # Cancelled: the answers still to come must not be taken for those of the next call.
            await connection.disconnect(nowait=True)
            raise
        finally:
            await self._pool.release(connection)
        return answers

    async def _connection(self, timeout_s: float) -> AbstractConnection:
        try:
            async with asyncio.timeout(timeout_s):
                return await borrow(self._pool)
        except (RedisError, OSError, TimeoutError) as error:
            raise busy() from error

    def _checked(self, answer: Any) -> Any:
        """The answer, unless it is an error that the server sent."""
        if not isinstance(answer, Exception):
            return answer
        self._complain(str(answer))
        if isinstance(answer, _REFUSALS) or str(answer).startswith(_REFUSING_WORDS):
            raise busy() from answer
        raise outcome_unknown() from answer

    def _complain(self, text: str) -> None:
        """Logs what the server says, once in a while however often it says so."""
        last, at_s = self._complained
        now_s = time.monotonic()
        if text != last or now_s - at_s >= COMPLAIN_EVERY_S:
            self._complained = (text, now_s)
            logger.error("The store says: %s", text)


async def borrow(pool: BlockingConnectionPool) -> AbstractConnection:
    """A connection that is open; give it back with `pool.release`."""
    connection: AbstractConnection = await pool.get_connection()  # type: ignore[no-untyped-call]
    return connection


def pack(command: Command) -> bytes:
    """The command as the server reads it. hiredis does it in C, redis-py's pools in Python."""
    packed: bytes = hiredis.pack_command(command)  # type: ignore[arg-type]
    return packed


async def _answer(connection: AbstractConnection) -> Any:
    """One answer; a refusal that the server sent is an answer too."""
    try:
        return await connection.read_response(disconnect_on_error=False)
    except (ResponseError, *_REFUSALS) as error:
        return error


def busy(message: str = "") -> Busy:
    return Busy(
        "busy",
        message or "The store does not answer, so nothing was done. Try again in a moment.",
    )


def outcome_unknown(message: str = "") -> OutcomeUnknown:
    return OutcomeUnknown(
        "unknown",
        message
        or "The store did not answer in time, so it is not certain whether this was done. "
        "Look before you do it again.",
    )
