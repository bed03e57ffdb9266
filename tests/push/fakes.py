"""Made-up parts for the policy alone: seats of lists, a steady clock, a store in memory."""

import json
from collections.abc import Callable, Sequence
from typing import Any, cast

from msgspec.structs import replace
from prometheus_client import CollectorRegistry

from livesell.auth import Pass
from livesell.config import Config, Push
from livesell.domain.card import Units
from livesell.domain.document import crew_document, viewer_document
from livesell.domain.order import OrderRequest, Placed
from livesell.domain.role import Role
from livesell.domain.truth import Tally, Truth
from livesell.domain.waitlist import State, Waiting
from livesell.errors import LivesellError
from livesell.push.metrics import Metrics
from livesell.push.orders import OrderQueue
from livesell.push.room import Room
from livesell.push.seat import Seat
from livesell.push.setting import Setting
from livesell.store import Beat, Store, Taps
from tests.support.build import NOW_MS, FakeClock, a_card, a_session


class FakeSteady:
    """Seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class FakePipe:
    def __init__(self) -> None:
        self.written: list[bytes] = []

    def write(self, data: bytes) -> None:
        self.written.append(data)

    def get_write_buffer_size(self) -> int:
        return 0


def frames_in(data: bytes) -> list[dict[str, Any]]:
    """The JSON texts of unmasked frames."""
    frames = []
    while data:
        size, start = data[1], 2
        if size == 126:
            size, start = int.from_bytes(data[2:4], "big"), 4
        frames.append(json.loads(data[start : start + size]))
        data = data[start + size :]
    return frames


class FakeSeat(Seat):
    """A page that keeps what it was sent."""

    def __init__(
        self, viewer: str = "buyer", role: Role = Role.VIEWER, on_close: Callable[..., None] = print
    ) -> None:
        super().__init__()
        self.pipe = FakePipe()
        self.pass_ = Pass(
            viewer=viewer,
            visit=f"visit-{viewer}",
            role=role,
            session=None,
            name="",
            expires_s=NOW_MS,
        )
        self.closed: int | None = None
        self.leave: Callable[[Seat], None] | None = None

    def push(self, frame: bytes) -> None:
        self.pipe.write(frame)

    def send(self, frame: bytes) -> None:
        if self.is_open:
            self.pipe.write(frame)

    def close(self, code: int) -> None:
        if self.is_open:
            self.closed = code
            if self.leave is not None:
                self.leave(self)
            self.v = -1

    @property
    def frames(self) -> list[dict[str, Any]]:
        return frames_in(b"".join(cast("FakePipe", self.pipe).written))

    def of_kind(self, kind: str) -> list[dict[str, Any]]:
        return [frame for frame in self.frames if frame["t"] == kind]


def a_truth(**fields: Any) -> Truth:
    """The session "naqu" with its tea, nothing sold."""
    blank: dict[str, Any] = {
        "version": 1,
        "session": a_session(),
        "cards": {"tea": a_card()},
        "units": {"tea": Units(allocated=100, free=100)},
        "tally": Tally(),
        "concurrent": 0,
        "nodes": {},
        "ticker": (),
        "as_of_ms": NOW_MS,
    }
    return Truth(**{**blank, **fields})


def with_notice(truth: Truth, text: str) -> Truth:
    return replace(truth, session=replace(truth.session, notice=text))


class FakeStore:
    """The store's interface; what it answers and whether it fails is set by the test."""

    def __init__(self) -> None:
        self.truth: Truth | None = a_truth()
        self.error: Exception | None = None
        self.pulls = 0
        self.beats: list[Beat] = []
        self.left: list[str] = []
        self.batches: list[list[OrderRequest]] = []
        self.credits: list[list[Taps]] = []
        self.answer: Callable[[OrderRequest], Placed | LivesellError] | None = None
        self.waiting: list[Waiting] = []
        self.queue_reads = 0
        self.states_error: Exception | None = None
        self.sessions = self.orders = self.likes = self.presence = self
        self.waitlist = self.archives = self

    def _fail(self) -> None:
        if self.error is not None:
            raise self.error

    async def pull(self, _session: str, _now_ms: int, _last: Truth | None = None) -> Truth:
        self.pulls += 1
        self._fail()
        assert self.truth is not None
        return self.truth

    async def queue(self, _session: str) -> list[Waiting]:
        self.queue_reads += 1
        return list(self.waiting)

    async def states(self, _session: str, who: Sequence[tuple[str, str]]) -> dict[Any, State]:
        if self.states_error is not None:
            raise self.states_error
        return dict.fromkeys(who, "left")

    async def find(self, _session: str) -> None:
        """Nothing is archived."""

    async def beat(self, _session: str, beat: Beat) -> None:
        self.beats.append(beat)
        self._fail()

    async def leave(self, _session: str, node: str) -> None:
        self.left.append(node)

    async def credit(self, _session: str, taps: Sequence[Taps], _now_ms: int) -> int:
        self._fail()
        self.credits.append(list(taps))
        return sum(min(tap.n, tap.at_most) for tap in taps)

    async def place(
        self, _session: str, requests: Sequence[OrderRequest], _now_ms: int, _hold_ms: int = 0
    ) -> list[Placed | LivesellError]:
        self.batches.append(list(requests))
        self._fail()
        assert self.answer is not None
        return [self.answer(request) for request in requests]


def a_setting(store: FakeStore, steady: Callable[[], float], **push: Any) -> Setting:
    return Setting(
        store=cast("Store", store),
        config=Config(push=Push(**push)),
        node="node-1",
        clock=FakeClock(),
        steady=steady,
        sockets=lambda: 1,
        metrics=Metrics(CollectorRegistry()),
    )


def a_room(setting: Setting) -> Room:
    return Room(
        "naqu",
        crew_build=lambda truth: crew_document(truth, "ordered"),
        viewer_build=viewer_document,
        orders=OrderQueue(
            "naqu",
            store=setting.store,
            clock=setting.clock,
            steady=setting.steady,
            metrics=setting.metrics,
        ),
        likes_per_second=15,
        behind_s=15,
        steady=setting.steady,
        metrics=setting.metrics,
    )
