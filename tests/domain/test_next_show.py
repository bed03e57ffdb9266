"""Which show the viewers of one that is over are told of."""

from typing import Any

import pytest

from livesell.domain.next_show import next_show
from livesell.domain.session import Session, State
from tests.support.build import NOW_MS, a_session

HOUR_MS = 3_600_000
OVER = a_session(state=State.ENDED, owner="miao")


def coming(name: str, hours: int, **fields: Any) -> Session:
    start = NOW_MS + hours * HOUR_MS
    planned = {"planned_start_ms": start, "planned_end_ms": start + HOUR_MS}
    return a_session(**{"id": name, "host": "other", "state": State.SCHEDULED, **planned, **fields})


def test_the_same_host_comes_first_and_then_the_earliest() -> None:
    soon, late = coming("soon", 1), coming("late", 5)
    by_name, by_login = coming("by-name", 9, host="苗伟伦"), coming("by-login", 8, owner="miao")
    assert next_show([late, soon], OVER, NOW_MS) == soon
    assert next_show([soon, by_name, late], OVER, NOW_MS) == by_name
    assert next_show([soon, by_login, by_name], OVER, NOW_MS) == by_name
    assert next_show([soon, by_login], OVER, NOW_MS) == by_login
    assert next_show([], OVER, NOW_MS) is None


@pytest.mark.parametrize(
    "hidden",
    [
        *(coming("one", 1, state=state) for state in State if state is not State.SCHEDULED),
        coming("naqu", 1),
        coming("past", 0),
        coming("rehearsal", 1, rehearsal_of="x"),
    ],
)
def test_nothing_is_told_that_is_not_announced(hidden: Session) -> None:
    assert next_show([hidden], OVER, NOW_MS) is None


def test_nobody_owns_what_nobody_owns() -> None:
    over = a_session(state=State.ENDED)
    soon, late = coming("soon", 1), coming("late", 2, owner="")
    assert next_show([late, soon], over, NOW_MS) == soon
