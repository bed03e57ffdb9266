"""Stores for tests: a fresh prefix on the shared server, and servers of one's own."""

import asyncio
import contextlib
import os
import secrets
import signal
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import redis

from livesell.config import StoreConfig
from livesell.store import Store, open_store
from livesell.store.embedded import Embedded
from livesell.store.keys import Keys
from livesell.store.valkey import server_binary


def socket_of(data: Path) -> Path:
    """Where the embedded store of this data directory listens."""
    return Embedded(data).socket


@contextlib.contextmanager
def client(path: Path) -> Iterator["redis.Redis"]:
    """A plain client to a server on a unix socket, for looking behind the store's back."""
    one = redis.Redis(unix_socket_path=str(path))
    try:
        yield one
    finally:
        one.close()


@contextlib.asynccontextmanager
async def fresh_store(
    data: Path, *, url: str = "", timeout_ms: int = 5000, allow_weak: str = ""
) -> AsyncIterator[Store]:
    """A store under a prefix of its own.

    Fails when it leaves a key that `keys.py` does not list. The keys are removed afterwards.
    """
    prefix = "t" + secrets.token_hex(5)
    config = StoreConfig(url=url, prefix=prefix, timeout_ms=timeout_ms, allow_weak=allow_weak)
    store = await open_store(config, data)
    try:
        yield store
    finally:
        await store.close()
    unlisted = await asyncio.to_thread(_take_away, socket_of(data), prefix)
    assert not unlisted, f"Keys that store/keys.py does not list: {unlisted}"


@contextlib.asynccontextmanager
async def another_client(store: Store, data: Path) -> AsyncIterator[Store]:
    """The same store, opened once more, as a second service does."""
    prefix = store.orders._link.keys.prefix
    other = await open_store(StoreConfig(prefix=prefix, timeout_ms=5000), data)
    try:
        yield other
    finally:
        await other.close()


def _take_away(path: Path, prefix: str) -> list[str]:
    """Removes all keys of the prefix; returns those that are not listed."""
    keys = Keys(prefix)
    with client(path) as one:
        found = [key.decode() for key in one.scan_iter(match=f"{prefix}:*", count=1000)]
        if found:
            one.unlink(*found)
    return [key for key in found if not keys.is_listed(key)]


def pid_of_server(data: Path) -> int:
    with client(socket_of(data)) as one:
        return int(one.info("server")["process_id"])


def kill_server(data: Path) -> None:
    """kill -9, as the kernel does when memory is short."""
    os.kill(pid_of_server(data), signal.SIGKILL)


def stop_server(data: Path) -> None:
    """Stops the server that a killed process has left running on this data directory."""
    server = Embedded(data)
    server.open()
    server.close()


@contextlib.contextmanager
def plain_server(folder: Path, *options: str) -> Iterator[Path]:
    """A valkey-server with the options given, such as "--appendonly", "yes"; yields its socket."""
    path = folder / "plain.sock"
    arguments = ["--port", "0", "--unixsocket", str(path), "--dir", str(folder), "--save", ""]
    process = subprocess.Popen(
        [str(server_binary()), *arguments, *options],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for_socket(path, process)
        yield path
    finally:
        process.kill()
        process.wait()


def _wait_for_socket(path: Path, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + 10
    while time.monotonic() < until and process.poll() is None:
        with socket.socket(socket.AF_UNIX) as one, contextlib.suppress(OSError):
            one.connect(str(path))
            return
        time.sleep(0.01)
    raise AssertionError("valkey-server did not start")
