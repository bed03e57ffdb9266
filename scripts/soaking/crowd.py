"""A load process: `python -m soaking.crowd`. Thousands of pages on one epoll, as cheap as can be.

Most of what arrives is one patch, the same bytes for everyone on a worker: they are parsed once
and found again in a dict. Pages come back as a browser's do: full jitter, `bye` obeyed.
"""

import gc
import heapq
import os
import random
import resource
import select
import sys
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import msgspec

from livesell import auth
from livesell.clock import system_clock
from livesell.domain.role import Role
from livesell.patch import apply
from livesell.push.admission import raise_open_files
from livesell.replay.client import request
from livesell.replay.histogram import Histogram
from soaking.page import CLOSE, PING, PONG, Heard, Page, document, frames_in, heard
from soaking.selling import Selling
from soaking.talk import Assignment, Report, Wish

WITNESSES = 5
ADDRESSES = 4
PAGES_AN_ADDRESS = 15_000

# Source: the pages' own reconnect.js.
MOST_DELAY_S = 20.0

PING_AFTER_S = 25.0
_IN, _OUT = select.EPOLLIN, select.EPOLLOUT
_STDIN = 0


class Crowd:
    """The pages of one process."""

    def __init__(self, told: Assignment) -> None:
        self.told = told
        self.pages: list[Page] = []
        self.counts: Counter[str] = Counter()
        self.selling = Selling(self)
        self._poll = select.epoll()
        self._by_fd: dict[int, Page] = {}
        self._known: dict[bytes, Heard] = {}
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._serial = 0
        self._to_join = self._to_join_stuck = 0
        self._join_pace = self._joins_owed = 0.0
        self._worked_at = time.monotonic()
        self._pings_owed, self._ping_turn = 0.0, 0
        self.delivery, self.joins = Histogram(), Histogram()

    def mark(self) -> None:
        self.delivery, self.joins = Histogram(), Histogram()
        self.counts.clear()
        self.selling.mark()

    # --- the loop ----------------------------------------------------------------------------

    def run(self) -> None:
        os.set_blocking(_STDIN, False)
        self._poll.register(_STDIN, _IN)
        lines = b""
        while True:
            for fd, what in self._poll.poll(self._patience_s(), 4096):
                if fd == _STDIN:
                    data = os.read(_STDIN, 65_536)
                    if not data:
                        return
                    *whole, lines = (lines + data).split(b"\n")
                    if not all(self._obey(line) for line in whole):
                        return
                    continue
                page = self._by_fd.get(fd)
                if page is not None:
                    self._event(page, what)
            self._work()

    def _patience_s(self) -> float:
        if self.selling.is_pressing or self._to_join:
            return 0.002
        wait = self._due[0][0] - time.monotonic() if self._due else 0.05
        return min(0.05, max(0.0, wait))

    def later(self, delay_s: float, call: Callable[[], None]) -> None:
        self._serial += 1
        heapq.heappush(self._due, (time.monotonic() + delay_s, self._serial, call))

    def _work(self) -> None:
        now = time.monotonic()
        passed, self._worked_at = now - self._worked_at, now
        while self._due and self._due[0][0] <= now:
            heapq.heappop(self._due)[2]()
        if self._to_join:
            self._joins_owed += passed * self._join_pace
            while self._to_join and self._joins_owed >= 1:
                self._joins_owed -= 1
                self._to_join -= 1
                self._enter(is_stuck=self._to_join < self._to_join_stuck)
        self.selling.work(passed)
        self._ping(passed)

    def _ping(self, passed_s: float) -> None:
        """Every page once in `PING_AFTER_S`, in turn."""
        self._pings_owed += passed_s * len(self.pages) / PING_AFTER_S
        while self._pings_owed >= 1:
            self._pings_owed -= 1
            self._ping_turn = (self._ping_turn + 1) % len(self.pages)
            page = self.pages[self._ping_turn]
            if not page.is_stuck:
                page.say(b'{"t":"ping"}')

    # --- joining -----------------------------------------------------------------------------

    def _enter(self, *, is_stuck: bool) -> None:
        number = len(self.pages)
        page = Page(
            number,
            self._request(number),
            is_stuck=is_stuck,
            is_witness=number < WITNESSES and not is_stuck,
        )
        self.pages.append(page)
        self._dial(page)

    def _request(self, number: int) -> bytes:
        told = self.told
        name = f"soak-{told.process}-{number}"
        token = auth.mint(
            told.secret, viewer=name, visit=name, role=Role.VIEWER, now_ms=system_clock(),
            lifetime_s=7200,
        )  # fmt: skip
        return request(told.host, told.port, f"/v1/sessions/{told.session}?token={token}")

    def _dial(self, page: Page) -> None:
        number = page.number // PAGES_AN_ADDRESS % ADDRESSES
        source = f"127.0.{1 + self.told.process}.{1 + number}"
        if not page.began:
            page.began = time.monotonic()
        try:
            fd = page.dial((self.told.host, self.told.port), source)
        except OSError:
            self.counts["no_socket"] += 1
            self._lost(page)
            return
        self._by_fd[fd] = page
        self._poll.register(fd, _IN | _OUT)

    def _event(self, page: Page, what: int) -> None:
        if page.is_open and not what & ~_IN:
            self._read(page)
        elif what & _OUT and not what & (select.EPOLLERR | select.EPOLLHUP):
            assert page.sock is not None
            self._poll.modify(page.fd, _IN)
            try:
                page.sock.send(page.request)
            except OSError:
                self._lost(page)
        else:
            self._read(page)

    def _lost(self, page: Page, code: int = 1006) -> None:
        """The connection is gone; the page comes back unless it was told not to."""
        if page.fd >= 0:
            self._by_fd.pop(page.fd, None)
            was_open = page.is_open
            page.hang_up()
            self.counts[f"closed_{code}" if was_open else "failed"] += 1
        page.began = 0.0
        if page.is_stuck or code >= 4500:
            return
        if page.bye is not None:
            low, high = page.bye
            delay_s, page.bye = random.uniform(low, high) / 1000, None
        else:
            delay_s = random.random() * min(MOST_DELAY_S, 2.0**page.attempts)
        page.attempts += 1
        self.later(delay_s, lambda: self._dial(page))

    # --- reading -----------------------------------------------------------------------------

    def _read(self, page: Page) -> None:
        data = _received(page)
        if not data:
            if data is not None:
                self._lost(page)
            return
        if page.is_open and not page.buffer and (known := self._known.get(data)):
            self._patched(page, known)
            return
        if not page.is_open:
            rest = self._shaken(page, page.buffer + data)
            if rest is None:
                return
            data = rest
        self._parse(page, data)

    def _parse(self, page: Page, data: bytes) -> None:
        frames, page.buffer = frames_in(page.buffer + data if page.buffer else data)
        for head, payload in frames:
            self._take(page, head, payload)
            if page.fd < 0:
                return
        if len(frames) == 1 and not page.buffer and payload.startswith(b'{"t":"patch"'):
            if len(self._known) > 64:
                self._known.clear()
            self._known[data] = heard.decode(payload)

    def _shaken(self, page: Page, data: bytes) -> bytes | None:
        """What follows the server's answer; None when there is nothing to go on with."""
        head, mark, rest = data.partition(b"\r\n\r\n")
        if not mark:
            page.buffer = data
            return None
        page.buffer = b""
        if not head.startswith(b"HTTP/1.1 101"):
            self.counts[f"refused_{head[9:12].decode()}"] += 1
            began = page.began
            self._lost(page)
            page.began = began
            return None
        page.is_open = True
        page.attempts = 0
        self.counts["joined"] += 1
        if page.is_stuck:
            self._poll.modify(page.fd, 0)
        self.selling.back(page)
        return rest

    def _take(self, page: Page, head: int, payload: bytes) -> None:
        if head == CLOSE:
            page.send(CLOSE, payload[:2])
            self._lost(page, int.from_bytes(payload[:2]) if len(payload) >= 2 else 1005)
        elif head == PING:
            page.send(PONG, payload)
        elif head != PONG:
            self._frame(page, heard.decode(payload))

    def _frame(self, page: Page, frame: Heard) -> None:
        match frame.t:
            case "patch":
                self._patched(page, frame)
            case "state":
                self._whole(page, frame)
            case "order":
                self.selling.answered(frame)
            case "stale":
                page.is_stale = True
                self.counts["stale"] += 1
            case "fresh":
                page.is_stale = False
            case "bye":
                page.bye = (frame.retry_ms[0], frame.retry_ms[1])
                self.counts["bye"] += 1
            case "error":
                self.counts["errors"] += 1

    def _whole(self, page: Page, frame: Heard) -> None:
        if page.began:
            self.joins.add((time.monotonic() - page.began) * 1000)
            page.began = 0.0
        page.e, page.v, page.is_stale = frame.e, frame.v, False
        self.counts["states"] += 1
        if page.is_witness:
            page.document = document.decode(frame.d)

    def _patched(self, page: Page, frame: Heard) -> None:
        page.is_stale = False
        if frame.v == page.v + 1 and frame.e == page.e:
            page.v = frame.v
            self.counts["patches"] += 1
            self.delivery.add(time.time() * 1000 - frame.ts)
            if page.is_witness:
                page.document = apply(page.document, msgspec.json.decode(frame.d))
        elif frame.e != page.e or frame.v > page.v:
            self.counts["gaps"] += 1
            page.say(b'{"t":"resync"}')

    # --- the parent --------------------------------------------------------------------------

    def _obey(self, line: bytes) -> bool:
        wish = msgspec.json.decode(line, type=Wish)
        answer: Any = {}
        match wish.do:
            case "join":
                self._to_join += wish.count
                self._to_join_stuck, self._join_pace = wish.stuck, wish.per_second
                self._joins_owed = 0.0
            case "sell":
                self.selling.sell(wish.per_second, wish.in_flight)
            case "like":
                self.selling.like(wish.per_second)
            case "mark":
                self.mark()
            case "report":
                answer = self._report()
            case "orders":
                answer = self.selling.sold()
        _say(answer)
        return wish.do != "finish"

    def _report(self) -> Report:
        versions: dict[str, Counter[int]] = {}
        is_open = [page for page in self.pages if page.is_open and not page.is_stuck]
        for page in is_open:
            versions.setdefault(page.e, Counter())[page.v] += 1
        usage = resource.getrusage(resource.RUSAGE_SELF)
        return Report(
            open=len(is_open),
            shaking=sum(page.fd >= 0 and not page.is_open for page in self.pages),
            away=sum(page.fd < 0 and not page.is_stuck for page in self.pages) + self._to_join,
            stuck=sum(page.is_open and page.is_stuck for page in self.pages),
            stale=sum(page.is_stale for page in is_open),
            told=sum(page.told for page in self.pages),
            unanswered=self.selling.unanswered,
            versions={epoch: dict(found) for epoch, found in versions.items()},
            witnessed=[(one.e, one.v, one.document) for one in is_open if one.is_witness],
            counts=dict(self.counts),
            delivery=self.delivery.packed(),
            delivery_max_ms=self.delivery.highest_ms,
            answers=self.selling.answers.packed(),
            answers_max_ms=self.selling.answers.highest_ms,
            joins=self.joins.packed(),
            joins_max_ms=self.joins.highest_ms,
            cpu_s=usage.ru_utime + usage.ru_stime,
        )


def _received(page: Page) -> bytes | None:
    """What has come; None when nothing did, empty when the connection is gone."""
    assert page.sock is not None
    try:
        return page.sock.recv(65_536)
    except BlockingIOError:
        return None
    except OSError:
        return b""


def _say(answer: Any) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(answer) + b"\n")
    sys.stdout.buffer.flush()


def main() -> None:
    raise_open_files()
    line = bytearray()
    while not line.endswith(b"\n"):
        byte = os.read(_STDIN, 1)
        if not byte:
            return
        line += byte
    crowd = Crowd(msgspec.json.decode(bytes(line), type=Assignment))
    gc.collect()
    gc.disable()  # a page has no cycles
    _say({})
    crowd.run()


if __name__ == "__main__":
    main()
