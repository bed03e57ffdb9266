"""Servers side by side, once: started, filled, and measured in turns, phase by phase."""

import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from statistics import median
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

_ARRIVED_WITHIN_S = 10.0
_LOOK_S = 0.05
_QUIET_S = 0.3


class Plan(Struct, frozen=True, kw_only=True):
    """How much of everything.

    Attributes:
        ticks: Updates in one turn, of which each server gets `turns`.
        rest_s: How long all rest together before the first turn; until then our worker has told
            the store who has come, which changes counters on the pages.
        server_core: None when nothing is pinned; so is `load_core` then.
    """

    subscribers: int
    turns: int
    ticks: int
    settle_s: float
    rest_s: float
    like_s: float
    flood_s: float
    server_core: int | None
    load_core: int | None


class Figures(Struct, kw_only=True, omit_defaults=True):
    """What one server cost in one round; None where it was not measured.

    Attributes:
        rest_ms: Processor time a second while nothing is said: pings of theirs, and what ours tells
            the store of who is watching. It is taken off the cost of a frame and of a like.
        frame_us: Processor time a delivered frame at an even pace of updates.
        busy_frame_us: The same while updates follow each other without a pause.
        delivered: The part of that pace's frames that came: our gateway merges updates that follow
            each other faster than a round takes, the others do not.
        softirq_us: The core's soft interrupts a delivered frame at that even pace.
        frames_per_s: Delivered in a second of processor time while the core is kept busy.
        busy: The part of the core that the server got then; well below 1 something else ran there.
        join_us: Processor time from accept to the end of the handshake.
        idle_bytes: Memory a connection, of the process only.
        like_us: Processor time a like that was received, decoded and counted.
        p50_ms: From the broadcast (ours: from before the commit) to a subscriber, and p99, max.
    """

    rest_ms: float | None = None
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
        self.rest = 0.0

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

    def joins(self, figures: Figures, before: int, *, deflate: bool) -> None:
        count = self._plan.subscribers
        paths = self._server.ask("paths", count=count, kind="one")["paths"]
        wait_idle(self._pid)
        spent = self.spending()
        self._load.ask("join", paths=paths, group="all", deflate=deflate)
        figures.join_us = spent().cpu_s / count * 1e6
        time.sleep(self._plan.settle_s)
        figures.idle_bytes = (resident_bytes(self._pid) - before) / count

    def pace(self) -> dict[str, float]:
        """A few updates at an even pace, to everyone."""
        count, ticks = self._plan.subscribers, self._plan.ticks
        every_s = max(EVERY_S, count * _FRAME_ROOM_S)
        self._load.ask("count", timed=True)
        spent = self.spending()
        began = self._server.ask("tick", count=ticks, every_s=every_s)["began"]
        frames = self.arrived(ticks * count)["updates"]
        total = spent()
        if not frames:
            raise BenchError("No update was delivered.")
        delays = self._load.ask("delays", began=began)
        return {
            "delivered": frames / (ticks * count),
            "frame_us": self._beyond_rest(total) / frames * 1e6,
            "softirq_us": total.softirq_s / frames * 1e6,
            **{f"{name}_ms": delays[name] for name in ("p50", "p99", "max")},
        }

    def likes(self) -> dict[str, float]:
        """All others stay connected, and are quiet."""
        wait_idle(self._pid)
        before = self._server.ask("likes")["likes"]
        spent = self.spending()
        sent = self._load.ask("like", group="likes", per_s=LIKES_PER_S, seconds=self._plan.like_s)[
            "sent"
        ]
        self._until_liked(before + sent)
        total = spent()
        return {"like_us": self._beyond_rest(total) / sent * 1e6}

    def _beyond_rest(self, total: Spent) -> float:
        return total.cpu_s - self.rest / 1e3 * total.wall_s

    def _until_liked(self, goal: int) -> None:
        until = time.monotonic() + _ARRIVED_WITHIN_S
        while (likes := self._server.ask("likes")["likes"]) < goal and time.monotonic() < until:
            time.sleep(_LOOK_S)
        if likes != goal:
            raise BenchError(f"{likes} likes were counted, and {goal} were sent.")

    def spread(self) -> None:
        """Seats everyone anew over several sessions; see `ours.SPREAD`."""
        self.leave("all")
        self.join(self._plan.subscribers, "spread", "all")
        time.sleep(self._plan.rest_s)

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


def measure(names: Sequence[str], plan: Plan) -> dict[str, Figures]:
    """Runs servers side by side and measures each, in turns of a second or two.

    Machines change their speed from one minute to the next, virtual ones above all; turns that
    follow each other at once see the same machine.

    Raises:
        BenchError: One did not do what was asked; the sentence says what.
    """
    found = {name: Figures() for name in names}
    with ExitStack() as stack:
        bouts: dict[str, Bout] = {}
        for name in names:
            bout = stack.enter_context(_bout(name, plan))
            deflate = name.endswith("deflate")
            bout.joins(found[name], bout.warm_up(deflate=deflate), deflate=deflate)
            if deflate:
                bout.leave("all")
            else:
                bouts[name] = bout
        _rest(bouts, found, plan.rest_s)
        readers = {name: bout for name, bout in bouts.items() if name != FLOOR}
        _in_turns(bouts, plan.turns, Bout.pace, found)
        for bout in readers.values():
            bout.join(min(LIKERS, plan.subscribers), "likes", "likes")
        _in_turns(readers, plan.turns, Bout.likes, found)
        for bout in readers.values():
            bout.leave("likes")
        for name, bout in bouts.items():
            if name == OURS:
                bout.spread()
            bout.flood(found[name])
            bout.leave("all")
    return found


def _rest(bouts: Mapping[str, "Bout"], found: Mapping[str, Figures], seconds: float) -> None:
    """What so many connections cost while nothing is said, all servers at the same time."""
    spent = {name: bout.spending() for name, bout in bouts.items()}
    time.sleep(seconds)
    for name, read in spent.items():
        total = read()
        found[name].rest_ms = bouts[name].rest = total.cpu_s / total.wall_s * 1e3


def _in_turns(
    bouts: Mapping[str, "Bout"],
    turns: int,
    phase: Callable[["Bout"], dict[str, float]],
    found: Mapping[str, Figures],
) -> None:
    """Each server's medians over its turns; another one begins each time."""
    seen: dict[str, list[dict[str, float]]] = {name: [] for name in bouts}
    names = list(bouts)
    for turn in range(turns):
        first = turn % len(names)
        for name in names[first:] + names[:first]:
            seen[name].append(phase(bouts[name]))
    for name, results in seen.items():
        for figure in results[0]:
            setattr(found[name], figure, median(one[figure] for one in results))


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
