"""The stores of `bench_orders.py`: ours, and one that was made weaker on purpose.

"synced" is the embedded store as livesell starts it: each write is on disk before its answer.
"unsynced" is the same server with `appendfsync no`: it writes the same file and leaves it to the
kernel when that reaches the disk. What it wins is the price of the promise.
"""

import asyncio
import contextlib
import os
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Self

from bench.control import BenchError
from livesell.config import StoreConfig
from livesell.replay.usage import working_in
from livesell.store import Store, open_store
from livesell.store.embedded import Embedded
from livesell.store.valkey import server_binary

SYNCED, UNSYNCED = "synced", "unsynced"

SAYS = {
    SYNCED: "embedded, appendfsync always",
    UNSYNCED: "made weaker on purpose: appendfsync no",
}

_STARTS_WITHIN_S = 10.0
_LOOK_S = 0.02


class Bench:
    """A store that is measured: as livesell uses it, and by its bare socket."""

    def __init__(self, name: str, store: Store, path: Path, pid: int) -> None:
        self.name = name
        self.store = store
        self.path = path
        self.pid = pid

    def empty(self) -> None:
        """Nothing is in it any more, and its file is short: no rewrite falls into a measurement."""
        with Raw(self.path) as raw:
            raw.ask(b"FLUSHALL")
            raw.ask(b"BGREWRITEAOF")
            while b"_in_progress:1" in (told := raw.ask(b"INFO persistence")) or (
                b"_scheduled:1" in told
            ):
                time.sleep(_LOOK_S)


class Raw:
    """One blocking connection that understands no answer but its own end mark."""

    _END = b"livesell-bench-end"

    def __init__(self, path: Path) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(str(path))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def ask(self, command: bytes) -> bytes:
        """The answers to commands as the wire has them, whatever they are."""
        self.send(command if command.startswith(b"*") else command + b"\r\n")
        return self.until_end()

    def send(self, commands: bytes) -> None:
        """Commands as the wire has them, and the end mark."""
        self._socket.sendall(commands + b"ECHO %s\r\n" % self._END)

    def until_end(self) -> bytes:
        """All that comes before the end mark."""
        parts, tail, mark = [], b"", b"$%d\r\n%s\r\n" % (len(self._END), self._END)
        while not tail.endswith(mark):
            data = self._socket.recv(1 << 20)
            if not data:
                raise BenchError("The store has closed the connection.")
            parts.append(data)
            tail = (tail + data)[-len(mark) :]
        return b"".join(parts)[: -len(mark)]


@contextlib.asynccontextmanager
async def stores(folder: Path, core: int | None) -> AsyncIterator[list[Bench]]:
    """Both stores, their servers on one core."""
    async with _synced(folder / SYNCED, core) as one, _unsynced(folder / UNSYNCED, core) as other:
        yield [one, other]


@contextlib.asynccontextmanager
async def _synced(data: Path, core: int | None) -> AsyncIterator[Bench]:
    store = await open_store(StoreConfig(timeout_ms=30_000), data)
    try:
        yield Bench(SYNCED, store, Embedded(data).socket, _pinned(data / "store", core))
    finally:
        await store.close()


@contextlib.asynccontextmanager
async def _unsynced(folder: Path, core: int | None) -> AsyncIterator[Bench]:
    with _weak_server(folder) as path:
        pid = _pinned(folder, core)
        config = StoreConfig(url=f"unix://{path}", allow_weak="fsync", timeout_ms=30_000)
        store = await open_store(config, folder)
        try:
            yield Bench(UNSYNCED, store, path, pid)
        finally:
            await store.close()


@contextlib.contextmanager
def _weak_server(folder: Path) -> Iterator[Path]:
    folder.mkdir()
    path = folder / "valkey.sock"
    options = {
        "port": "0",
        "unixsocket": str(path),
        "dir": str(folder),
        "appendonly": "yes",
        "appendfsync": "no",
        "save": "",
        "maxmemory-policy": "noeviction",
    }
    flags = [part for name, value in options.items() for part in (f"--{name}", value)]
    process = subprocess.Popen(
        [str(server_binary()), *flags], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        until = time.monotonic() + _STARTS_WITHIN_S
        while not _listens(path):
            if process.poll() is not None or time.monotonic() > until:
                raise BenchError("The weaker store did not start.")
            time.sleep(_LOOK_S)
        yield path
    finally:
        process.kill()
        process.wait()


def _listens(path: Path) -> bool:
    with contextlib.suppress(OSError), Raw(path):
        return True
    return False


def _pinned(folder: Path, core: int | None) -> int:
    """The server that works in this folder, on the core that it shall have."""
    pid = working_in(folder, "valkey-server")
    if pid is None:
        raise BenchError(f"No server works in {folder}.")
    if core is not None:
        os.sched_setaffinity(pid, {core})
    return pid


async def sync_ms(folder: Path, count: int = 50) -> float:
    """What one fsync of a few bytes costs here: the least that a lone order can take."""
    return await asyncio.to_thread(_sync_ms, folder / "probe", count)


def _sync_ms(file: Path, count: int) -> float:
    durations = []
    with file.open("wb") as probe:
        for _ in range(count):
            probe.write(bytes(512))
            probe.flush()
            began = time.perf_counter()
            os.fsync(probe.fileno())
            durations.append(time.perf_counter() - began)
    return sorted(durations)[count // 2] * 1000
