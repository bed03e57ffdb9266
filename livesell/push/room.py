"""A session on this node: its documents, who gets them, and the fan-out. No network, no store.

What changes a document is `keeper.py`; how a frame reaches a page is `connection.py`.
"""

import asyncio
import secrets
from collections.abc import Callable, Sequence
from typing import Any

from msgspec import Struct, field

from livesell.auth import Pass
from livesell.clock import Clock
from livesell.domain.audience import Refusals
from livesell.domain.rehearsal import may_enter
from livesell.domain.role import Role
from livesell.domain.session import CLOSED, ON_AIR
from livesell.domain.truth import Truth
from livesell.patch import diff
from livesell.push.attendance import Attendance
from livesell.push.frames import frame_of
from livesell.push.likes import PendingLikes
from livesell.push.metrics import Metrics
from livesell.push.orders import OrderQueue
from livesell.push.seat import GONE, NOTHING, Seat
from livesell.wire import (
    CLOSE_SLOW,
    AnyMessage,
    OfferFrame,
    PatchFrame,
    QueueFrame,
    StateFrame,
)

Document = dict[str, Any]

# Sockets written to before the loop may do something else: about 1.5 ms of work.
SLICE = 256

# A page that asks again for the whole document gets it this often at most.
RESYNC_EVERY_S = 2.0

# After the end pages stay connected this long: likes and answers still on their way arrive, and
# everybody sees the closing scene.
TAIL_MS = 60_000

# How long after the end likes are taken. Source: the store's own rule for crediting them.
LIKES_TAIL_MS = 10_000


class Waiting(Struct):
    """A page that came before the first pull: what it still has, and what it said meanwhile."""

    known: tuple[str, int]
    messages: list[AnyMessage] = field(default_factory=list)


class Audience:
    """One document, its version, and the seats that follow it."""

    def __init__(self, build: Callable[[Truth], Document]) -> None:
        self.epoch = secrets.token_urlsafe(6)
        self.v = NOTHING
        self.seats: dict[Seat, None] = {}
        self._build = build
        self._document: Document = {}
        self._state: bytes | None = None
        self._turn = 0

    def update(self, truth: Truth, now_ms: int) -> bytes | None:
        """Takes in what is true now; the patch frame when that changed the document."""
        document = self._build(truth)
        changes = diff(self._document, document)
        if changes is None:
            return None
        self.v += 1
        self._document, self._state = document, None
        if not self.seats:
            return None
        return frame_of(PatchFrame(e=self.epoch, v=self.v, ts=now_ms, d=changes))

    def state(self) -> bytes:
        """The whole document as a frame, made once a version."""
        if self._state is None:
            self._state = frame_of(StateFrame(e=self.epoch, v=self.v, d=self._document))
        return self._state

    def in_turn(self) -> Sequence[Seat]:
        """The seats, beginning elsewhere each time, so that the last are not always the last."""
        seats = list(self.seats)
        if len(seats) <= SLICE:
            return seats
        self._turn = (self._turn + SLICE) % len(seats)
        return seats[self._turn :] + seats[: self._turn]


async def say_goodbye(seats: Sequence[Seat], goodbye: bytes, code: int) -> None:
    """Sends everyone the same last frame and closes them, in slices."""
    for start in range(0, len(seats), SLICE):
        for seat in seats[start : start + SLICE]:
            if seat.is_open:
                seat.send(goodbye)
                seat.close(code)
        await asyncio.sleep(0)


