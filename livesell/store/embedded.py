"""The embedded store: a Valkey of our own in the data directory, shared by all who use it.

Three locks tell the truth, whatever was killed, because the kernel drops them with the process:
`start.lock` lets one process at a time start or stop the server, `users.lock` is shared by its
users, and `server.lock` is held by the server itself, so that no second one ever opens its files.
"""

import asyncio
import contextlib
import errno
import fcntl
import hashlib
import logging
import os
import stat
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from livesell.errors import CannotStart
from livesell.store.appendonly import Cut, check_manifest, cut_in, damage_in
from livesell.store.jitter import delays
from livesell.store.locks import POLL_S, open_lock, try_lock, wait_for
from livesell.store.valkey import Server

logger = logging.getLogger("livesell.store")

# Source: unix(7): sun_path has 108 bytes on Linux, 104 on macOS, one of them for the final NUL.
MAX_SOCKET_PATH_BYTES = 103

# How long the server may be silent while it starts. While it loads its file it says so, and
# then there is no limit.
SILENT_S = 30.0
# How long another process may take to start or stop the server.
START_LOCK_S = 120.0


class Embedded:
    """One data directory's server, as one user of it sees it.

    `open`, `revive` and `close` block: call them in a thread. `keep` starts the server again when
    it is killed.
    """

    def __init__(self, data: Path) -> None:
        self._folder = data.absolute() / "store"
        self.socket = _socket_path(self._folder)
        self._server = Server(self._folder, self.socket)
        self._users: int | None = None
        self._is_new = False

    def open(self) -> None:
        """Starts the server, or adopts the one that runs.

        Raises:
            CannotStart: Says what is wrong with the directory or the server.
        """
        try:
            self._prepare_folder()
            with self._starting():
                self._enter()
        except OSError as error:
            raise _unusable(self._folder, error) from error

    def revive(self) -> None:
        """Starts the server again after it was killed; does nothing once this user has left."""
        with self._starting():
            if self._users is not None:
                self._ensure_running()

    def close(self) -> None:
        """Leaves; the last user stops the server, its file on disk complete."""
        try:
            with self._starting():
                if self._users is not None and try_lock(self._users):
                    self._stop()
        except FileNotFoundError:
            # Someone has removed the directory: there is nothing left to keep.
            self._server.terminate()
        finally:
            self._leave()

    async def keep(self) -> None:
        """Watches the server through an open connection, and starts it again when it dies."""
        pauses = delays()
        while True:
            try:
                await self._until_gone()
                pauses = delays()
            except OSError:
                pass
            logger.error(
                "The store has stopped; starting it again. Its log is %s.", self._server.log
            )
            try:
                await asyncio.to_thread(self.revive)
            except (CannotStart, OSError) as error:
                logger.error("The store cannot be started again: %s", error)
                await asyncio.sleep(next(pauses))

    async def _until_gone(self) -> None:
        reader, writer = await asyncio.open_unix_connection(str(self.socket))
        try:
            await reader.read()
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    def _enter(self) -> None:
        self._users = open_lock(self._folder / "users.lock")
        try:
            fcntl.flock(self._users, fcntl.LOCK_SH)
            self._ensure_running()
        except BaseException:
            self._leave()
            raise

    def _leave(self) -> None:
        if self._users is not None:
            os.close(self._users)
            self._users = None

    def _prepare_folder(self) -> None:
        self._folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder.mkdir(mode=0o700, exist_ok=True)
        self._folder.chmod(0o700)
        with tempfile.TemporaryFile(dir=self._folder) as probe:
            probe.write(bytes(4096))
        if self.socket.parent != self._folder:
            _prepare_private(self.socket.parent)

    @contextlib.contextmanager
    def _starting(self) -> Iterator[None]:
        """Holds start.lock, so that two processes never start or stop the server at once."""
        lock = open_lock(self._folder / "start.lock")
        try:
            if not wait_for(lambda: try_lock(lock), START_LOCK_S):
                raise CannotStart(
                    "store_busy",
                    f"Another process has been starting the store in {self._folder} for "
                    f"{START_LOCK_S:.0f} seconds. Stop it and start again.",
                )
            yield
        finally:
            os.close(lock)

    def _ensure_running(self) -> None:
        """Starts the server unless one holds server.lock, and waits until it answers."""
        self._start_unless_running()
        silent_since = time.monotonic()
        while (answer := self._server.ask(b"PING")) != b"+PONG":
            if answer:
                silent_since = time.monotonic()
            self._check_alive()
            if time.monotonic() - silent_since > SILENT_S:
                raise self._no_answer()
            time.sleep(POLL_S)
        if self._is_new:
            self._is_new = False
            if (cut := self.cut()) is not None:
                logger.warning("%s `livesell recount` compares what is left.", cut)

    def cut(self) -> Cut | None:
        """Whether the file was not whole when the server that runs was started."""
        return cut_in(self._server.log_head())

    def _check_alive(self) -> None:
        if self._server.has_ended():
            raise damage_in(self._server.log_head(), self._folder) or CannotStart(
                "store_died",
                f"The embedded store in {self._folder} could not start. Its log ends with:\n"
                f"{self._server.log_tail()}",
            )
        # A server that another process started, and that died meanwhile, is started again.
        if not self._server.is_child:
            self._start_unless_running()

    def _no_answer(self) -> CannotStart:
        return CannotStart(
            "store_silent",
            f"The embedded store in {self._folder} runs but has not answered for "
            f"{SILENT_S:.0f} seconds. Stop its valkey-server process and start again. Its log "
            f"ends with:\n{self._server.log_tail()}",
        )

    def _start_unless_running(self) -> None:
        """Starts the server with server.lock in its hands, unless a server holds it."""
        self._server.has_ended()  # takes the exit status of one that was killed
        lock = open_lock(self._folder / "server.lock")
        try:
            if try_lock(lock):
                check_manifest(self._folder)
                self._server.spawn(lock)
                self._is_new = True
                logger.info("Started the embedded store in %s.", self._folder)
        finally:
            os.close(lock)

    def _stop(self) -> None:
        """Shuts the server down and waits until its process, hence its lock, is gone."""
        self._server.ask(b"SHUTDOWN NOSAVE")
        lock = open_lock(self._folder / "server.lock")
        try:
            if not wait_for(lambda: try_lock(lock), SILENT_S):
                logger.error("The store in %s does not stop.", self._folder)
                return
        finally:
            os.close(lock)
        self._server.wait()
        logger.info("Stopped the embedded store in %s.", self._folder)


