"""One performance: the session scheduled, the audience let in, the host's moves made, the end.

The session's own timer starts and ends it. `play.py` makes the plan before and compares after.
"""

import asyncio
import contextlib
import time
import uuid
from datetime import UTC, datetime

import msgspec
from msgspec.structs import replace
from rich.console import Console

from livesell.actions.host import Host
from livesell.actions.staff import Staff
from livesell.clock import system_clock
from livesell.config.rules import address
from livesell.domain.figures import Figures
from livesell.domain.person import Actor
from livesell.errors import CannotStart
from livesell.patch import Document, diff
from livesell.replay.api import Api
from livesell.replay.plan import Plan
from livesell.replay.result import Played
from livesell.replay.scenario import Move, clock_of
from livesell.replay.service import Service, temporary_host
from livesell.replay.show import Show
from livesell.replay.talk import Assignment, Documents
from livesell.replay.troupe import Troupe
from livesell.replay.usage import Meter

# The host's moves are sent again under the same id when no answer came.
MOVE_TRIES = 5

# How late the timer may be, and how long after the end everything has to be told and answered.
START_WITHIN_S = 15
DONE_WITHIN_S = 30
# The service takes likes for so long after the end.
SETTLE_WITHIN_S = 12
DOCUMENTS_WITHIN_S = 8

# Source: the range of ephemeral ports on Linux, 32768 to 60999, less some room.
VIEWERS_AN_ADDRESS = 20_000