class Room:
    """Everyone on this node who follows one session."""

    def __init__(
        self,
        session_id: str,
        *,
        crew_build: Callable[[Truth], Document],
        viewer_build: Callable[[Truth], Document],
        orders: OrderQueue,
        likes_per_second: int,
        behind_s: float,
        steady: Callable[[], float],
        metrics: Metrics,
    ) -> None:
        self.session_id = session_id
        self.truth: Truth | None = None
        self.is_on_air = False
        self.crew = Audience(crew_build)
        self.viewers = Audience(viewer_build)
        self.waiting: dict[Seat, Waiting] = {}
        self.overlays: set[Seat] = set()
        self.behind: dict[Seat, None] = {}
        # What follows every whole document while the store is away; empty while it answers.
        self.stale = b""
        # By viewer, what a page of theirs is told of the waitlist when it comes.
        self.promised: dict[str, list[OfferFrame | QueueFrame]] = {}
        self.attendance = Attendance()
        # Viewers who may not come in, and the change of the bans that they are of.
        self.banned: frozenset[str] = frozenset()
        self.bans = 0
        self.refused = Refusals()
        self.orders = orders
        self.likes = PendingLikes(likes_per_second)
        self.closed_at_ms: int | None = None
        self._behind_s = behind_s
        self._steady = steady
        self._metrics = metrics

    def __len__(self) -> int:
        return len(self.crew.seats) + len(self.viewers.seats) + len(self.waiting)

    @staticmethod
    def is_on_air_in(truth: Truth) -> bool:
        return truth.session.state in ON_AIR

    def takes_likes(self, clock: Clock) -> bool:
        """On air, or over since a moment ago. The clock is asked only when it matters."""
        return self.is_on_air or (
            self.closed_at_ms is not None and clock() - self.closed_at_ms <= LIKES_TAIL_MS
        )

    def is_over(self, now_ms: int) -> bool:
        """Whether the session has been closed for so long that everyone is sent home."""
        return self.closed_at_ms is not None and now_ms - self.closed_at_ms > TAIL_MS

    def may_enter(self, pass_: Pass) -> bool:
        """Whether this page may follow the session, as far as that is known yet."""
        truth = self.truth
        return truth is None or may_enter(truth.session, pass_.role, pass_.session)

    def audience_of(self, role: Role) -> Audience:
        return self.crew if role is Role.STAFF else self.viewers

    def seat(self, seat: Seat, truth: Truth, now_ms: int) -> Audience:
        """Takes a seat into its audience, whose document it is about to be sent."""
        audience = self.audience_of(seat.pass_.role)
        if not audience.seats:
            audience.update(truth, now_ms)  # nobody followed it, so it may be old
        audience.seats[seat] = None
        if seat.pass_.role is Role.OVERLAY:
            self.overlays.add(seat)
        seat.audience, seat.v = audience, audience.v
        return audience

    def remove(self, seat: Seat) -> None:
        self.waiting.pop(seat, None)
        self.behind.pop(seat, None)
        self.overlays.discard(seat)
        if seat.audience is not None:
            seat.audience.seats.pop(seat, None)
        seat.v = GONE

    async def deliver(self, truth: Truth, now_ms: int) -> None:
        """Brings every page up to `truth`: at most one frame each. The crew's few go first."""
        self.truth, self.is_on_air = truth, self.is_on_air_in(truth)
        self._note_closing(truth, now_ms)
        for audience in (self.crew, self.viewers):
            if audience.seats:
                frame = audience.update(truth, now_ms)
                if frame is not None:
                    await self._broadcast(audience, frame)

    def _note_closing(self, truth: Truth, now_ms: int) -> None:
        if truth.session.state not in CLOSED:
            self.closed_at_ms = None
        elif self.closed_at_ms is None:
            ended_ms = truth.session.ended_ms
            # A cancelled session has no time of its end.
            self.closed_at_ms = now_ms if ended_ms is None else ended_ms

    async def _broadcast(self, audience: Audience, frame: bytes) -> None:
        began = now = self._steady()
        version, before, recipients = audience.v, audience.v - 1, 0
        seats = audience.in_turn()
        for start in range(0, len(seats), SLICE):
            for seat in seats[start : start + SLICE]:
                if seat.v != before:
                    continue  # gone, behind already, or seated after this version was made
                if seat.is_paused:
                    seat.behind_since = now
                    self.behind[seat] = None
                    continue
                seat.push(frame)
                seat.v = version
                recipients += 1
            await asyncio.sleep(0)
        self._metrics.fanned_out(recipients, len(self.behind), self._steady() - began)

    def catch_up(self, seat: Seat) -> None:
        """Sends the whole document to a seat that is behind, once its pipe is empty again."""
        audience = seat.audience
        if audience is None or seat.v in (GONE, audience.v) or seat.is_paused:
            return
        if seat.behind_since is None and self._steady() < seat.state_after:
            return
        self.behind.pop(seat, None)
        seat.behind_since = None
        seat.v = audience.v
        seat.send(audience.state() + self.stale)

    def resync(self, seat: Seat) -> None:
        """The page saw a gap. It gets the whole document now, or as soon as it may again."""
        if seat.audience is None:
            return  # its first document is on its way
        seat.v = NOTHING
        self.behind[seat] = None
        self.catch_up(seat)
        if seat.v != NOTHING:
            seat.state_after = self._steady() + RESYNC_EVERY_S

    def tend(self) -> None:
        """Looks after the seats that are behind: those that drained, and those too slow."""
        now = self._steady()
        for seat in list(self.behind):
            if seat.behind_since is not None and now - seat.behind_since > self._behind_s:
                self._metrics.evicted += 1
                seat.close(CLOSE_SLOW)
            else:
                self.catch_up(seat)
