"""How large an audience this machine carries: open files, memory, cores."""

import os
import resource
from pathlib import Path

from livesell.errors import BadInput, CannotStart
from livesell.push.admission import capacity

# What a load process needs beside its sockets: pipes, the loop, libraries.
OWN_FILES = 64

# A viewer costs this much over all processes: sockets of both ends in the kernel, the seat and
# the simulated viewer. Measured at 10,000 viewers, rounded up generously.
KIB_A_VIEWER = 96
BASE_KIB = 600 * 1024

# One core carries service and audience of so many at the pace of the demo.
VIEWERS_A_CORE = 5000

MOST_PROCESSES = 64
VIEWERS_A_PROCESS = 5000


def open_files() -> int:
    """The open-file limit that a process can give itself."""
    return resource.getrlimit(resource.RLIMIT_NOFILE)[1]


def fitting(most: int) -> tuple[int, str]:
    """The largest audience up to `most` that fits, and what limits it ("" when nothing does)."""
    limits = {
        "the limit of open files": capacity(open_files(), 0),
        "the number of cores": (os.cpu_count() or 1) * VIEWERS_A_CORE,
        "the free memory": _memory_viewers(most),
    }
    what, count = min(limits.items(), key=lambda pair: pair[1])
    count = max(20, count // 100 * 100 if count >= 100 else count)
    return (most, "") if count >= most else (count, what)


def processes_for(viewers: int) -> int:
    """How many load processes: one a core, more only when the files ask for it."""
    by_files = -(-viewers // max(1, open_files() - OWN_FILES))
    by_work = min(-(-viewers // VIEWERS_A_PROCESS), os.cpu_count() or 1)
    return max(1, by_files, by_work)


def check(viewers: int, processes: int, *, is_own_service: bool, push_workers: int) -> None:
    """Whether the open-file limit lets this many sockets live.

    Raises:
        CannotStart: It does not.
        BadInput: The number of processes makes no sense.
    """
    if not 1 <= processes <= MOST_PROCESSES:
        raise BadInput.field("processes", f"Take from 1 to {MOST_PROCESSES} load processes.")
    files = open_files()
    if -(-viewers // processes) + OWN_FILES > files:
        raise _too_few_files(viewers, f"Take more --processes than {processes}, or")
    if is_own_service and viewers > capacity(files, 0) * max(1, push_workers):
        raise _too_few_files(viewers, "Take fewer --viewers, or")


def _too_few_files(viewers: int, advice: str) -> CannotStart:
    return CannotStart(
        "too_few_files",
        f"A process may open {open_files()} files here; {viewers} viewers need more. {advice} "
        f"raise the limit (`ulimit -Hn {2 * viewers}` as root) and start again.",
    )


def _memory_viewers(most: int) -> int:
    try:
        text = Path("/proc/meminfo").read_text()
    except OSError:
        return most
    for line in text.splitlines():
        if line.startswith("MemAvailable:"):
            return max(0, int(line.split()[1]) - BASE_KIB) // KIB_A_VIEWER
    return most
