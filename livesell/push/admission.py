"""Who may come in: a cap from the open-file limit, a bucket on upgrades, counts per address and
per viewer. Pure but for `raise_open_files`; refusing costs one canned answer and no parsing.
"""

import math
import resource
from collections import Counter
from typing import Final

# What the process needs beside viewers: the store's connections, HTTP, logs, files of the
# embedded store's pipe, and sockets that are about to be refused.
RESERVED_FILES = 512

# Whoever waits for room waits for somebody to leave, which takes longer than a busy moment.
RETRY_FULL_S = 10
RETRY_CLOSING_S = 2


def raise_open_files() -> int:
    """Raises this process's open-file limit as far as it may, and returns it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        except (OSError, ValueError):
            return soft  # some systems promise more than they allow
    return hard


def capacity(open_files: int, configured: int) -> int:
    """How many sockets to carry: what the files allow, or less when the configuration says so."""
    allowed = max(open_files // 2, open_files - RESERVED_FILES)
    return min(allowed, configured) if configured else allowed


class Pace:
    """A token bucket that needs one number per subject: when its next event would be due.

    Source: the generic cell rate algorithm, ITU-T I.371, annex A.
    """

    __slots__ = ("_every", "_slack")

    def __init__(self, per_second: float, burst: float) -> None:
        self._every = 1 / per_second
        self._slack = (burst - 1) / per_second

    def after(self, due: float, now: float) -> float | None:
        """The new `due` when an event is allowed now (seconds), None when it is too early."""
        if due - now > self._slack:
            return None
        return (max(now, due)) + self._every

    def wait(self, due: float, now: float) -> float:
        """Seconds until the next event is allowed."""
        return max(0.0, due - self._slack - now)


class Rates:
    """One `Pace` for many subjects; forgets whoever was quiet for long enough."""

    def __init__(self, per_second: float, burst: float) -> None:
        self._pace = Pace(per_second, burst)
        self._due: dict[str, float] = {}

    def take(self, subject: str, now: float) -> bool:
        due = self._pace.after(self._due.get(subject, 0.0), now)
        if due is None:
            return False
        self._due[subject] = due
        return True

    def forget(self, now: float) -> None:
        """Drops the subjects whose bucket is full again."""
        self._due = {subject: due for subject, due in self._due.items() if due > now}


class Refusal:
    """An HTTP answer made before the upgrade, and the reason it is counted under."""

    __slots__ = ("answer", "reason")

    def __init__(self, reason: str, sentence: str, retry_s: int) -> None:
        body = f"{sentence} Try again in {retry_s} s.\n".encode()
        self.reason: Final = reason
        self.answer: Final = (
            f"HTTP/1.1 503 Service Unavailable\r\nRetry-After: {retry_s}\r\n"
            "Connection: close\r\nContent-Type: text/plain; charset=utf-8\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        ).encode() + body


_FULL = Refusal("full", "This service carries as many viewers as it can.", RETRY_FULL_S)
_ADDRESS = Refusal("address", "Too many connections from this address.", RETRY_FULL_S)
_CLOSING = Refusal("closing", "This service is restarting.", RETRY_CLOSING_S)


class Admission:
    """The door: counts who is inside, and says no before any work is done."""

    def __init__(
        self, *, most: int, joins_per_second: int, per_address: int, per_viewer: int
    ) -> None:
        self.most = most
        self.is_closed = False
        self._per_address = per_address
        self._per_viewer = per_viewer
        self._joins = Pace(joins_per_second, joins_per_second)
        self._due = 0.0
        self._addresses: Counter[str] = Counter()
        self._viewers: Counter[str] = Counter()

    def refusal(self, sockets: int, now: float) -> Refusal | None:
        """Why an upgrade is not taken at this moment; `sockets` includes the one that asks."""
        if self.is_closed:
            return _CLOSING
        if sockets > self.most:
            return _FULL
        due = self._joins.after(self._due, now)
        if due is None:
            retry_s = 1 + math.ceil(self._joins.wait(self._due, now))
            return Refusal("joins", "Very many viewers are joining at this moment.", retry_s)
        self._due = due
        return None

    def take_address(self, address: str) -> Refusal | None:
        """Counts a connection of this address, or says why not. 0 in the config means no cap."""
        if not self._per_address:
            return None
        if self._addresses[address] >= self._per_address:
            return _ADDRESS
        self._addresses[address] += 1
        return None

    def give_address(self, address: str) -> None:
        _give(self._addresses, address)

    def take_viewer(self, viewer: str) -> bool:
        """Whether this viewer may have one more connection on this node."""
        if self._viewers[viewer] >= self._per_viewer:
            return False
        self._viewers[viewer] += 1
        return True

    def give_viewer(self, viewer: str) -> None:
        _give(self._viewers, viewer)


def _give(counts: Counter[str], key: str) -> None:
    if counts[key] > 1:
        counts[key] -= 1
    else:
        del counts[key]
