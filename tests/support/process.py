"""The command line as a person has it: real processes, real signals, real exit statuses."""

import asyncio
import contextlib
import io
import json
import os
import signal
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

from livesell import cli, datadir
from livesell.datadir import Running
from livesell.store.embedded import Embedded
from tests.support.wait import wait_until

ROOT = Path(__file__).parents[2]

# A start takes half a second; machines that run other tests beside take their time.
START_S = 30
END_S = 20


@dataclass
class Done:
    """What a command that has ended left behind."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def environ(**more: str) -> dict[str, str]:
    """The tests' environment without settings of livesell, with this checkout importable."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LIVESELL_")}
    return {**kept, "PYTHONPATH": str(ROOT), **more}


async def livesell(*arguments: str | Path, stdin: str = "", cwd: Path | None = None) -> Done:
    """Runs a command to its end."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "livesell", *(str(one) for one in arguments)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=environ(),
        cwd=cwd,
    )
    async with asyncio.timeout(START_S):
        out, err = await process.communicate(stdin.encode())
    return Done(process.returncode or 0, out.decode(), err.decode())


async def typed(*arguments: str | Path, stdin: str = "") -> Done:
    """The same in this process, many times faster; for commands that end by themselves."""
    return await asyncio.to_thread(_typed, [str(one) for one in arguments], stdin)


# Standard output and sys.argv are the whole process's.
_one_at_a_time = threading.Lock()


def _typed(arguments: list[str], stdin: str) -> Done:
    out, err = (
        io.TextIOWrapper(io.BytesIO(), "utf-8", newline="", write_through=True) for _ in range(2)
    )
    status: object = 0
    with (
        _one_at_a_time,
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
        mock.patch.object(sys, "argv", ["livesell", *arguments]),
        mock.patch.object(sys, "stdin", io.StringIO(stdin)),
    ):
        try:
            cli.main()
        except SystemExit as end:
            status = end.code
    texts = []
    for stream in (out, err):
        stream.flush()
        stream.seek(0)
        texts.append(stream.read())
    return Done(status if isinstance(status, int) else 1, *texts)


class Serving:
    """A `livesell serve` on a data directory, on ports of its own."""

    def __init__(self, data: Path, *options: str) -> None:
        self.data = data
        self._options = options
        self._process: asyncio.subprocess.Process | None = None
        self.log = data.parent / f"{data.name}.log"

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def running(self) -> Running:
        found = datadir.running(self.data)
        assert found is not None, self.log.read_text()
        return found

    @property
    def url(self) -> str:
        return f"http://{self.running.http}"

    async def start(self) -> None:
        """Returns when it listens."""
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "livesell", "serve", "--data", str(self.data)),
                *("--http", "127.0.0.1:0", "--push", "127.0.0.1:0", *self._options),
                stdout=log,
                stderr=log,
                env=environ(),
            )
        await wait_until(self._listens, "the service listens", START_S)

    def _listens(self) -> bool:
        assert self._process is not None
        assert self._process.returncode is None, self.log.read_text()
        return datadir.running(self.data) is not None

    async def end(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Sends the signal and returns the exit status."""
        assert self._process is not None
        if self._process.returncode is None:
            self._process.send_signal(how)
        async with asyncio.timeout(END_S):
            return await self._process.wait()


@asynccontextmanager
async def serving(data: Path, *options: str) -> AsyncIterator[Serving]:
    """A service that runs inside the block; whatever happens there, it is gone afterwards."""
    one = Serving(data, *options)
    try:
        await one.start()
        yield one
    finally:
        if one._process is not None and await one.end() != 0:
            # A killed service leaves its store for the next one; here there is none.
            await asyncio.to_thread(_stop_store, data)


def _stop_store(data: Path) -> None:
    store = Embedded(data)
    store.open()
    store.close()
