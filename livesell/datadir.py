"""The data directory: who serves from it, and where that service listens.

`serve.lock` is held (flock) by the one running service; the kernel lets go of it however that
process dies. `serve.json` tells other commands the addresses; it means something only while the
lock is held.
"""

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
from msgspec import Struct

from livesell.errors import CannotStart

LOCK = "serve.lock"
READY = "serve.json"

# A doctor that looks at the lock holds it for a moment; a service that starts then tries again.
_LOCK_TRIES = 10
_LOCK_PAUSE_S = 0.05


class Running(Struct, frozen=True, kw_only=True):
    """A service that runs: its process, and its two addresses as HOST:PORT."""

    pid: int
    http: str
    push: str


def prepare(data: Path) -> None:
    """Makes the directory when it is missing, for its owner only.

    Raises:
        CannotStart: `bad_data`: it cannot be made or written.
    """
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        probe = data / f".probe-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        why = "it is a file" if isinstance(error, FileExistsError) else error.strerror
        raise CannotStart(
            "bad_data",
            f"The data directory {data} cannot be used: {why}. Choose another one with --data.",
        ) from error


class ServeLock:
    """Held by the one service of a data directory for as long as it runs."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._file: int | None = None

    def acquire(self) -> None:
        """Raises `CannotStart` (`data_in_use`) when another service holds it."""
        file = os.open(self._data / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        for _ in range(_LOCK_TRIES):
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            time.sleep(_LOCK_PAUSE_S)
        else:
            holder = os.read(file, 32).decode(errors="replace").strip() or "unknown"
            os.close(file)
            raise CannotStart(
                "data_in_use",
                f"Another livesell (process {holder}) serves from {self._data.resolve()}. Stop "
                "that one, or choose another directory with --data.",
            )
        (self._data / READY).unlink(missing_ok=True)  # what a killed service left
        os.ftruncate(file, 0)
        os.pwrite(file, f"{os.getpid()}\n".encode(), 0)
        self._file = file

    def release(self) -> None:
        """Lets go; what it said of the service goes first."""
        if self._file is not None:
            (self._data / READY).unlink(missing_ok=True)
            os.close(self._file)
            self._file = None

    def announce(self, running: Running) -> None:
        """Tells other commands where the service listens, in one atomic step."""
        fresh = self._data / f"{READY}.new"
        fresh.write_bytes(msgspec.json.encode(running) + b"\n")
        fresh.replace(self._data / READY)


def running(data: Path) -> Running | None:
    """The service that runs on this directory, None when none does or it is still starting."""
    if not is_served(data):
        return None
    try:
        return msgspec.json.decode((data / READY).read_bytes(), type=Running)
    except (OSError, msgspec.DecodeError):
        return None


def is_served(data: Path) -> bool:
    """Whether a service holds the directory's lock at this moment."""
    try:
        file = os.open(data / LOCK, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return False
    with _closing(file):
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


@contextlib.contextmanager
def _closing(file: int) -> Iterator[None]:
    try:
        yield
    finally:
        os.close(file)
