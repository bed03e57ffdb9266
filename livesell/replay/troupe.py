"""The load processes, as the replay sees them: started, told, listened to, ended."""

import asyncio
import contextlib
import sys
from asyncio.subprocess import PIPE, Process
from typing import Self

from livesell.errors import CannotStart
from livesell.replay.talk import (
    AnyReport,
    Assignment,
    Counts,
    Documents,
    Progress,
    Ready,
    Request,
    Result,
    line,
    report,
)

READY_WITHIN_S = 60
ANSWER_WITHIN_S = 60

# A line holds at most a few documents or a histogram.
MAX_LINE_BYTES = 2**28


class Actors:
    """One load process."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self.progress: Progress | None = None
        self.answers: asyncio.Queue[AnyReport] = asyncio.Queue()
        self.listening = asyncio.create_task(self._listen())

    async def _listen(self) -> None:
        """Keeps the last progress; everything else is an answer to something."""
        assert self.process.stdout is not None  # noqa: S101 - it is a pipe
        while text := await self.process.stdout.readline():
            said = report(text)
            if isinstance(said, Progress):
                self.progress = said
            else:
                self.answers.put_nowait(said)

    async def tell(self, message: Assignment | Request) -> None:
        assert self.process.stdin is not None  # noqa: S101 - it is a pipe
        self.process.stdin.write(line(message))
        await self.process.stdin.drain()

    async def answer(self, within_s: float) -> AnyReport:
        """The next answer; raises `CannotStart` when the process ends without one."""
        getting = asyncio.create_task(self.answers.get())
        try:
            async with asyncio.timeout(within_s):
                await asyncio.wait([getting, self.listening], return_when=asyncio.FIRST_COMPLETED)
            if getting.done():
                return getting.result()
            raise lost()
        except TimeoutError as error:
            raise lost() from error
        finally:
            getting.cancel()


class Troupe:
    """All load processes of a replay. Use it as a context: none is left behind."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._all: list[Actors] = []

    async def __aenter__(self) -> Self:
        try:
            for _ in range(self._count):
                process = await asyncio.create_subprocess_exec(
                    sys.executable,
                    "-m",
                    "livesell.replay.load",
                    stdin=PIPE,
                    stdout=PIPE,
                    limit=MAX_LINE_BYTES,
                    start_new_session=True,
                )
                self._all.append(Actors(process))
            for actors in self._all:
                if not isinstance(await actors.answer(READY_WITHIN_S), Ready):
                    raise lost()
        except BaseException:
            await self._end()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._end()

    @property
    def pids(self) -> list[int]:
        return [actors.process.pid for actors in self._all]

    async def assign(self, assignments: list[Assignment]) -> None:
        for actors, assignment in zip(self._all, assignments, strict=True):
            await actors.tell(assignment)

    def check(self) -> None:
        """Raises `CannotStart` when a process has died."""
        if any(actors.listening.done() for actors in self._all):
            raise lost()

    # --- what they say -----------------------------------------------------------------------

    @property
    def progress(self) -> list[Progress]:
        """The last word of each process that has said something."""
        return [actors.progress for actors in self._all if actors.progress is not None]

    @property
    def started_ms(self) -> int | None:
        """When the session went live, as soon as any viewer has seen it."""
        return next((one.started_ms for one in self.progress if one.started_ms), None)

    @property
    def is_done(self) -> bool:
        """Whether everybody saw the end and nobody owes anything or is owed."""
        said = self.progress
        return len(said) == self._count and all(
            one.state == "ended" and one.owed == 0 for one in said
        )

    def counts(self) -> Counts:
        total = Counts()
        for one in self.progress:
            total.add(one.counts)
        return total

    async def documents(self) -> list[Documents]:
        """What the witnesses of each process hold now."""
        for actors in self._all:
            await actors.tell(Request(do="documents"))
        said = [await actors.answer(ANSWER_WITHIN_S) for actors in self._all]
        return [one for one in said if isinstance(one, Documents)]

    async def finish(self) -> list[Result]:
        """Sends everybody home; returns what each process counted."""
        for actors in self._all:
            await actors.tell(Request(do="finish"))
        said = [await actors.answer(ANSWER_WITHIN_S) for actors in self._all]
        return [one for one in said if isinstance(one, Result)]

    async def _end(self) -> None:
        """The end of its standard input tells a process to leave; whoever does not is killed."""
        for actors in self._all:
            if actors.process.stdin is not None:
                actors.process.stdin.close()
        for actors in self._all:
            try:
                async with asyncio.timeout(10):
                    await actors.process.wait()
            except TimeoutError:
                with contextlib.suppress(ProcessLookupError):
                    actors.process.kill()
                await actors.process.wait()
            actors.listening.cancel()
            await asyncio.gather(actors.listening, return_exceptions=True)


def lost() -> CannotStart:
    return CannotStart(
        "load_lost",
        "A load process ended before its work was done. Look above for why, free some memory or "
        "take fewer viewers, and play again.",
    )
