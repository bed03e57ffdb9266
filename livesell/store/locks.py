"""Locks on files (flock): held by a process, and dropped by the kernel however it dies."""

import fcntl
import os
import time
from collections.abc import Callable
from pathlib import Path

POLL_S = 0.01


def open_lock(path: Path) -> int:
    """A descriptor to lock; it is not passed on to children, closing it drops the lock."""
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def try_lock(descriptor: int) -> bool:
    """Takes the lock for itself alone, unless anyone else has it."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def wait_for(is_done: Callable[[], bool], at_most_s: float) -> bool:
    """Asks again and again: the kernel has no flock() with a time limit."""
    until = time.monotonic() + at_most_s
    while not is_done():
        if time.monotonic() > until:
            return False
        time.sleep(POLL_S)
    return True
