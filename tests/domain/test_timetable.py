"""What the clock asks of a session, at and around each moment that matters."""

import pytest

from livesell.domain.session import Session, State
from livesell.domain.timetable import due, next_wake_ms
from tests.support.build import a_session

START_MS, END_MS, GRACE_S = 1_000_000, 4_600_000, 900
GRACE_MS = GRACE_S * 1000


def planned(state: State) -> Session:
    return a_session(
        state=state, planned_start_ms=START_MS, planned_end_ms=END_MS, grace_s=GRACE_S
    )  # fmt: skip


@pytest.mark.parametrize(
    ("state", "now_ms", "expected"),
    [
        (State.SCHEDULED, START_MS - 1, None),
        (State.SCHEDULED, START_MS, "start"),
        (State.SCHEDULED, START_MS + GRACE_MS, "start"),
        (State.SCHEDULED, START_MS + GRACE_MS + 1, "miss"),
        (State.LIVE, END_MS - 1, None),
        (State.LIVE, END_MS, "end"),
        (State.PAUSED, END_MS, "end"),
        (State.DRAFT, END_MS, None),
        (State.MISSED, START_MS, None),
        (State.ENDED, END_MS, None),
        (State.CANCELLED, START_MS, None),
    ],
)
def test_what_is_due(state: State, now_ms: int, expected: str | None) -> None:
    assert due(planned(state), now_ms) == expected


def test_a_show_whose_end_has_passed_was_missed_whatever_its_grace() -> None:
    short = a_session(
        state=State.SCHEDULED, planned_start_ms=START_MS, planned_end_ms=START_MS + 10, grace_s=900
    )
    assert due(short, START_MS + 9) == "start"
    assert due(short, START_MS + 10) == "miss"


def test_a_show_without_an_end_is_never_ended_by_the_clock() -> None:
    assert due(a_session(state=State.LIVE), 10**15) is None


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (State.SCHEDULED, START_MS), (State.LIVE, END_MS), (State.PAUSED, END_MS),
        (State.DRAFT, None), (State.ENDED, None), (State.MISSED, None), (State.CANCELLED, None),
    ],
)  # fmt: skip
def test_when_to_ask_again(state: State, expected: int | None) -> None:
    assert next_wake_ms(planned(state)) == expected
