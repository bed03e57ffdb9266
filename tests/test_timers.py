"""A timer wakes at its time, forgets nothing, and never decides."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from livesell import timers as module
from livesell.clock import system_clock
from livesell.errors import Busy, NotFound
from livesell.timers import Timers
from tests.conftest import no_task_left
from tests.support.wait import wait_until


class Sessions:
    """Stands for the store: when each session is due, and what was asked."""

    def __init__(self) -> None:
        self.plan: dict[str, int] = {}
        self.asked: list[tuple[str, int]] = []
        self.fails: list[Exception] = []
        self.plan_fails: list[Exception] = []

    async def on_time(self, session_id: str) -> int | None:
        self.asked.append((session_id, system_clock()))
        if self.fails:
            raise self.fails.pop()
        at_ms = self.plan.get(session_id)
        if at_ms is not None and at_ms <= system_clock():
            at_ms = self.plan.pop(session_id, None) and None
        return at_ms

    async def all(self) -> dict[str, int]:
        if self.plan_fails:
            raise self.plan_fails.pop()
        return dict(self.plan)


@pytest.fixture
def sessions() -> Sessions:
    return Sessions()


@pytest.fixture
async def timers(sessions: Sessions) -> AsyncIterator[Timers]:
    one = Timers(sessions.on_time, sessions.all, system_clock)
    yield one
    await one.stop()
    await no_task_left()


async def test_a_session_is_asked_at_its_time(timers: Timers, sessions: Sessions) -> None:
    due_ms = system_clock() + 150
    sessions.plan["naqu"] = due_ms
    await timers.start()
    await wait_until(lambda: sessions.asked, "the session is asked")
    assert sessions.asked[0][1] >= due_ms
    assert sessions.asked[0][1] < due_ms + 1000


async def test_what_came_due_while_nothing_ran_is_asked_at_once(
    timers: Timers, sessions: Sessions
) -> None:
    sessions.plan["naqu"] = system_clock() - 3_600_000
    await timers.start()
    await wait_until(lambda: sessions.asked, "the session is asked")


async def test_a_wake_moves_the_timer(timers: Timers, sessions: Sessions) -> None:
    sessions.plan["naqu"] = system_clock() + 3_600_000
    await timers.start()
    sessions.plan["naqu"] = system_clock() + 100
    timers.wake("naqu")
    await wait_until(lambda: len(sessions.asked) == 2, "asked for the wake, then at the time")


async def test_a_session_that_nobody_told_of_is_found_after_a_gap(
    timers: Timers, sessions: Sessions
) -> None:
    await timers.start()
    sessions.plan["naqu"] = system_clock() + 50
    timers.gap()
    await wait_until(lambda: sessions.asked, "the session is asked")


async def test_the_sweep_finds_what_no_message_told_of(
    timers: Timers, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SWEEP_S", 0.05)
    await timers.start()
    sessions.plan["naqu"] = system_clock()
    await wait_until(lambda: sessions.asked, "the session is asked")


@pytest.mark.parametrize("error", [Busy("busy", "The store is away."), RuntimeError("a fault")])
async def test_a_session_that_could_not_be_asked_is_asked_again(
    timers: Timers, sessions: Sessions, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    monkeypatch.setattr(module, "RETRY_S", 0.05)
    monkeypatch.setattr(module, "SWEEP_S", 0.05)
    sessions.plan["naqu"] = system_clock()
    sessions.fails.append(error)
    await timers.start()
    await wait_until(lambda: len(sessions.asked) >= 2, "the session is asked again")


async def test_a_plan_that_could_not_be_read_is_read_again(
    timers: Timers, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "RETRY_S", 0.05)
    sessions.plan["naqu"] = system_clock()
    sessions.plan_fails.append(Busy("busy", "The store is away."))
    await timers.start()
    await wait_until(lambda: sessions.asked, "the session is asked")


async def test_a_session_that_is_gone_is_forgotten(timers: Timers, sessions: Sessions) -> None:
    sessions.fails.append(NotFound("no_such_session", "There is no such session."))
    await timers.start()
    timers.wake("naqu")
    await wait_until(lambda: sessions.asked, "the session is asked")
    await asyncio.sleep(0.05)
    assert len(sessions.asked) == 1


async def test_many_wakes_at_once_are_few_questions(timers: Timers, sessions: Sessions) -> None:
    await timers.start()
    for _ in range(100):
        timers.wake("naqu")
    await wait_until(lambda: len(sessions.asked) == 2, "asked once, and once more for the rest")
    assert len(sessions.asked) == 2


async def test_nothing_is_asked_after_the_stop(timers: Timers, sessions: Sessions) -> None:
    await timers.start()
    await timers.stop()
    timers.wake("naqu")
    timers.gap()
    await no_task_left()
    assert sessions.asked == []
