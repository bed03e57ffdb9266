"""One timer a session wakes all that the clock causes, whatever one of them raises."""

import pytest

from livesell.actions.chores import ASK_AGAIN_MS, ASK_CLOSED_MS, BROKEN_AGAIN_MS, Chore, Chores
from livesell.actions.timetable import Timetable
from livesell.domain.command import End
from livesell.domain.session import Session
from livesell.errors import Busy, NotFound
from livesell.store import Store
from tests.support.build import NOW_MS, FakeClock, command, given_live, given_session


class Told:
    """A chore that does what a test says."""

    def __init__(self, answer: int | None | Exception = None) -> None:
        self.answer = answer
        self.asked: list[str] = []

    async def do(self, session_id: str) -> int | None:
        self.asked.append(session_id)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def of(store: Store, clock: FakeClock, *chores: Told) -> Chores:
    return Chores(store, clock, [Chore(f"chore {n}", one.do) for n, one in enumerate(chores)])


async def test_the_soonest_of_all_is_the_answer(store: Store, clock: FakeClock) -> None:
    chores = of(store, clock, Told(NOW_MS + 9), Told(None), Told(NOW_MS + 5))
    assert await chores.wake("naqu") == NOW_MS + 5
    assert await of(store, clock, Told(None)).wake("naqu") is None


async def test_each_has_its_turn_whatever_another_raises(store: Store, clock: FakeClock) -> None:
    away, last = Told(Busy("busy", "Away.")), Told(NOW_MS + 5)
    with pytest.raises(Busy):
        await of(store, clock, away, last).wake("naqu")
    assert last.asked == ["naqu"]
    assert await of(store, clock, Told(NotFound("no_such_session", "")), last).wake("x") is not None


async def test_a_chore_that_breaks_is_tried_again_later(
    store: Store, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    broken = Told(ZeroDivisionError())
    assert await of(store, clock, broken).wake("naqu") == NOW_MS + BROKEN_AGAIN_MS
    assert "chore 0" in caplog.text


async def test_each_session_is_asked_after_a_start_and_again_now_and_then(
    store: Store, clock: FakeClock
) -> None:
    await given_live(store)
    await given_session(store, id="draft")
    await given_live(store, id="over")
    await command(store, End(), "over")
    told = Told(None)
    chores = of(store, clock, told)
    plan = await chores.all()
    assert plan["naqu"] == NOW_MS
    assert set(plan) == {"naqu", "draft", "over"}
    for session_id in plan:
        await chores.wake(session_id)
    assert await chores.all() == {
        "naqu": NOW_MS,
        "draft": NOW_MS + ASK_AGAIN_MS,
        "over": NOW_MS + ASK_CLOSED_MS,
    }
    told.answer = NOW_MS + 7
    await chores.wake("over")
    assert (await chores.all())["over"] == NOW_MS + 7


async def test_plans_are_kept_to(store: Store, clock: FakeClock) -> None:
    start_ms = NOW_MS + 60_000
    await given_session(store, planned_start_ms=start_ms, planned_end_ms=start_ms + 60_000)
    timetable = Timetable(store, clock)

    async def plan(sessions: list[Session]) -> dict[str, int]:
        return {one.id: NOW_MS + 1 for one in sessions}

    chores = Chores(
        store,
        clock,
        [Chore("timetable", timetable.wake, timetable.plan), Chore("x", Told(None).do, plan)],
    )
    await chores.wake("naqu")
    assert await chores.all() == {"naqu": NOW_MS + 1}