class Stage:
    """One performance of a plan."""

    def __init__(self, service: Service, plan: Plan, console: Console) -> None:
        self._service = service
        self._plan = plan
        self._console = console
        self._staff = Staff(service.store, system_clock, service.config.gross_kind)
        self._session = session_id(plan.scenario.name)
        self._troubles: list[str] = []
        self._moved = 0
        self._likes_shown: int | None = None
        self._witnesses = 0

    async def play(self) -> Played:
        """From the scheduling to the moment when everything that was sent has been counted."""
        plan, scenario = self._plan, self._plan.scenario
        lifetime_s = (plan.lead_ms + plan.timing.length_ms) // 1000 + 600
        async with contextlib.AsyncExitStack() as stack:
            actor, token = await stack.enter_async_context(
                temporary_host(self._service.store, lifetime_s)
            )
            troupe = await stack.enter_async_context(Troupe(len(plan.shares)))
            show = stack.enter_context(
                Show(self._console, scenario.minutes, scenario.session.currency)
            )
            api = Api(self._service.running.http, token)
            start_ms = await self._schedule(actor, show)
            meter = Meter(self._processes(troupe))
            await troupe.assign(self._assignments(start_ms))
            started_ms = await self._until_started(troupe, start_ms, show)
            moving = asyncio.create_task(self._move(api, started_ms))
            stack.push_async_callback(_cancelled, moving)
            await self._until_done(troupe, started_ms, show)
            await self._settle(troupe)
            await self._compare_documents(troupe, api)
            uses = meter.read()
            results = await troupe.finish()
            await self._until_empty()
        return Played(
            session=self._session,
            expected=plan.expected,
            results=results,
            witnesses=self._witnesses,
            troubles=self._troubles,
            likes_shown=self._likes_shown,
            moves=self._moved,
            uses=uses,
        )

    # --- before ------------------------------------------------------------------------------

    async def _schedule(self, actor: Actor, show: Show) -> int:
        """Creates the session; returns its planned start."""
        plan, scenario = self._plan, self._plan.scenario
        start_ms = system_clock() + plan.lead_ms
        session = replace(
            scenario.session,
            id=self._session,
            planned_start_ms=start_ms,
            planned_end_ms=start_ms + plan.timing.length_ms,
        )
        host = Host(self._service.store, system_clock)
        await host.create(
            session, list(scenario.cards.values()), scenario.stock, by=actor, confirm=True
        )
        show.tell(
            f"{session.title} is scheduled as {session.id}: live in {plan.lead_ms / 1000:.0f} s "
            f"for {plan.timing.length_ms / 1000:.0f} s, {plan.expected.viewers:,} viewers from "
            f"{len(plan.shares)} processes."
        )
        return start_ms

    def _assignments(self, start_ms: int) -> list[Assignment]:
        host, port = address(self._service.running.push, "push")
        an_address = self._service.config.push.connections_per_address or VIEWERS_AN_ADDRESS
        return [
            Assignment(
                process=number,
                host="127.0.0.1" if host in ("0.0.0.0", "::") else host,  # noqa: S104 - a name
                port=port,
                session=self._session,
                secret=self._service.secret,
                start_ms=start_ms,
                viewers_an_address=min(an_address, VIEWERS_AN_ADDRESS),
                share=share,
            )
            for number, share in enumerate(self._plan.shares)
        ]

    def _processes(self, troupe: Troupe) -> dict[str, int]:
        load = {f"load {number}": pid for number, pid in enumerate(troupe.pids, start=1)}
        return {**self._service.processes(), **load}

    # --- while it runs -----------------------------------------------------------------------

    async def _until_started(self, troupe: Troupe, start_ms: int, show: Show) -> int:
        """Waits for the timer; returns when the session went live, as the viewers saw it."""
        while (started_ms := troupe.started_ms) is None:
            self._show(troupe, None, show, "waiting")
            if system_clock() > start_ms + START_WITHIN_S * 1000:
                raise CannotStart(
                    "not_live",
                    f"No viewer saw the session go live within {START_WITHIN_S} s of its time. "
                    "Look into the log of the service.",
                )
            await asyncio.sleep(0.02)
        return started_ms

    async def _until_done(self, troupe: Troupe, started_ms: int, show: Show) -> None:
        timing = self._plan.timing
        until_ms = started_ms + timing.length_ms + DONE_WITHIN_S * 1000
        while not troupe.is_done:
            self._show(troupe, timing.minute(system_clock() - started_ms), show, "live")
            if system_clock() > until_ms:
                owed = sum(one.owed for one in troupe.progress)
                states = ", ".join(sorted({one.state for one in troupe.progress}))
                self._troubles.append(
                    f"{DONE_WITHIN_S} s after the planned end {owed:,} things were still to be "
                    f"done by the audience, and the session was shown as {states}."
                )
                return
            await asyncio.sleep(0.1)

    def _show(self, troupe: Troupe, minute: float | None, show: Show, stage: str) -> None:
        troupe.check()
        progress, counts = troupe.progress, troupe.counts()
        tally = max(
            (one.tally for one in progress), key=lambda one: one.get("likes", 0), default={}
        )
        seen = {
            "connected": sum(one.connected for one in progress),
            "likes": tally.get("likes", 0),
            "orders": tally.get("orders", 0),
            "gross": counts.gross,
        }
        show.update(minute, seen, stage)

    async def _move(self, api: Api, started_ms: int) -> None:
        """The host's moves, each at its minute."""
        for move in self._plan.scenario.moves:
            due_ms = started_ms + self._plan.timing.at(move.at)
            await asyncio.sleep(max(0.0, (due_ms - system_clock()) / 1000))
            await self._make(api, move)

    async def _make(self, api: Api, move: Move) -> None:
        body = {"id": str(uuid.uuid4()), "command": move.command}
        for attempt in range(MOVE_TRIES):
            answer = await api.post(f"/sessions/{self._session}/commands", body)
            if answer.status == 200:
                self._moved += 1
                return
            if answer.status not in (0, 429, 503, 504):
                break
            await asyncio.sleep(0.1 * 2**attempt)
        self._troubles.append(
            f"The host's move at {clock_of(move.at)} was not taken: {answer.message}"
        )

    # --- after -------------------------------------------------------------------------------

    async def _settle(self, troupe: Troupe) -> None:
        """Waits until all that was sent is counted; what is missing then, the table shows."""
        sent = troupe.counts()
        until = time.monotonic() + SETTLE_WITHIN_S
        while time.monotonic() < until:
            figures = await self._staff.figures(self._session)
            if _has_all(figures, sent.told, sent.joined, sent.orders):
                return
            await asyncio.sleep(0.25)

    async def _compare_documents(self, troupe: Troupe, api: Api) -> None:
        """Every witness has to hold what the API gives; the last patches may be on their way."""
        until = time.monotonic() + DOCUMENTS_WITHIN_S
        while True:
            answer = await api.get(f"/sessions/{self._session}")
            fresh = answer.content.get("document", {})
            held = await troupe.documents()
            wrong = _wrong(held, fresh)
            if not wrong or time.monotonic() > until:
                break
            await asyncio.sleep(0.3)
        self._witnesses = sum(count for one in held for count, _ in one.held)
        likes = {doc["tally"]["likes"] for one in held for _, doc in one.held}
        self._likes_shown = min(likes, default=None)
        self._troubles += wrong

    async def _until_empty(self) -> None:
        """Waits for the last leases and watch times, so that the review is complete."""
        until = time.monotonic() + DOCUMENTS_WITHIN_S
        while time.monotonic() < until:
            figures = await self._staff.figures(self._session)
            if figures.concurrent == 0:
                return
            await asyncio.sleep(0.25)


def _has_all(figures: Figures, likes: int, viewers: int, orders: int) -> bool:
    return (figures.likes, figures.viewers, figures.orders) == (likes, viewers, orders)


def _wrong(held: list[Documents], fresh: Document) -> list[str]:
    sentences = []
    for one in held:
        if one.without:
            sentences.append(f"{one.without:,} witnesses have no document.")
        for count, document in one.held:
            difference = diff(document, fresh)
            if difference is not None:
                shown = msgspec.json.encode(difference).decode()[:300]
                sentences.append(
                    f"{count:,} witnesses hold a document that differs from the fresh one: {shown}"
                )
    return sentences


async def _cancelled(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def session_id(scenario: str) -> str:
    """Sorts by time, and two replays in one second do not meet."""
    now = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    return f"{scenario}-{now}-{uuid.uuid4().hex[:4]}"
