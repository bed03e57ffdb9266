"""The small rules of the audience: places, short ids, what is looked for, bounded counts."""

import random

import pytest

from livesell.domain.audience import (
    MOST_COUNTED,
    MOST_TOLD,
    Place,
    Ranking,
    Refusals,
    check_cause,
    matches,
    order_number,
    place_text,
    read_place,
    short_id,
)
from livesell.domain.ids import new_viewer_id
from livesell.domain.marks import Marks
from livesell.errors import BadInput


def test_a_ranking_keeps_the_first_and_turns_pages_without_a_gap() -> None:
    random.seed(5)
    everyone = [Place(random.randrange(50), f"v{n}") for n in range(500)]
    pages: list[Place] = []
    after = None
    while True:
        ranking = Ranking(7, after)
        for start in range(0, 500, 30):
            # The store may tell one twice.
            ranking.add(everyone[max(0, start - 3) : start + 30])
        pages += ranking.places
        if not ranking.has_more:
            break
        after = read_place(place_text(ranking.places[-1]))
    assert pages == sorted(everyone, reverse=True)


def test_who_comes_twice_stands_where_they_came_last() -> None:
    ranking = Ranking(3)
    ranking.add([Place(1, "a"), Place(5, "b")])
    ranking.add([Place(9, "a")])
    assert ranking.places == [Place(9, "a"), Place(5, "b")]
    assert not ranking.has_more


@pytest.mark.parametrize("text", ["", "5", "~v", "x~v", "-1~v", "9" * 17 + "~v", "٣~v"])
def test_a_place_that_was_never_told_is_refused(text: str) -> None:
    with pytest.raises(BadInput) as error:
        read_place(text)
    assert set(error.value.fields) == {"after"}


def test_short_ids_tell_apart_and_find_their_viewer() -> None:
    ids = [new_viewer_id() for _ in range(1000)]
    assert len({short_id(one) for one in ids}) == 1000
    for one in (*ids[:20], "customer:000123", "v1", "customer-1"):
        assert matches(one, short_id(one))
        assert len(short_id(one)) <= 9
    assert short_id("customer:000123") == "cust…0123"
    assert not matches("customer:000124", "cust…0123")


@pytest.mark.parametrize(
    ("typed", "n"),
    [("12", 12), ("#12", 12), ("＃ 12", 12), ("0", 0), ("v12", None), ("", None), ("1" * 10, None),
     ("-1", None), ("٣", None)],
)  # fmt: skip
def test_an_order_number_is_read(typed: str, n: int | None) -> None:
    assert order_number(typed) == n


def test_a_cause_is_one_line_of_plain_text() -> None:
    assert check_cause("  刷屏 ", required=True) == "刷屏"
    assert check_cause("", required=False) == ""
    for bad, code in (
        ("", "empty_text"),
        (" \u200b ", "empty_text"),
        ("x" * 201, "text_too_long"),
        ("a\nb", "control_characters"),
        ("<img src=x onerror=alert(1)>", "markup"),
    ):
        with pytest.raises(BadInput) as error:
            check_cause(bad, required=True)
        assert (error.value.code, set(error.value.fields)) == (code, {"cause"})


def test_refusals_are_bounded_and_name_the_worst() -> None:
    refusals = Refusals()
    for n in range(5 * MOST_COUNTED):
        refusals.add(f"v{n}")
        refusals.add("v7")
    assert len(refusals) == MOST_COUNTED
    told = refusals.take()
    assert len(told) == MOST_TOLD
    assert told["v7"] == 5 * MOST_COUNTED + 1
    assert len(refusals) == 0
    assert refusals.take() == {}


def test_marks_tell_what_does_not_fit() -> None:
    marks = Marks()
    assert marks.note("banned", "v") == ""
    assert marks.note("muted", "v") == ""
    assert marks.note("banned", "v") == "the viewer was banned before"
    assert marks.note("unmuted", "w") == "the viewer was not muted"
    assert marks.note("unbanned", "v") == ""
    assert (marks.muted, marks.banned) == ({"v"}, set())
