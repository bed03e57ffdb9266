"""A recount of a session computed by hand is exact, and names every kind of difference."""

from typing import Any

import pytest
from msgspec.structs import replace

from livesell.domain.card import Units
from livesell.domain.recount import Evidence, recount
from livesell.domain.truth import Bucket, Entry, Tally
from tests.domain import truths
from tests.domain.truths import at, evidence, tally, truth, units


def named(found: Evidence) -> set[tuple[str, str]]:
    return {(one.what, one.source) for one in recount(found).differences}


def test_the_session_computed_by_hand_is_exact() -> None:
    result = recount(evidence())
    assert result.differences == ()
    assert result.is_exact
    assert (result.session, result.as_of, result.entries) == ("naqu", at(20), 16)
    assert result.checks > 50
    assert Tally(**result.totals) == tally()


@pytest.mark.parametrize("name", Tally.__struct_fields__)
def test_a_total_that_the_ledger_does_not_bear_out(name: str) -> None:
    wrong = tally(**{name: getattr(tally(), name) + 1})
    assert (name, "ledger") in named(evidence(truth=truth(tally=wrong)))


@pytest.mark.parametrize("name", Units.__struct_fields__)
def test_a_card_that_the_ledger_does_not_bear_out(name: str) -> None:
    tea = units()["tea"]
    wrong = {**units(), "tea": replace(tea, **{name: getattr(tea, name) + 1})}
    found = named(evidence(truth=truth(units=wrong)))
    assert (f"tea {name}", "ledger") in found
    if name in ("allocated", "free", "held", "sold", "written_off"):
        assert ("tea allocated", "free+held+sold+written") in found


@pytest.mark.parametrize("name", ["free", "held", "sold", "flash", "offered", "waiting"])
def test_a_count_below_zero(name: str) -> None:
    wrong = {**units(), "tea": replace(units()["tea"], **{name: -1})}
    found = recount(evidence(truth=truth(units=wrong))).differences
    (one,) = [one for one in found if one.source == "never below zero"]
    assert (one.what, one.counted) == (f"tea {name}", -1)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"likes_by_visits": 14}, ("likes", "visits")),
        ({"likers": 3}, ("likers", "set of likers")),
        ({"viewers": 1}, ("viewers", "set of viewers")),
        ({"buyers": {"a": 3}}, ("buyers", "set of buyers")),
        ({"buyers": {"a": 1, "b": 1}}, ("buyers that differ", "ledger")),
        ({"taken": {"a/tea": 4, "b/yak": 1}}, ("units taken that differ", "orders on record")),
        ({"holds": {"o1": 5}}, ("holds that differ", "orders on record")),
        ({"watch_ms": 1}, ("watch_ms", "viewers")),
        ({"orders": truths.orders()[:2]}, ("orders", "orders on record")),
        ({"orders": truths.orders()[:2]}, ("tea sold", "its orders")),
        ({"ledger": truths.ledger()[:-1]}, ("orders", "ledger")),
        ({"ledger": truths.ledger()[:-1]}, ("timeline buckets that differ", "ledger")),
        ({"ledger": []}, ("tea allocated", "ledger")),
    ],
)
def test_each_source_that_does_not_agree(
    changes: dict[str, Any], expected: tuple[str, str]
) -> None:
    assert expected in named(evidence(**changes))


def test_an_order_with_another_amount() -> None:
    first, *rest = truths.orders()
    found = named(evidence(orders=[replace(first, amount=999), *rest]))
    assert {("ordered", "orders on record"), ("tea ordered", "its orders")} <= found
    assert ("order o1: another amount", "ledger") in found


def test_an_order_number_given_twice() -> None:
    first, *rest = truths.orders()
    found = named(evidence(orders=[replace(first, n=2), *rest]))
    assert ("order numbers", "each number once") in found
    assert ("order o1: another n", "ledger") in found


@pytest.mark.parametrize("name", ["likes", "orders", "units", "ordered", "paid", "refunded"])
def test_a_bucket_that_differs(name: str) -> None:
    timeline = truths.timeline()
    setattr(timeline[at(10)], name, getattr(timeline[at(10)], name) + 1)
    assert named(evidence(timeline=timeline)) == {
        (name, "timeline"), ("timeline buckets that differ", "ledger"),
    }  # fmt: skip


def test_joins_and_the_peak_of_the_timeline() -> None:
    timeline = {**truths.timeline(), at(30): Bucket(concurrent=9, joins=1)}
    assert named(evidence(timeline=timeline)) == {
        ("views", "timeline"), ("peak", "timeline"), ("timeline buckets that differ", "ledger"),
    }  # fmt: skip


def test_a_fact_repeated_in_the_ledger() -> None:
    ledger = [*truths.ledger(), truths.ledger()[-1]]
    found = named(evidence(ledger=ledger))
    assert {("orders", "ledger"), ("ordered", "ledger"), ("tea sold", "ledger")} <= found


def test_a_card_that_only_the_ledger_knows() -> None:
    data = {"card": "ghost", "slot": 9, "price": 1, "stock": 5}
    ghost = Entry(id="0-1", kind="card_added", at_ms=at(0), by="x", data=data)
    found = named(evidence(ledger=[*truths.ledger(), ghost]))
    assert found == {("ghost allocated", "ledger"), ("ghost free", "ledger")}


def test_a_viewer_joined_twice_is_one() -> None:
    again = Entry(
        id="1-1", kind="attended", at_ms=at(13), by="n",
        data={"joined": ["a", "b"], "views": 0, "watch_ms": 0},
    )  # fmt: skip
    assert recount(evidence(ledger=[*truths.ledger(), again])).is_exact


def test_kinds_that_count_nothing_are_read_over() -> None:
    later = Entry(id="9-9", kind="settled_some_day", at_ms=at(19), by="x", data={"a": 1})
    assert recount(evidence(ledger=[*truths.ledger(), later])).is_exact
