"""Sessions of one host at the same time are noticed, and others are not."""

from typing import Any

import pytest

from livesell.domain.overlap import check_is_off_air, check_plan_is_free
from livesell.domain.role import Role
from livesell.domain.session import Session, State
from livesell.errors import Conflict
from tests.support.build import NOW_MS, a_session

HOUR = 3_600_000


def planned(start: float, end: float, **fields: Any) -> Session:
    """A scheduled session called "other", by hours from now."""
    return a_session(
        **{
            "id": "other",
            "state": State.SCHEDULED,
            "planned_start_ms": NOW_MS + round(start * HOUR),
            "planned_end_ms": NOW_MS + round(end * HOUR),
            "owner": "miao",
            **fields,
        }
    )


def overlaps(other: Session, by: Role = Role.ADMIN, **fields: Any) -> bool:
    """Whether a session from one to two hours from now is in the way of `other`."""
    session = a_session(**{"owner": "miao", **fields})
    try:
        check_plan_is_free(session, (NOW_MS + HOUR, NOW_MS + 2 * HOUR), [other], by=by)
    except Conflict as conflict:
        return conflict.code == "overlaps" and conflict.data["session"] == other.id
    return False


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (0, 1, False),
        (0, 1.001, True),
        (1.2, 1.5, True),
        (0.5, 3, True),
        (1.999, 3, True),
        (2, 3, False),
    ],
)
def test_times_that_touch_are_free_and_times_that_cross_are_not(
    start: float, end: float, expected: bool
) -> None:
    assert overlaps(planned(start, end)) is expected


@pytest.mark.parametrize("state", State)
def test_only_what_is_scheduled_or_on_air_takes_time(state: State) -> None:
    other = planned(1, 2, state=state, started_ms=NOW_MS + HOUR)
    assert overlaps(other) is (state in (State.SCHEDULED, State.LIVE, State.PAUSED))


def test_what_is_on_air_takes_the_time_from_its_start() -> None:
    late = planned(-30, 1.5, state=State.LIVE, started_ms=NOW_MS)
    assert overlaps(late)


def test_it_is_about_one_host() -> None:
    assert overlaps(planned(1, 2, host="Miao Weilun"), host="MIAO weilun")
    assert not overlaps(planned(1, 2, host="扎西"))
    assert overlaps(planned(1, 2, host="扎西"), by=Role.HOST)
    assert not overlaps(planned(1, 2, host="扎西", owner="tashi"), by=Role.HOST)


def test_a_session_is_not_in_its_own_way() -> None:
    assert not overlaps(planned(1, 2, id="naqu"))


@pytest.mark.parametrize("state", State)
def test_nobody_is_on_air_twice(state: State) -> None:
    other = planned(1, 2, state=state)
    if state not in (State.LIVE, State.PAUSED):
        check_is_off_air(a_session(), [other], by=Role.HOST)
        return
    with pytest.raises(Conflict) as refused:
        check_is_off_air(a_session(), [other], by=Role.HOST)
    assert refused.value.code == "overlaps"
