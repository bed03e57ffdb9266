"""One server, once: start, warm up, and measure phase by phase what each thing costs it."""

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from msgspec import Struct

from bench.account import Account, Spent, cpu_s, resident_bytes, wait_idle
from bench.control import BenchError, Child
from bench.load import WINDOW

OURS = "livesell"
# No server to compare with but the bottom of the scale: it cannot read.
FLOOR = "floor"
HOST = "127.0.0.1"

# Updates of the measured pace, and the shortest time between them.
EVERY_S = 0.25
# The slowest peer needs about 15 us a frame; a round must end before the next one begins.
_FRAME_ROOM_S = 30e-6

# Pages that send likes while all others are quiet.
LIKERS = 200
# Each like is then a read of its own with every server.
LIKES_PER_S = 20_000

_PEER_SETTLES_S = 0.7
_ARRIVED_WITHIN_S = 10.0
_LOOK_S = 0.05
_QUIET_S = 0.3


class Plan(Struct, frozen=True, kw_only=True):
    """How much of everything.

    Attributes:
        settle_s: After everyone has joined ours: the worker tells the store who has come within
            two beats of 2 s, which changes counters on the pages.
        server_core: None when nothing is pinned; so is `load_core` then.
    """

    subscribers: int
    ticks: int
    settle_s: float
    like_s: float
    flood_s: float
    server_core: int | None
    load_core: int | None


class Figures(Struct, kw_only=True, omit_defaults=True):
    """What one server cost in one round; None where it was not measured.

    Attributes:
        frame_us: Processor time a delivered frame at an even pace of updates.
        busy_frame_us: The same while updates follow each other without a pause.
        delivered: The part of that pace's frames that came: our gateway merges updates that follow
            each other faster than a round takes, the others do not.
        softirq_us: The core's soft interrupts a delivered frame at that even pace.
        frames_per_s: Delivered in a second of processor time while the core is kept busy.
        busy: The part of the core that the server got then; well below 1 something else ran there.
        join_us: Processor time from accept to the end of the handshake.
        idle_bytes: Memory a connection, of the process only.
        like_us: Processor time a like that was received, decoded and counted, beyond what the
            connections took at rest: ours tells the store who is watching.
        p50_ms: From the broadcast (ours: from before the commit) to a subscriber, and p99, max.
    """

    frame_us: float | None = None
    busy_frame_us: float | None = None
    delivered: float | None = None
    softirq_us: float | None = None
    frames_per_s: float | None = None
    busy: float | None = None
    join_us: float | None = None
    idle_bytes: float | None = None
    like_us: float | None = None
    p50_ms: float | None = None
    p99_ms: float | None = None
    max_ms: float | None = None


