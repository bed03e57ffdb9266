"""The first fact that the records do not bear out."""

from typing import Any

import pytest
from msgspec.structs import replace

from livesell.domain.order import Order
from livesell.domain.trace import first_wrong
from livesell.domain.truth import Entry
from tests.domain import truths


def spoiled(at: int, **data: Any) -> list[Entry]:
    """The ledger with other data in the entry of order `at`, counted from 0."""
    entries = truths.ledger()
    places = [place for place, entry in enumerate(entries) if entry.kind == "ordered"]
    entry = entries[places[at]]
    entries[places[at]] = replace(entry, data={**entry.data, **data})
    return entries


def test_facts_and_records_that_agree_have_no_trace() -> None:
    assert first_wrong(truths.ledger(), truths.orders()) is None


@pytest.mark.parametrize("at", range(3))
def test_a_fact_without_its_record_is_named(at: int) -> None:
    orders = truths.orders()
    gone = orders.pop(at)
    first = first_wrong(truths.ledger(), orders)
    assert first is not None
    assert (first.about, first.kind) == (gone.id, "ordered")
    assert first.says == "It tells of an order that is not on record."
    assert truths.ledger()[first.n - 1].id == first.id


def test_a_fact_that_says_something_else_is_named() -> None:
    first = first_wrong(spoiled(1, amount=32_801), truths.orders())
    assert first is not None
    assert first.says == "It says amount 32801, and the order on record says 32800."


def test_an_order_told_twice_is_named() -> None:
    first = first_wrong([*truths.ledger(), spoiled(0)[8]], truths.orders())
    assert first is not None
    assert (first.n, first.says) == (17, "It tells of an order for the second time.")


def test_a_transition_before_its_order_is_named() -> None:
    early = Entry(id="0-1", kind="order_paid", at_ms=1, by="x", data={"id": "o2"})
    first = first_wrong([early, *truths.ledger()], truths.orders())
    assert first is not None
    assert (first.n, first.id) == (1, "0-1")


def test_a_record_that_the_ledger_does_not_know_is_named() -> None:
    orders: list[Order] = [*truths.orders(), replace(truths.orders()[0], id="o9", n=4)]
    first = first_wrong(truths.ledger(), orders)
    assert first is not None
    assert (first.n, first.about) == (0, "o9")
