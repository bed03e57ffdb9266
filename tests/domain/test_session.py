"""A session's record: what it may hold, and its own clock."""

import pytest

from livesell.domain.session import (
    MAX_LENGTH_MS,
    Session,
    State,
    check_link,
    check_planned,
    check_session,
    live_ms,
    zone_of,
)
from livesell.errors import BadInput
from tests.support.build import NOW_MS, a_session

MINUTE_MS = 60_000


def test_a_checked_session_has_clean_texts() -> None:
    checked = check_session(a_session(title=" 那曲 ", notice="一\r\n二"))
    assert (checked.title, checked.notice) == ("那曲", "一\n二")
    assert zone_of(checked).key == "Asia/Shanghai"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", "No"), ("title", ""), ("title", "x" * 81), ("host", " "), ("host", "x" * 41),
        ("zone", "Mars/Olympus"), ("zone", "../etc/passwd"), ("currency", "cny"), ("grace_s", -1),
        ("grace_s", 86_401), ("video", "ftp://x"), ("cover", "javascript:alert(1)"),
        ("notice", "x" * 201), ("fund", "<b>"),
    ],
)  # fmt: skip
def test_a_wrong_field_is_named(field: str, value: object) -> None:
    with pytest.raises(BadInput) as raised:
        check_session(a_session(**{field: value}))
    assert list(raised.value.fields) == ["session_id" if field == "id" else field]


@pytest.mark.parametrize(
    "link", ["", "https://x.example/a.m3u8?b=c", "http://x.example", "/media/a.mp4"]
)
def test_links_that_a_page_may_load(link: str) -> None:
    assert check_link(link, "video") == link


@pytest.mark.parametrize(
    "link",
    ["//evil.example", "/\\evil.example", "x.mp4", "data:text/html,x", "https://a b", "https://a\"b",
     "https://a'b", "https://a\\b", "HTTPS://x", "https://" + "x" * 500],
)  # fmt: skip
def test_links_that_it_may_not(link: str) -> None:
    with pytest.raises(BadInput):
        check_link(link, "video")


@pytest.mark.parametrize(
    ("start_ms", "end_ms"),
    [
        (NOW_MS, None), (None, NOW_MS), (NOW_MS, NOW_MS), (NOW_MS, NOW_MS - 1),
        (NOW_MS, NOW_MS + MAX_LENGTH_MS + 1), (-5, 5), (2**60, 2**60 + 5),
    ],
)  # fmt: skip
def test_planned_times_that_make_no_plan(start_ms: int | None, end_ms: int | None) -> None:
    with pytest.raises(BadInput):
        check_planned(start_ms, end_ms)


def test_planned_times_that_do() -> None:
    check_planned(None, None)
    check_planned(NOW_MS, NOW_MS + MAX_LENGTH_MS)


def at(**fields: int | None) -> Session:
    return a_session(state=State.LIVE, started_ms=NOW_MS, **fields)


def test_live_time_leaves_pauses_out() -> None:
    later_ms = NOW_MS + 10 * MINUTE_MS
    assert live_ms(a_session(), later_ms) == 0
    assert live_ms(at(), later_ms) == 10 * MINUTE_MS
    assert live_ms(at(paused_ms=2 * MINUTE_MS), later_ms) == 8 * MINUTE_MS
    assert live_ms(at(paused_since_ms=NOW_MS + 4 * MINUTE_MS), later_ms) == 4 * MINUTE_MS
    assert live_ms(at(ended_ms=NOW_MS + 6 * MINUTE_MS, paused_ms=MINUTE_MS), later_ms) == (
        5 * MINUTE_MS
    )
    assert live_ms(at(), NOW_MS - 5) == 0