class Bout:
    """A server that runs, and its load."""

    def __init__(self, plan: Plan, server: Child, load: Child, pid: int) -> None:
        self._plan = plan
        self._server = server
        self._load = load
        self._pid = pid

    def spending(self) -> Callable[[], Spent]:
        return Account(self._pid, self._plan.server_core or 0).spent

    def join(self, count: int, kind: str, group: str, *, deflate: bool = False) -> None:
        paths = self._server.ask("paths", count=count, kind=kind)["paths"]
        self._load.ask("join", paths=paths, group=group, deflate=deflate)

    def leave(self, group: str) -> None:
        self._load.ask("leave", group=group)
        wait_idle(self._pid)

    def arrived(self, goal: int) -> dict[str, Any]:
        """What the load has counted, when it is `goal` updates or no more come."""
        until = time.monotonic() + _ARRIVED_WITHIN_S
        counted = self._load.ask("counted")
        while counted["updates"] < goal and time.monotonic() < until:
            time.sleep(_LOOK_S)
            counted = self._load.ask("counted")
        return counted

    # --- the phases --------------------------------------------------------------------------

    def warm_up(self, *, deflate: bool) -> int:
        """Goes through everything with a few, and returns the memory that is used then."""
        few = min(WINDOW, self._plan.subscribers)
        self.join(few, "one", "warm", deflate=deflate)
        self._server.ask("tick", count=3, every_s=EVERY_S)
        self.leave("warm")
        return resident_bytes(self._pid)

    def joins(self, figures: Figures, before: int, *, deflate: bool, settle_s: float) -> None:
        count = self._plan.subscribers
        paths = self._server.ask("paths", count=count, kind="one")["paths"]
        wait_idle(self._pid)
        spent = self.spending()
        self._load.ask("join", paths=paths, group="all", deflate=deflate)
        figures.join_us = spent().cpu_s / count * 1e6
        time.sleep(settle_s)
        figures.idle_bytes = (resident_bytes(self._pid) - before) / count

    def pace(self, figures: Figures) -> None:
        count, ticks = self._plan.subscribers, self._plan.ticks
        every_s = max(EVERY_S, count * _FRAME_ROOM_S)
        self._load.ask("count", timed=True)
        spent = self.spending()
        began = self._server.ask("tick", count=ticks, every_s=every_s)["began"]
        frames = self.arrived(ticks * count)["updates"]
        total = spent()
        if not frames:
            raise BenchError("No update was delivered.")
        figures.delivered = frames / (ticks * count)
        figures.frame_us = total.cpu_s / frames * 1e6
        figures.softirq_us = total.softirq_s / frames * 1e6
        delays = self._load.ask("delays", began=began)
        figures.p50_ms, figures.p99_ms, figures.max_ms = (
            delays[name] for name in ("p50", "p99", "max")
        )

    def likes(self, figures: Figures) -> None:
        """All others stay connected, and are quiet."""
        self.join(min(LIKERS, self._plan.subscribers), "likes", "likes")
        wait_idle(self._pid)
        at_rest = self._at_rest()
        before = self._server.ask("likes")["likes"]
        spent = self.spending()
        sent = self._load.ask("like", group="likes", per_s=LIKES_PER_S, seconds=self._plan.like_s)[
            "sent"
        ]
        self._until_liked(before + sent)
        total = spent()
        figures.like_us = (total.cpu_s - at_rest * total.wall_s) / sent * 1e6
        self.leave("likes")

    def _at_rest(self) -> float:
        """The part of a core that so many connections take while nothing is said."""
        spent = self.spending()
        time.sleep(self._plan.like_s)
        total = spent()
        return total.cpu_s / total.wall_s

    def _until_liked(self, goal: int) -> None:
        until = time.monotonic() + _ARRIVED_WITHIN_S
        while (likes := self._server.ask("likes")["likes"]) < goal and time.monotonic() < until:
            time.sleep(_LOOK_S)
        if likes != goal:
            raise BenchError(f"{likes} likes were counted, and {goal} were sent.")

    def spread(self, settle_s: float) -> None:
        """Seats everyone anew over several sessions; see `ours.SPREAD`."""
        self.leave("all")
        self.join(self._plan.subscribers, "spread", "all")
        time.sleep(settle_s)

    def flood(self, figures: Figures) -> None:
        self._load.ask("count")
        before = cpu_s(self._pid)
        self._server.ask("flood", seconds=self._plan.flood_s)
        counted = self._until_quiet()
        used = cpu_s(self._pid) - before
        # A subscriber that fell behind gets the whole document of ours, in one frame.
        frames, seconds = counted["updates"] + counted["others"], counted["seconds"]
        if not frames or not seconds:
            raise BenchError("No update came while the core was kept busy.")
        figures.busy_frame_us = used / frames * 1e6
        figures.frames_per_s = frames / used
        figures.busy = min(1.0, used / seconds)

    def _until_quiet(self) -> dict[str, Any]:
        """What the load has counted once nothing more comes."""
        until = time.monotonic() + _ARRIVED_WITHIN_S
        before: dict[str, Any] = {}
        counted = self._load.ask("counted")
        while counted["updates"] != before.get("updates") and time.monotonic() < until:
            time.sleep(_QUIET_S)
            before, counted = counted, self._load.ask("counted")
        return counted


def measure(name: str, plan: Plan) -> Figures:
    """Runs one server with its load and measures it.

    Raises:
        BenchError: It did not do what was asked; the sentence says what.
    """
    is_ours, deflate = name == OURS, name.endswith("deflate")
    settle_s = plan.settle_s if is_ours else min(plan.settle_s, _PEER_SETTLES_S)
    figures = Figures()
    with _bout(name, plan) as bout:
        before = bout.warm_up(deflate=deflate)
        bout.joins(figures, before, deflate=deflate, settle_s=settle_s)
        if deflate:
            return figures
        bout.pace(figures)
        if name != FLOOR:
            bout.likes(figures)
        if is_ours:
            bout.spread(settle_s)
        bout.flood(figures)
        bout.leave("all")
    return figures


@contextmanager
def _bout(name: str, plan: Plan) -> Iterator[Bout]:
    with ExitStack() as stack:
        if name == OURS:
            data = stack.enter_context(tempfile.TemporaryDirectory(prefix="livesell-bench-"))
            core = -1 if plan.server_core is None else plan.server_core
            server = stack.enter_context(Child("bench.ours", data, str(core), core=plan.load_core))
        else:
            server = stack.enter_context(Child("bench.serving", name, core=plan.server_core))
        ready = server.hear()
        load = stack.enter_context(
            Child("bench.load", HOST, str(ready["port"]), core=plan.load_core)
        )
        yield Bout(plan, server, load, ready.get("pid", server.pid))
