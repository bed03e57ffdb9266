"""Processes that are told what to do: one line of JSON in, one line of JSON out.

`Child` is the side that asks; `answer` and `answer_forever` are the side that is asked.
"""

import asyncio
import os
import subprocess
import sys
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import msgspec

# The slowest answer is to joins of everybody.
_ANSWER_WITHIN_S = 120

# Ten thousand tokens on one line are 4 MB.
MAX_LINE_BYTES = 2**26

Handler = Callable[..., Awaitable[dict[str, Any]]]


class BenchError(Exception):
    """The run cannot go on; the sentence says why."""


class Child:
    """A process of this bench, pinned to a core. Use it as a context manager."""

    def __init__(self, module: str, *arguments: str, core: int | None) -> None:
        self._name = " ".join((module, *arguments))
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115
        self._process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            # So that `bench` is found, and nothing else that lies around.
            cwd=Path(__file__).resolve().parent.parent,
        )
        if core is not None:
            os.sched_setaffinity(self._process.pid, {core})
        self.pid = self._process.pid

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()
        self._errors.close()

    def ask(self, do: str, **fields: Any) -> dict[str, Any]:
        """Sends a request and returns its answer."""
        self.tell(do, **fields)
        return self.hear()

    def tell(self, do: str, **fields: Any) -> None:
        """Sends a request; the answer is for `hear`."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(line({"do": do, **fields}))
            self._process.stdin.flush()
        except BrokenPipeError:
            raise self._failure() from None

    def hear(self) -> dict[str, Any]:
        """The next line that the process says."""
        assert self._process.stdout is not None
        text = self._process.stdout.readline()
        if not text:
            raise self._failure()
        said: dict[str, Any] = msgspec.json.decode(text)
        if "error" in said:
            raise BenchError(f"{self._name}: {said['error']}")
        return said

    def _failure(self) -> BenchError:
        self._process.wait(_ANSWER_WITHIN_S)
        self._errors.seek(0)
        last = self._errors.read().decode(errors="replace").strip()
        return BenchError(f"{self._name} has ended.\n{last[-2000:]}")


def line(said: Mapping[str, Any]) -> bytes:
    return msgspec.json.encode(said) + b"\n"


def say(said: Mapping[str, Any]) -> None:
    sys.stdout.buffer.write(line(said))
    sys.stdout.buffer.flush()


async def answer_forever(handlers: Mapping[str, Handler]) -> None:
    """Answers requests on standard input until it ends."""
    reader = asyncio.StreamReader(limit=MAX_LINE_BYTES)
    loop = asyncio.get_running_loop()
    transport, _ = await loop.connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )
    try:
        while text := await reader.readline():
            request = msgspec.json.decode(text)
            say(await handlers[request.pop("do")](**request))
    finally:
        transport.close()
