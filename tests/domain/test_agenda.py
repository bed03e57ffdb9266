"""The list of sessions: parts, filters, order and pages."""

from typing import Any

import pytest

from livesell.domain.agenda import Page, Wish, page_of, part_of
from livesell.domain.session import Session, State
from livesell.errors import BadInput
from tests.support.build import NOW_MS, a_session

HOUR = 3_600_000


def session(
    name: str, state: State = State.SCHEDULED, start: int | None = 0, **fields: Any
) -> Session:
    """A session of an hour that starts so many hours from now."""
    start_ms = None if start is None else NOW_MS + start * HOUR
    end_ms = None if start_ms is None else start_ms + HOUR
    plan = {"planned_start_ms": start_ms, "planned_end_ms": end_ms}
    return a_session(**{"id": name, "state": state, **plan, **fields})


SESSIONS = [
    session("soon", start=1),
    session("later", start=50, host="Tashi"),
    session("idea", State.DRAFT, None),
    session("on", State.LIVE, 0, started_ms=NOW_MS, campaign="fest"),
    session("held", State.PAUSED, -1, started_ms=NOW_MS - HOUR),
    session("over", State.ENDED, -9, started_ms=NOW_MS - 9 * HOUR, ended_ms=NOW_MS - 8 * HOUR),
    session("off", State.CANCELLED, -5, title="虫草 Ｆｅｓｔ"),
    session("lost", State.MISSED, -20),
]


def ids(page: Page) -> list[str]:
    return [one.id for one in page.sessions]


def found(**wish: Any) -> list[str]:
    return ids(page_of(SESSIONS, Wish(**wish), limit=100))


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        ("now", ["on", "held"]),
        ("next", ["soon", "later", "idea"]),
        ("past", ["off", "over", "lost"]),
    ],
)
def test_each_part_in_its_order(part: Any, expected: list[str]) -> None:
    assert found(part=part) == expected


def test_every_state_has_its_part() -> None:
    assert {part_of(a_session(state=state)) for state in State} == {"now", "next", "past"}


def test_all_of_them_are_listed_latest_first_and_drafts_before_them() -> None:
    assert found() == ["idea", "later", "soon", "on", "held", "off", "over", "lost"]


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        ({"host": "Tashi"}, ["later"]),
        ({"campaign": "fest"}, ["on"]),
        ({"state": State.MISSED}, ["lost"]),
        ({"words": "fest 虫草"}, ["off"]),
        ({"words": "tash"}, ["later"]),
        ({"words": "nowhere"}, []),
        ({"from_ms": NOW_MS, "to_ms": NOW_MS + 2 * HOUR}, ["soon", "on"]),
        ({"from_ms": NOW_MS + HOUR, "to_ms": NOW_MS + HOUR + 1}, ["soon"]),
        ({"to_ms": NOW_MS - 10 * HOUR}, ["lost"]),
    ],
)
def test_what_is_asked_for(wish: dict[str, Any], expected: list[str]) -> None:
    assert found(**wish) == expected


def test_pages_follow_each_other_without_a_gap() -> None:
    seen: list[str] = []
    after = ""
    while True:
        page = page_of(SESSIONS, Wish(), after=after, limit=3)
        seen += ids(page)
        assert page.total == len(SESSIONS)
        if page.next is None:
            break
        after = page.next
    assert seen == found()


def test_the_last_full_page_has_no_next_one() -> None:
    assert page_of(SESSIONS, Wish(), limit=len(SESSIONS)).next is None


def test_a_place_that_is_gone_is_told() -> None:
    with pytest.raises(BadInput) as refused:
        page_of(SESSIONS, Wish(), after="gone", limit=3)
    assert "after" in refused.value.fields


def test_the_names_of_hosts_are_those_of_the_whole_list() -> None:
    assert page_of(SESSIONS, Wish(host="Tashi"), limit=3).hosts == ["Tashi", "苗伟伦"]