def _socket_path(folder: Path) -> Path:
    """In the store's folder, or in a private one under /tmp when that path is too long."""
    path = folder / "valkey.sock"
    if len(os.fsencode(path)) <= MAX_SOCKET_PATH_BYTES:
        return path
    name = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    return Path("/tmp") / f"livesell-{os.getuid()}-{name}" / "valkey.sock"  # noqa: S108 checked


def _prepare_private(folder: Path) -> None:
    """A folder under /tmp that nobody else made and nobody else can enter."""
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise CannotStart(
            "data_unusable",
            f"{folder} is needed for the store's socket, but someone else may use it. Remove it, "
            "or choose a data directory with a shorter path.",
        )


def _unusable(folder: Path, error: OSError) -> CannotStart:
    what = {
        errno.EACCES: "is not writable for this user",
        errno.EPERM: "is not writable for this user",
        errno.EROFS: "is on a read-only disk",
        errno.ENOSPC: "is on a full disk",
        errno.EDQUOT: "is over this user's disk quota",
        errno.ENOTDIR: "is not a directory",
        errno.EEXIST: "is not a directory",
    }.get(error.errno or 0, f"cannot be used ({error.strerror})")
    return CannotStart(
        "data_unusable", f"The data directory {folder} {what}. Make room, or choose another one."
    )
