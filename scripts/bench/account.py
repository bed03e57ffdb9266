"""What a process has used, by the kernel's own account. Linux only.

The processor time of a process is its user and system time (`utime` and `stime` of
/proc/<pid>/stat), read from the clock that the kernel keeps per process, because the file counts
in steps of 10 ms. Sending to the loopback runs the receiver's part of TCP as a soft interrupt
inside the sender's system call. A kernel without IRQ_TIME_ACCOUNTING charges that to the process;
one with it does not, and then `Core.softirq_s` has to be added by the reader.
"""

import os
import time
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

# Source: linux/posix-timers.h: the clock of process p that counts scheduled time.
_SCHEDULED = 2

_TICKS_PER_S = os.sysconf("SC_CLK_TCK")


def cpu_s(pid: int) -> float:
    """Seconds of processor time that all threads of a process have used."""
    return time.clock_gettime((~pid << 3) | _SCHEDULED)


def resident_bytes(pid: int) -> int:
    """Memory of a process that is in RAM, to the page; the kernel's sockets are not in it."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Rss:"):
            return int(line.split()[1]) * 1024
    raise OSError(f"/proc/{pid}/smaps_rollup has no line for Rss.")


def softirq_s(core: int) -> float:
    """Seconds that a core has spent in soft interrupts, sampled by the kernel's tick."""
    for line in Path("/proc/stat").read_text().splitlines():
        name, *values = line.split()
        if name == f"cpu{core}":
            return int(values[6]) / _TICKS_PER_S
    return 0.0


class Spent(Struct, frozen=True):
    """Between two looks: the process's time, its core's soft interrupts, and the wall's."""

    cpu_s: float
    softirq_s: float
    wall_s: float


class Account:
    """One look at a process; `spent` is the second one."""

    def __init__(self, pid: int, core: int) -> None:
        self._pid, self._core = pid, core
        self._wall = time.monotonic()
        self._softirq = softirq_s(core)
        self._cpu = cpu_s(pid)

    def spent(self) -> Spent:
        return Spent(
            cpu_s(self._pid) - self._cpu,
            softirq_s(self._core) - self._softirq,
            time.monotonic() - self._wall,
        )


class Others:
    """What all other processes of the machine take while some are measured."""

    def __init__(self, pids: Sequence[int]) -> None:
        self._pids = pids
        self._began = time.monotonic()
        self._busy, self._own = _busy_s(), sum(map(cpu_s, pids))

    def cores(self) -> float:
        """Since this was made, on average; the kernel's tick makes it exact to some hundredths."""
        own = sum(map(cpu_s, self._pids)) - self._own
        spent = _busy_s() - self._busy - own
        return max(0.0, spent / (time.monotonic() - self._began))


def _busy_s() -> float:
    """Seconds that all cores together were not idle."""
    _, *values = Path("/proc/stat").read_text().splitlines()[0].split()
    user, nice, system, _, _, irq, softirq, steal = (int(one) for one in values[:8])
    return (user + nice + system + irq + softirq + steal) / _TICKS_PER_S


def wait_idle(pid: int, seconds: float = 3.0) -> None:
    """Returns when the process does next to nothing any more, after `seconds` at most."""
    until = time.monotonic() + seconds
    before = cpu_s(pid)
    while time.monotonic() < until:
        time.sleep(_LOOK_S)
        now = cpu_s(pid)
        if now - before < _LOOK_S * _IDLE_SHARE:
            return
        before = now


_LOOK_S = 0.05
_IDLE_SHARE = 0.04
