"""Campaigns: their rules, and the figures of several sessions as one event."""

from typing import Any

import pytest
from msgspec.structs import replace

from livesell.domain.campaign import Campaign, check_campaign, edited
from livesell.domain.figures import Figures, event_figures, figures
from livesell.errors import BadInput, Conflict
from tests.domain import truths

FEST = Campaign(id="naqu-2020", title="那曲购物节")


def a_part(**fields: Any) -> Figures:
    return replace(figures(truths.truth(), {}, "ordered"), **fields)


def test_texts_are_cleaned() -> None:
    assert check_campaign(replace(FEST, title=" 购物节 ", note="a\r\nb")).note == "a\nb"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "<img src=x>"}, "title"),
        ({"note": "x" * 1001}, "note"),
        ({"id": "那曲"}, "campaign_id"),
    ],
)
def test_what_cannot_be_is_refused(fields: dict[str, Any], field: str) -> None:
    with pytest.raises(BadInput) as refused:
        check_campaign(replace(FEST, **fields))
    assert list(refused.value.fields) == [field]


def test_an_edit_makes_a_version_and_one_that_changes_nothing_does_not() -> None:
    after = edited(FEST, title="虫草节", note="", expected_version=1)
    assert (after.title, after.version) == ("虫草节", 2)
    assert edited(after, title="虫草节", note="", expected_version=2) is after


def test_an_edit_of_what_was_changed_meanwhile_is_told_what_holds() -> None:
    with pytest.raises(Conflict) as refused:
        edited(replace(FEST, version=4), title="x", note="", expected_version=3)
    assert refused.value.code == "campaign_changed"
    assert refused.value.data == {"version": 4, "title": "那曲购物节", "note": ""}


def test_sums_are_by_currency_and_people_are_counted_once() -> None:
    parts = [
        a_part(gross=100, orders=2, views=10, peak=7, likes=3, live_s=60),
        a_part(gross=50, orders=1, views=5, peak=9, likes=1, live_s=30),
        a_part(gross=7, currency="USD", orders=1, views=1, peak=1, likes=0, live_s=10),
    ]
    found = event_figures(parts, viewers=11, buyers=3, as_of_ms=5)
    assert (found.viewers, found.buyers, found.views, found.peak) == (11, 3, 16, 9)
    assert (found.sessions, found.likes, found.live_s, found.as_of) == (3, 4, 100, 5)
    assert [(one.currency, one.sessions, one.gross, one.orders) for one in found.sums] == [
        ("CNY", 2, 150, 3),
        ("USD", 1, 7, 1),
    ]


def test_an_event_without_sessions_is_all_noughts() -> None:
    found = event_figures([], viewers=0, buyers=0, as_of_ms=5)
    assert (found.sessions, found.peak, found.sums) == (0, 0, ())
