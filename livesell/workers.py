"""Processes of their own for the sockets: `serve --push-workers N`.

Each worker is a `livesell push --worker` that shares the push port (SO_REUSEPORT). It gets its
assignment as one line of JSON on standard input, because a configuration holds secrets that no
process list may show; the end of that input, however the parent died, tells it to stop. It says
on standard output when it listens, and from then on what it counts. A worker that dies is started
again.
"""

import asyncio
import contextlib
import logging
import os
import socket
import sys
from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from livesell.config import Config
from livesell.errors import CannotStart
from livesell.worker_metrics import MAX_REPORT_BYTES, WorkerMetrics

logger = logging.getLogger(__name__)

# Python, the libraries and the store's handshake; slow machines included.
READY_WITHIN_S = 30

# Longer than a drain lasts; after that a worker is killed.
STOP_WITHIN_S = 20

# How long to wait before a worker that died is started again: doubled each time, up to the
# most, and from the least again when it lived for a minute.
LEAST_BACKOFF_S = 0.5
MOST_BACKOFF_S = 30.0
HEALTHY_AFTER_S = 60.0


class Assignment(Struct, frozen=True, kw_only=True):
    """What a worker is told by its parent."""

    config: Config
    data: str
    node: str

    @property
    def data_path(self) -> Path:
        return Path(self.data)


class Listening(Struct, frozen=True, kw_only=True):
    """What a worker says when it can take sockets."""

    pid: int
    push: str


# --- in the worker ---------------------------------------------------------------------------


def assignment() -> Assignment:
    """Reads the assignment. It waits for the parent, so call it before any loop runs."""
    line = sys.stdin.buffer.readline()
    if not line:
        raise SystemExit(0)  # the parent stopped before it had told anything
    return msgspec.json.decode(line, type=Assignment)


def announce(address: str) -> None:
    """Tells the parent that sockets are taken."""
    sys.stdout.buffer.write(msgspec.json.encode(Listening(pid=os.getpid(), push=address)) + b"\n")
    sys.stdout.buffer.flush()


async def until_parent_leaves() -> None:
    """Returns when standard input ends: the parent stops this worker, or is gone itself."""
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    transport, _ = await loop.connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(os.dup(0), "rb", buffering=0)
    )
    try:
        while await reader.read(1024):
            pass
    finally:
        transport.close()


# --- in the parent ---------------------------------------------------------------------------


class Workers:
    """Keeps `config.push.workers` workers running on one port.

    Attributes:
        metrics: What they count, for the main process's registry.
    """

    def __init__(self, config: Config, data: Path, node: str) -> None:
        self.metrics = WorkerMetrics()
        self._config = config
        self._data = data
        self._node = node
        self._reserved: socket.socket | None = None
        self._keepers: list[asyncio.Task[None]] = []
        self._running: dict[int, asyncio.subprocess.Process] = {}
        self._is_stopping = False

    async def start(self, address: tuple[str, int]) -> int:
        """Returns the port when every worker listens on it.

        Raises:
            OSError: The port is taken.
            CannotStart: A worker did not start.
        """
        self._reserved = _reserve(address)
        port = int(self._reserved.getsockname()[1])
        shown = f"[{address[0]}]" if ":" in address[0] else address[0]
        config = replace(self._config, push=replace(self._config.push, listen=f"{shown}:{port}"))
        count = range(config.push.workers)
        first = await asyncio.gather(
            *(self._spawn(slot, config) for slot in count), return_exceptions=True
        )
        for error in first:
            if isinstance(error, BaseException):
                await self.stop()
                raise error
        self._keepers = [
            asyncio.create_task(self._keep(slot, config), name=f"push worker {slot}")
            for slot in count
        ]
        return port

    async def stop(self) -> None:
        """Lets every worker say goodbye; returns when all have ended."""
        self._is_stopping = True
        for process in self._running.values():
            if process.stdin is not None:
                process.stdin.close()
        await asyncio.gather(*(_ended(process) for process in self._running.values()))
        for keeper in self._keepers:
            keeper.cancel()
        await asyncio.gather(*self._keepers, return_exceptions=True)
        self._running.clear()
        if self._reserved is not None:
            self._reserved.close()
            self._reserved = None

    @property
    def pids(self) -> list[int]:
        """The workers' process ids, for those who measure them."""
        return [process.pid for process in self._running.values()]

    async def _spawn(self, slot: int, config: Config) -> asyncio.subprocess.Process:
        """Starts a worker and waits until it listens."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "livesell", "push", "--worker"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=MAX_REPORT_BYTES,
        )
        self._running[slot] = process
        try:
            async with asyncio.timeout(READY_WITHIN_S):
                await _tell(process, self._assignment(slot, config))
                line = await process.stdout.readline() if process.stdout else b""
        except TimeoutError:
            line = b""
        if not line:
            await _ended(process, patience_s=0)
            raise CannotStart(
                "worker_failed",
                f"Push worker {slot} did not start; what it said stands above. Correct that, or "
                "serve without --push-workers.",
            )
        return process

    def _assignment(self, slot: int, config: Config) -> Assignment:
        data = str(self._data.resolve())
        return Assignment(config=config, data=data, node=f"{self._node}-{slot + 1}")

    async def _keep(self, slot: int, config: Config) -> None:
        backoff_s = LEAST_BACKOFF_S
        loop = asyncio.get_running_loop()
        while True:
            since = loop.time()
            await self._hear(slot, self._running[slot])
            status = await self._running[slot].wait()
            if self._is_stopping:
                return
            lived_s = loop.time() - since
            backoff_s = LEAST_BACKOFF_S if lived_s > HEALTHY_AFTER_S else backoff_s
            logger.error(
                "Push worker %d ended (%d); it starts again in %.1f s.", slot, status, backoff_s
            )
            await asyncio.sleep(backoff_s)
            backoff_s = min(backoff_s * 2, MOST_BACKOFF_S)
            with contextlib.suppress(CannotStart):
                await self._spawn(slot, config)

    async def _hear(self, slot: int, process: asyncio.subprocess.Process) -> None:
        """Takes a worker's reports until it ends."""
        worker = str(slot + 1)
        try:
            while process.stdout is not None and (line := await process.stdout.readline()):
                self.metrics.take(worker, line)
        except (ValueError, msgspec.DecodeError):
            logger.exception("A report of push worker %s cannot be read.", worker)
        finally:
            self.metrics.forget(worker)


async def _tell(process: asyncio.subprocess.Process, work: Assignment) -> None:
    if process.stdin is not None:
        with contextlib.suppress(ConnectionError):
            process.stdin.write(msgspec.json.encode(work) + b"\n")
            await process.stdin.drain()


async def _ended(process: asyncio.subprocess.Process, patience_s: float = STOP_WITHIN_S) -> None:
    """Waits for the end of a worker; kills it when it takes too long."""
    try:
        async with asyncio.timeout(patience_s):
            await process.wait()
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def _reserve(address: tuple[str, int]) -> socket.socket:
    """A bound socket that keeps the port for the workers without taking any connection.

    Raises:
        OSError: Somebody else listens there. Without the first, strict bind another service
            that shares ports would be joined unnoticed.
    """
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as strict:
        strict.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        strict.bind(address)
        strict.listen()
        port = strict.getsockname()[1]
    shared = socket.socket(family, socket.SOCK_STREAM)
    for option in (socket.SO_REUSEADDR, socket.SO_REUSEPORT):
        shared.setsockopt(socket.SOL_SOCKET, option, 1)
    shared.bind((address[0], port))
    return shared
