"""What each audience sees: nothing more, and never a null."""

from typing import Any

import msgspec
from msgspec.structs import replace

from livesell.domain.document import crew_document, viewer_document
from livesell.domain.truth import bucket_of
from tests.domain import truths
from tests.domain.truths import a_session_on_air, at, truth


def nulls(value: Any) -> bool:
    if isinstance(value, dict):
        return any(nulls(one) for one in value.values())
    if isinstance(value, list):
        return any(nulls(one) for one in value)
    return value is None


def test_the_viewers_document() -> None:
    document = viewer_document(truth())
    assert set(document) == {"session", "cards", "tally", "ticker"}
    assert document["session"]["state"] == "live"
    assert document["session"]["started"] == at(0)
    assert document["cards"]["tea"] == {
        "slot": 1, "title": "清风度西藏凉茶", "price": 500, "stock": 95, "sold": 5, "open": True,
        "badges": ["公益"],
    }  # fmt: skip
    assert document["cards"]["yak"]["was"] == 39_800
    assert document["cards"]["yak"]["limit"] == 2
    assert document["tally"] == {
        "viewers": 2, "concurrent": 2, "likes": 15, "orders": 3, "donated": 100,
    }  # fmt: skip
    assert document["ticker"][0] == {
        "n": 3, "name": "a**", "card": "tea", "units": 3, "at": at(16),
    }  # fmt: skip


def test_what_is_paid_in_advance_is_said_before_the_order() -> None:
    assert "payment" not in viewer_document(truth())["session"]
    for document in (
        viewer_document(truth(), hold_ms=900_000),
        crew_document(truth(), "paid", hold_ms=900_000),
    ):
        session = document["session"]
        assert (session["payment"], session["hold_minutes"]) == ("prepaid", 15)


def test_what_is_shown_and_announced_is_there_only_while_it_is() -> None:
    session = a_session_on_air(shown="tea", shown_since_ms=at(1), notice="包邮")
    document = viewer_document(truth(session=session))
    assert (document["shown"], document["notice"]) == ("tea", "包邮")
    assert document["session"]["shown_since"] == at(1)


def test_viewers_see_sales_only_when_the_session_says_so() -> None:
    assert "gross" not in viewer_document(truth())["tally"]
    public = truth(session=a_session_on_air(public_gross=True))
    assert viewer_document(public)["tally"]["gross"] == truths.GROSS


def test_donations_are_shown_where_there_is_a_fund() -> None:
    assert "donated" not in viewer_document(truth(session=a_session_on_air(fund="")))["tally"]


def test_viewers_see_nothing_that_is_the_crews() -> None:
    text = msgspec.json.encode(viewer_document(truth())).decode()
    for word in ("allocated", "figures", "nodes", "rundown", "owner", "grace", "version", "35300"):
        assert word not in text


def test_the_crew_sees_the_same_and_more() -> None:
    document = crew_document(truth(session=a_session_on_air(owner="miao")), "ordered")
    assert (document["version"], document["rundown"]) == (7, ["tea", "yak"])
    assert document["session"]["owner"] == "miao"
    assert document["figures"] == {
        "gross": truths.GROSS, "gross_kind": "ordered", "units": 6, "buyers": 2, "likers": 2,
        "views": 3, "peak": 2, "donated": 100, "ordered": truths.GROSS, "paid": 0, "refunded": 0,
        "held_orders": 0, "held_amount": 0, "paid_orders": 0, "cancelled_orders": 0,
        "expired_orders": 0, "offline_orders": 0, "offline_amount": 0,
    }  # fmt: skip
    tea = document["cards"]["tea"]
    assert (tea["allocated"], tea["orders"], tea["gross"], tea["donation"]) == (100, 2, 2500, 20)
    assert (tea["windows"], tea["window_ms"]) == (1, 11_000)
    assert document["nodes"] == {"n1": {"viewers": 2, "crew": 1, "lag_ms": 2}}
    viewers = viewer_document(truth())
    assert document["tally"] == viewers["tally"]


def test_a_running_window_is_not_counted_so_that_the_document_rests() -> None:
    cards = truths.cards()
    cards["tea"] = replace(cards["tea"], windows=((at(1), at(12)), (at(15), None)))
    tea = crew_document(truth(cards=cards), "ordered")["cards"]["tea"]
    assert (tea["windows"], tea["window_ms"]) == (2, 11_000)


def test_no_document_ever_holds_a_null() -> None:
    bare = truth(session=a_session_on_air(planned_start_ms=None, planned_end_ms=None, fund=""))
    for known in (truth(), bare):
        assert not nulls(viewer_document(known))
        assert not nulls(crew_document(known, "ordered"))


def test_a_bucket_begins_at_its_ten_seconds() -> None:
    assert [bucket_of(at(second)) for second in (0, 9, 10)] == [at(0), at(0), at(10)]
