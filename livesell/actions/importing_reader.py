"""Has a file read by a process of its own, and waits no longer than a person would.

One file at a time: reading takes a core, and the others belong to those who watch.
"""

import asyncio
import contextlib
import logging
import sys
from collections.abc import AsyncIterator

import msgspec

from livesell import errors
from livesell.actions.importing_child import Outcome, Refusal
from livesell.actions.importing_file import Question
from livesell.actions.importing_preview import Preview
from livesell.errors import Busy, LivesellError, TooLarge

logger = logging.getLogger(__name__)

# The largest file takes some five seconds on a slow core.
WITHIN_S = 30.0

# How many files may wait for their turn; each is in memory meanwhile.
MAX_WAITING = 4

_COMMAND = (sys.executable, "-m", "livesell.actions.importing_child")

_KINDS: dict[errors.Kind, type[LivesellError]] = {
    errors.Kind.BAD_INPUT: errors.BadInput,
    errors.Kind.TOO_LARGE: errors.TooLarge,
}


class FileReader:
    """Makes previews.

    Args:
        within_s: How long a file may take.
    """

    def __init__(self, within_s: float = WITHIN_S) -> None:
        self._within_s = within_s
        self._turn = asyncio.Semaphore(1)
        self._waiting = 0

    async def preview(self, data: bytes, question: Question) -> Preview:
        """What an import of the file would do.

        Raises:
            BadInput: What is wrong with the file as a whole.
            TooLarge: It has too much of something, or took too long.
            Busy: Others are having their files read.
        """
        async with self._own_turn():
            printed = await self._read(msgspec.json.encode(question) + b"\n" + data)
        outcome = await asyncio.to_thread(_outcome, printed)
        if outcome.refusal is not None:
            raise _error(outcome.refusal)
        if outcome.preview is None:
            raise _too_much()
        return outcome.preview

    @contextlib.asynccontextmanager
    async def _own_turn(self) -> AsyncIterator[None]:
        if self._waiting >= MAX_WAITING:
            raise Busy("import_busy", "Other files are being read. Wait a moment, then try again.")
        self._waiting += 1
        try:
            async with self._turn:
                yield
        finally:
            self._waiting -= 1

    async def _read(self, told: bytes) -> bytes:
        """What the process printed; empty when it was ended."""
        process = await asyncio.create_subprocess_exec(
            *_COMMAND,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            async with asyncio.timeout(self._within_s):
                printed, said = await process.communicate(told)
        except TimeoutError:
            return b""
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if process.returncode:
            # Its last line names the error; nothing of the file stands there.
            last = said.decode(errors="replace").strip().splitlines()[-1:]
            logger.warning("A file could not be read: %s %s", process.returncode, last)
        return b"" if process.returncode else printed


def _outcome(printed: bytes) -> Outcome:
    return msgspec.json.decode(printed, type=Outcome) if printed else Outcome()


def _error(refusal: Refusal) -> LivesellError:
    kind = _KINDS.get(refusal.kind, errors.BadInput)
    return kind(refusal.code, refusal.message, data=dict(refusal.data))


def _too_much() -> TooLarge:
    return TooLarge(
        "file_too_hard",
        "This file took too long or too much memory to read. Copy the products into an empty "
        "workbook, or split the file, then try again.",
    )
