"""Simulated audiences of rehearsals: a process each, told what to do and listened to on pipes.

The process is `python -m livesell.replay.audience`. It opens real sockets, runs at low priority,
and leaves when its time is over, when the rehearsal is, or when this service is gone: whichever is
first. The secret that signs its viewers' tokens goes over the pipe, where no log and no list of
processes shows it.
"""

import asyncio
import contextlib
import logging
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable
from typing import Literal

import msgspec
from msgspec import Struct, field
from msgspec.structs import replace

from livesell.errors import Conflict

logger = logging.getLogger(__name__)

MODULE = "livesell.replay.audience"

# A simulated viewer is a real socket: more than this is a load test, which `livesell replay` does.
MOST_VIEWERS = 500
MOST_MINUTES = 120

# How long the viewers have to go home before the process is killed.
LEAVE_S = 5.0

Mood = Literal["calm", "usual", "eager"]
State = Literal["coming", "watching", "left", "broken"]


class Audience(Struct, frozen=True, kw_only=True):
    """Who is to come: how many, for how long, and how eager they are to like and to buy."""

    viewers: int = 50
    minutes: int = 10
    mood: Mood = "usual"


class Part(Struct, frozen=True, kw_only=True):
    """The one line that the process is told; `until_ms` is epoch ms."""

    host: str
    port: int
    session: str
    secret: str
    viewers: int
    viewers_an_address: int
    until_ms: int
    mood: Mood


class Doing(Struct, frozen=True, kw_only=True):
    """What an audience says of itself, every second.

    Attributes:
        connected: Viewers who are there now.
        viewers: How many there are in all.
        refused: Orders that were refused, by code: that belongs to a rehearsal.
        trouble: Connections that were refused or lost, by what happened: that does not.
        until_ms: When it leaves, epoch ms.
    """

    state: State = "coming"
    connected: int = 0
    viewers: int = 0
    likes: int = 0
    orders: int = 0
    units: int = 0
    refused: dict[str, int] = field(default_factory=dict)
    trouble: dict[str, int] = field(default_factory=dict)
    until_ms: int = 0

    @property
    def is_there(self) -> bool:
        return self.state in ("coming", "watching")


_doing = msgspec.json.Decoder(Doing)


class Simulated:
    """The audiences that this service has started, one a rehearsal.

    Args:
        address: Where the sockets are taken, asked when the first audience comes.
        viewers_an_address: How many sockets one client address may have; 0 for no limit.
        arguments: How the process is started.
    """

    def __init__(
        self,
        address: Callable[[], tuple[str, int]],
        secret: str,
        clock: Callable[[], int],
        *,
        viewers_an_address: int = 0,
        arguments: tuple[str, ...] = (sys.executable, "-m", MODULE),
    ) -> None:
        self._address = address
        self._secret = secret
        self._clock = clock
        self._viewers_an_address = viewers_an_address
        self._arguments = arguments
        self._running: dict[str, _Crew] = {}

    def doing(self, session_id: str) -> Doing | None:
        """What the audience of a rehearsal does, or did last."""
        running = self._running.get(session_id)
        return None if running is None else running.doing

    async def begin(self, session_id: str, audience: Audience) -> None:
        """Lets an audience come; returns when its process has been told.

        Raises:
            Conflict: `audience_running`: this rehearsal has one, or another has too many of them.
        """
        there = {name: one for name, one in self._running.items() if one.doing.is_there}
        rest = MOST_VIEWERS - sum(one.doing.viewers for one in there.values())
        if session_id in there or audience.viewers > rest:
            raise Conflict(
                "audience_running",
                "A simulated audience is there already. Send it home first."
                if session_id in there
                else f"Other rehearsals have simulated viewers too; {rest} more can come now.",
                data={"left": rest},
            )
        # Said before anything is waited for, so that a second tap finds it.
        crew = self._running[session_id] = _Crew(audience, self._clock())
        try:
            await crew.start(self._arguments, self._part(session_id, audience, crew.doing.until_ms))
        except OSError as error:
            logger.warning("The simulated audience could not be started: %s", error)
            crew.doing = replace(crew.doing, state="broken")

    async def end(self, session_id: str) -> None:
        """Sends an audience home; returns when its process is gone."""
        running = self._running.get(session_id)
        if running is not None:
            await running.end()

    async def close(self) -> None:
        await asyncio.gather(*(self.end(session_id) for session_id in list(self._running)))
        self._running.clear()

    def _part(self, session_id: str, audience: Audience, until_ms: int) -> Part:
        host, port = self._address()
        return Part(
            host=_reachable(host),
            port=port,
            session=session_id,
            secret=self._secret,
            viewers=audience.viewers,
            viewers_an_address=self._viewers_an_address or MOST_VIEWERS,
            until_ms=until_ms,
            mood=audience.mood,
        )


class _Crew:
    """One process and what it said last."""

    def __init__(self, audience: Audience, now_ms: int) -> None:
        until_ms = now_ms + audience.minutes * 60_000
        self.doing = Doing(viewers=audience.viewers, until_ms=until_ms)
        self._process: Process | None = None
        self._listening: asyncio.Task[None] | None = None

    async def start(self, arguments: tuple[str, ...], part: Part) -> None:
        process = self._process = await asyncio.create_subprocess_exec(
            *arguments, stdin=PIPE, stdout=PIPE, start_new_session=True, env=_environment()
        )
        self._listening = asyncio.create_task(self._listen(process), name="simulated audience")
        if process.stdin is not None:
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                process.stdin.write(msgspec.json.encode(part) + b"\n")
                await process.stdin.drain()

    async def end(self) -> None:
        """The end of its standard input tells the process to leave; a deaf one is killed."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.stdin is not None:
            process.stdin.close()
        try:
            async with asyncio.timeout(LEAVE_S):
                await process.wait()
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
        if self._listening is not None:
            await asyncio.gather(self._listening, return_exceptions=True)
        self.doing = replace(self.doing, state="left", connected=0)

    async def _listen(self, process: Process) -> None:
        """Until the process ends; then it has left, or it broke."""
        while process.stdout is not None and (line := await process.stdout.readline()):
            with contextlib.suppress(msgspec.DecodeError):
                self.doing = replace(_doing.decode(line), until_ms=self.doing.until_ms)
        status = await process.wait()
        is_well = status == 0
        if not is_well:
            logger.warning("The simulated audience ended with status %s.", status)
        self.doing = replace(self.doing, state="left" if is_well else "broken", connected=0)


def _reachable(host: str) -> str:
    """Where this machine reaches a port that listens on all of its addresses."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)  # noqa: S104


def _environment() -> dict[str, str]:
    """Without the service's settings, some of which are secrets that it has no use for."""
    return {name: value for name, value in os.environ.items() if not name.startswith("LIVESELL_")}
