"""Every way of counting stands beside the others, and what differs is told in a sentence."""

import io
from typing import Any

import msgspec
from rich.console import Console

from livesell.domain.figures import figures
from livesell.domain.recount import Recount
from livesell.domain.session import Session
from livesell.domain.truth import Tally, Truth
from livesell.replay.histogram import Histogram
from livesell.replay.plan import Expected
from livesell.replay.report import print_result
from livesell.replay.result import Played, ReplayResult, compared
from livesell.replay.talk import Counts, Result
from livesell.replay.usage import Use

TALLY = Tally(orders=5, units=6, ordered=2500, donated=100, likes=40, viewers=9)


def result(
    *, tally: Tally = TALLY, counts: dict[str, Any] | None = None, unanswered: int = 0,
    troubles: list[str] | None = None, recounted: dict[str, int] | None = None,
) -> ReplayResult:  # fmt: skip
    """An exact result, unless told otherwise."""
    truth = Truth(
        version=1, session=Session(id="naqu", title="t", host="h"), cards={}, units={},
        tally=tally, concurrent=0, nodes={}, ticker=(), as_of_ms=0,
    )  # fmt: skip
    sent: dict[str, Any] = {
        "joined": 9, "greeted": 9, "told": 40, "placed": 7, "answered": 7, "orders": 5, "units": 6,
        "gross": 2500, "refused": {"sold_out": 2},
    }  # fmt: skip
    latency = Histogram()
    latency.add(12.0)
    one = Result(
        counts=Counts(**{**sent, **(counts or {})}),
        delivery=latency.packed(), delivery_max_ms=12.0, acknowledged=[], acknowledged_max_ms=0.0,
        cpu_s=1.0, peak_kib=1, unanswered=unanswered,
    )  # fmt: skip
    expected = Expected(
        viewers=9, likes=40, attempts=7, orders=5, units=6, gross=2500, donated=100,
        refused={"sold_out": 2}, cards={},
    )  # fmt: skip
    played = Played(
        session="naqu", expected=expected, results=[one], witnesses=3, troubles=troubles or [],
        likes_shown=40, moves=2, uses=[Use(name="service", pid=1, cpu_s=2.0, peak_mib=100.0)],
    )  # fmt: skip
    totals = {name: getattr(tally, name) for name in Tally.__struct_fields__}
    recount = Recount(
        session="naqu", as_of=0, entries=1, checks=50, differences=(),
        totals={**totals, **(recounted or {})},
    )  # fmt: skip
    return compared(
        played, figures(truth, {}, "ordered"), recount, scenario="naqu", speed=60, seconds=60
    )


def test_equal_counts_are_exact() -> None:
    assert result().is_exact
    assert result().differences == []


def test_a_count_that_differs_is_told_with_both_sides() -> None:
    tally = msgspec.structs.replace(TALLY, likes=39, ordered=2400)
    differences = result(tally=tally).differences
    assert "Likes: 40 acknowledged, but 39 counted." in differences
    assert "Gross: ¥25.00 acknowledged, but ¥24.00 counted." in differences


def test_what_the_ledger_lacks_is_told() -> None:
    assert result(recounted={"orders": 4}).differences == ["Orders: 5 counted, but 4 recounted."]


def test_a_refusal_that_was_not_planned_is_a_difference() -> None:
    refused = {"sold_out": 2, "closed": 1}
    differences = result(counts={"refused": refused, "placed": 8, "answered": 8}).differences
    assert "Refused: closed: 0 planned, but 1 acknowledged." in differences


def test_everything_else_that_went_wrong_is_a_difference() -> None:
    odd = result(
        counts={"contradicted": 1, "turned_away": {4504: 2}, "errors": {"bad_message": 3}},
        unanswered=4,
        troubles=["The host's move at 01:00 was not taken: no."],
    )
    assert not odd.is_exact
    assert odd.differences == [
        "4 orders never got an answer.",
        "1 orders got two answers that cannot both be true.",
        "2 connections were closed for good with 4504.",
        "3 messages were answered with the error bad_message.",
        "The host's move at 01:00 was not taken: no.",
    ]


def printed(one: ReplayResult, *, width: int = 120) -> str:
    console = Console(file=io.StringIO(), width=width)
    print_result(one, console)
    text: str = console.file.getvalue()  # type: ignore[attr-defined]
    return text


def test_the_report_shows_all_and_ends_with_the_verdict() -> None:
    text = printed(result())
    for word in ("planned", "recounted", "¥25.00", "patch delivered", "12.0", "service", "Review"):
        assert word in text
    assert "Exact." in text
    assert "≠" not in text


def test_a_million_of_sales_fits_into_80_columns() -> None:
    million = 107_982_900
    rows = [
        msgspec.structs.replace(
            row, planned=million, sent=million, acknowledged=million, counted=million,
            recounted=million,
        )
        for row in result().rows
        if row.is_money
    ]  # fmt: skip
    text = printed(msgspec.structs.replace(result(), rows=rows), width=80)
    assert text.count("¥1,079,829") >= 5
    assert "✓" in text
    assert "…" not in text


def test_the_report_of_a_difference_marks_the_row() -> None:
    text = printed(result(recounted={"orders": 4}))
    assert "≠" in text
    assert "1 differences." in text
    assert "Orders: 5 counted, but 4 recounted." in text


def test_programs_get_the_result_as_json() -> None:
    whole = msgspec.json.decode(msgspec.json.encode(result()))
    assert whole["is_exact"] is True
    assert whole["delivery"]["p99"] == 12.0
