"""When to look at which session: one in-memory job a session, rebuilt from the store.

A timer only wakes; what happens then is decided by the store's record (`actions/timetable.py`).
So a job that is lost, late or doubled does no harm: a sweep every 30 seconds finds what is due.
Persistent job stores are avoided on purpose: they pickle, and they block the loop.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from apscheduler.executors.asyncio import AsyncIOExecutor
from apscheduler.jobstores.base import JobLookupError
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from livesell.clock import Clock
from livesell.errors import LivesellError, NotFound

logger = logging.getLogger(__name__)

# A commit wakes the timers at once; the sweep is for what no message told of.
SWEEP_S = 30

# When the store was away at the moment that something was due.
RETRY_S = 1

# A time that has passed is asked about at once, but never in a tight loop.
LEAST_DELAY_MS = 20

OnTime = Callable[[str], Awaitable[int | None]]
Plan = Callable[[], Awaitable[dict[str, int]]]


class Timers:
    """Calls `on_time(session)` at the time that it last answered.

    Args:
        on_time: Does what is due and answers the next time (epoch ms) or None.
        plan: Every session with a time, for rebuilding.
        clock: Decides what "now" is; only the waiting is done in real time.
    """

    def __init__(self, on_time: OnTime, plan: Plan, clock: Clock) -> None:
        self._on_time = on_time
        self._plan = plan
        self._clock = clock
        self._scheduler: AsyncIOScheduler | None = None
        self._looking: dict[str, asyncio.Task[None]] = {}
        self._again: set[str] = set()
        self._sweeper: asyncio.Task[None] | None = None
        self._gap = asyncio.Event()

    async def start(self) -> None:
        """Does at once what came due while nothing was running, then waits for the rest."""
        self._scheduler = AsyncIOScheduler(
            timezone=UTC,
            executors={"default": AsyncIOExecutor()},
            # However late a job runs, it runs, and once: the record decides what it means.
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )
        self._scheduler.start()
        await self._rebuild()
        self._sweeper = asyncio.create_task(self._sweep(), name="timers sweep")

    async def stop(self) -> None:
        """Returns when nothing runs any more."""
        scheduler, self._scheduler = self._scheduler, None
        if scheduler is None:
            return
        scheduler.shutdown(wait=False)
        await asyncio.sleep(0)  # the scheduler shuts down in the loop's next round
        tasks = [*self._looking.values(), *([self._sweeper] if self._sweeper else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def wake(self, session_id: str) -> None:
        """The session changed or its time has come: ask it."""
        if self._scheduler is None:
            return
        if session_id in self._looking:
            self._again.add(session_id)
            return
        task = asyncio.create_task(self._look(session_id), name=f"timer {session_id}")
        self._looking[session_id] = task
        task.add_done_callback(lambda _: self._looked(session_id))

    def wake_crew(self) -> None:
        """No timer depends on who belongs to the crew."""

    def gap(self) -> None:
        """Messages may have been missed: look at all sessions."""
        self._gap.set()

    def _looked(self, session_id: str) -> None:
        self._looking.pop(session_id, None)
        if session_id in self._again:
            self._again.discard(session_id)
            self.wake(session_id)

    async def _sweep(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._gap.wait(), SWEEP_S)
            self._gap.clear()
            await self._rebuild()

    async def _rebuild(self) -> None:
        """Sets every timer anew, from what the store says and the time it is now."""
        try:
            plan = await self._plan()
        except LivesellError as error:
            logger.warning("The timetable could not be read: %s", error.message)
            await asyncio.sleep(RETRY_S)
            self._gap.set()
            return
        if self._scheduler is None:
            return
        for job in self._scheduler.get_jobs():
            if job.id not in plan:
                self._set(job.id, None)
        for session_id, at_ms in plan.items():
            if not self._is_sooner(session_id, at_ms):
                self._set(session_id, at_ms)

    def _is_sooner(self, session_id: str, at_ms: int) -> bool:
        """Whether the job set already comes first; the plan may be older than what set it."""
        job = self._scheduler.get_job(session_id) if self._scheduler else None
        now = datetime.now(UTC)
        return job is not None and now < job.next_run_time <= now + self._delay(at_ms)

    def _delay(self, at_ms: int) -> timedelta:
        return timedelta(milliseconds=max(at_ms - self._clock(), LEAST_DELAY_MS))

    async def _look(self, session_id: str) -> None:
        try:
            at_ms = await self._on_time(session_id)
        except NotFound:
            at_ms = None
        except LivesellError as error:
            logger.warning("Session %s will be asked again: %s", session_id, error.message)
            at_ms = self._clock() + RETRY_S * 1000
        except Exception:
            logger.exception("Session %s could not be asked for its timetable.", session_id)
            at_ms = self._clock() + SWEEP_S * 1000
        self._set(session_id, at_ms)

    def _set(self, session_id: str, at_ms: int | None) -> None:
        """Sets the one job of a session, or takes it away."""
        if self._scheduler is None:
            return
        if at_ms is None:
            with contextlib.suppress(JobLookupError):
                self._scheduler.remove_job(session_id)
            return
        self._scheduler.add_job(
            self._fire,
            "date",
            run_date=datetime.now(UTC) + self._delay(at_ms),
            args=[session_id],
            id=session_id,
            replace_existing=True,
        )

    async def _fire(self, session_id: str) -> None:
        """The job itself: hands over to a task of ours, which `stop` waits for."""
        self.wake(session_id)
