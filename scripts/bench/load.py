"""The load: `python -m bench.load`, thousands of subscribers on one epoll and plain sockets.

It reads all the time, also between requests, so that no server ever waits for it. A read that is
one whole update is counted from its header alone; anything else is parsed frame by frame.
"""

import gc
import select
import sys
import time
from collections import defaultdict, deque
from typing import Any

import msgspec

from bench.control import BenchError, say
from bench.frames import PAYLOAD_BYTES, PAYLOAD_SLACK_BYTES, like, number_of
from bench.links import TEXT, Link, connected
from livesell.push.admission import raise_open_files

# Handshakes under way at a time: fewer than the shortest backlog among the servers, 100.
WINDOW = 64

# Source addresses 127.0.0.2 and up: each has ports of its own, and a server may count by address.
SOURCES = 32

# Nobody waits on the epoll itself: then a server's send has nobody to wake up on another core,
# as when its subscribers are on other machines. Waking costs it more than the send, and more so
# in a virtual machine. Delays are told to this much.
PAUSE_S = 0.001

_EVENTS = 1024
_READ_BYTES = 65_536
_JOINED_WITHIN_S = 100

_LEAST = PAYLOAD_BYTES - PAYLOAD_SLACK_BYTES
_MOST = PAYLOAD_BYTES + PAYLOAD_SLACK_BYTES


class Load:
    """Every subscriber of a run."""

    def __init__(self, host: str, port: int) -> None:
        self._server = (host, port)
        self._links: dict[int, Link] = {}
        self._poll = select.epoll()
        self._poll.register(sys.stdin.fileno(), select.EPOLLIN)
        self._buffer = bytearray(_READ_BYTES)
        self._view = memoryview(self._buffer)
        self._open = 0
        self._taps = 0
        self._is_asked = False
        self.reset()

    def reset(self, *, is_timed: bool = False) -> None:
        """Forgets what has been counted; with `is_timed` each update's arrival is kept."""
        self._updates = self._others = self._bytes = 0
        self._first = self._last = 0.0
        self._arrivals: dict[int, list[float]] | None = defaultdict(list) if is_timed else None

    # --- reading -----------------------------------------------------------------------------

    def turn(self) -> None:
        """Reads whatever is there, and pauses when there was not much."""
        stdin = sys.stdin.fileno()
        links, read = self._links, self._read
        events = self._poll.poll(0, _EVENTS)
        for fd, _ in events:
            if fd == stdin:
                self._is_asked = True
            elif fd in links:
                read(links[fd])
        if len(events) < _EVENTS:
            time.sleep(PAUSE_S)

    def _read(self, link: Link) -> None:
        buffer = self._buffer
        try:
            size = link.sock.recv_into(buffer)
        except BlockingIOError:
            return
        except ConnectionError:
            size = 0
        if not size:
            raise BenchError("The server has ended a subscriber's connection.")
        if (
            buffer[0] == TEXT
            and buffer[1] == 126
            and _LEAST <= (length := size - 4) <= _MOST
            and buffer[2] << 8 | buffer[3] == length
            and not link.rest
            and link.is_open
        ):
            self._count(buffer, size)
        else:
            self._parse(link, bytes(self._view[:size]))

    def _parse(self, link: Link, data: bytes) -> None:
        if not link.is_open:
            after = link.shake_hands(data)
            if after is None:
                return
            self._open += 1
            data = after
        for payload in link.frames(data):
            if _LEAST <= len(payload) <= _MOST:
                self._count(payload, len(payload))
            else:
                self._others += 1

    def _count(self, frame: bytes | bytearray, size: int) -> None:
        now = time.monotonic()
        self._updates += 1
        self._bytes += size
        self._last = now
        if not self._first:
            self._first = now
        if self._arrivals is not None:
            self._arrivals[number_of(frame, size)].append(now)

    # --- requests ----------------------------------------------------------------------------

    def join(self, paths: list[str], group: str, *, deflate: bool = False) -> dict[str, Any]:
        """Opens a connection per path, `WINDOW` handshakes at a time."""
        host, port = self._server
        waiting = deque(paths)
        goal, began = self._open + len(paths), time.monotonic()
        opened = self._open
        while self._open < goal:
            while waiting and opened - self._open < WINDOW:
                source = f"127.0.0.{2 + len(self._links) % SOURCES}"
                link = connected(host, port, source, waiting.popleft(), group, deflate=deflate)
                self._links[link.sock.fileno()] = link
                self._poll.register(link.sock.fileno(), select.EPOLLIN)
                opened += 1
            self.turn()
            if time.monotonic() - began > _JOINED_WITHIN_S:
                raise BenchError(f"Only {self._open} of {goal} subscribers were let in.")
        return {"seconds": time.monotonic() - began}

    def leave(self, group: str) -> dict[str, Any]:
        """Drops a group's connections."""
        for fd, link in list(self._links.items()):
            if link.group == group:
                self._poll.unregister(fd)
                del self._links[fd]
                self._open -= 1
                link.drop()
        return {}

    def like(self, group: str, per_s: float, seconds: float) -> dict[str, Any]:
        """Each of the group sends one like a round, rounds at an even pace.

        A page's likes never come two at a time, and the server is never behind: each is a read.
        """
        socks = [link.sock for link in self._links.values() if link.group == group]
        every_s = len(socks) / per_s
        rounds = max(1, round(seconds / every_s))
        due = time.monotonic()
        for _ in range(rounds):
            self._taps += 1
            frame = like(self._taps)
            for sock in socks:
                sock.send(frame)
            due += every_s
            while time.monotonic() < due:
                self.turn()
        return {"sent": rounds * len(socks), "late_s": max(0.0, time.monotonic() - due)}

    def counted(self) -> dict[str, Any]:
        """What came since the last `count`."""
        return {
            "updates": self._updates,
            "others": self._others,
            "seconds": self._last - self._first,
            "cpu_s": time.process_time(),
        }

    def delays(self, began: list[float]) -> dict[str, Any]:
        """How long each update of `began` was on its way to each subscriber, ms, sorted out."""
        arrivals = self._arrivals or {}
        found = sorted(
            (at - start) * 1000
            for number, start in enumerate(began)
            for at in arrivals.get(number, ())
        )
        if not found:
            raise BenchError("No update has come.")
        return {
            "p50": found[len(found) // 2],
            "p99": found[min(len(found) - 1, len(found) * 99 // 100)],
            "max": found[-1],
        }

    def count(self, *, timed: bool = False) -> dict[str, Any]:
        """Starts to count."""
        self.reset(is_timed=timed)
        return {"cpu_s": time.process_time()}

    # --- the loop ----------------------------------------------------------------------------

    def run(self) -> None:
        """Until nobody asks any more."""
        handlers = {
            name: getattr(self, name)
            for name in ("join", "leave", "like", "counted", "delays", "count")
        }
        while True:
            self.turn()
            if self._is_asked:
                self._is_asked = False
                text = sys.stdin.buffer.readline()
                if not text:
                    return
                request = msgspec.json.decode(text)
                say(handlers[request.pop("do")](**request))


def main() -> None:
    raise_open_files()
    load = Load(sys.argv[1], int(sys.argv[2]))
    # Ten thousand links stay to the end: the collector need not look at them again and again.
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        load.run()
    except BenchError as error:
        say({"error": str(error)})


if __name__ == "__main__":
    main()
