"""What processes cost, read from /proc; None where the system has no such thing."""

import os
from pathlib import Path

from msgspec import Struct

_PROC = Path("/proc")


class Usage(Struct, frozen=True, kw_only=True):
    """CPU in seconds since the process started; memory in KiB, resident now and at most."""

    cpu_s: float
    resident_kib: int
    peak_kib: int


class Use(Struct, frozen=True, kw_only=True):
    """What one process took for a replay."""

    name: str
    pid: int
    cpu_s: float
    peak_mib: float


def usage_of(pid: int) -> Usage | None:
    """The process's usage; None when it is gone or the system does not tell."""
    try:
        # The name in parentheses may hold anything, so count from behind it.
        fields = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
        status = (_PROC / str(pid) / "status").read_text()
    except OSError:
        return None
    ticks = int(fields[11]) + int(fields[12])
    return Usage(
        cpu_s=ticks / os.sysconf("SC_CLK_TCK"),
        resident_kib=_kib(status, "VmRSS:"),
        peak_kib=_kib(status, "VmHWM:"),
    )


def children_of(pid: int) -> list[tuple[int, str]]:
    """Number and name of the processes that this one started."""
    children = []
    for entry in _PROC.glob("[0-9]*/stat"):
        try:
            before, _, after = entry.read_text().rpartition(")")
        except OSError:
            continue
        if after.split()[1] == str(pid):
            children.append((int(entry.parent.name), before.partition("(")[2]))
    return children


def working_in(folder: Path, name: str) -> int | None:
    """The process of this name that works in this folder, such as an embedded store."""
    wanted = folder.resolve()
    for entry in _PROC.glob("[0-9]*"):
        try:
            is_it = (entry / "comm").read_text().strip() == name
            if is_it and (entry / "cwd").readlink() == wanted:
                return int(entry.name)
        except OSError:
            continue
    return None


class Meter:
    """Measures named processes from now on."""

    def __init__(self, processes: dict[str, int]) -> None:
        self._processes = processes
        self._before = {name: usage_of(pid) for name, pid in processes.items()}

    def read(self) -> list[Use]:
        """What each has taken since; processes that are gone are left out."""
        uses = []
        for name, pid in self._processes.items():
            before, now = self._before[name], usage_of(pid)
            if before is not None and now is not None:
                cpu_s = round(now.cpu_s - before.cpu_s, 2)
                uses.append(
                    Use(name=name, pid=pid, cpu_s=cpu_s, peak_mib=round(now.peak_kib / 1024, 1))
                )
        return uses


def _kib(status: str, name: str) -> int:
    for text in status.splitlines():
        if text.startswith(name):
            return int(text.split()[1])
    return 0
