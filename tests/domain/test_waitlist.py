"""The words of the waitlist: units from pieces, what the clock says, what the crew sees."""

from typing import Any

import pytest

from livesell.domain.card import Gift
from livesell.domain.waitlist import (
    WAIT_REFUSALS,
    Offer,
    QueueEntry,
    Waiting,
    as_of,
    card_queues,
    check_units,
    units_of,
    wait_refusal,
)
from livesell.errors import Refused
from tests.support.build import NOW_MS, a_card


def test_pieces_are_units_of_the_card_that_was_asked_for() -> None:
    ten = a_card(id="ten", of="tea", pack=10)
    assert units_of(a_card(), 3) == 3
    assert units_of(ten, 20) == 2
    with_more_of_the_same = a_card(gifts=(Gift(card="tea", units=1), Gift(card="cup", units=2)))
    assert units_of(with_more_of_the_same, 6) == 3
    # A gift that was added meanwhile does not make anybody's wish vanish.
    assert units_of(ten, 9) == 1


def test_an_offer_is_over_by_the_clock() -> None:
    entry = QueueEntry(card="tea", state="offered", units=1, until_ms=NOW_MS)
    assert as_of(entry, NOW_MS - 1) == entry
    over = as_of(entry, NOW_MS)
    assert (over.state, over.until_ms) == ("lapsed", None)
    waiting = QueueEntry(card="tea", state="waiting", units=1, place=3)
    assert as_of(waiting, NOW_MS) == waiting


def test_the_crew_sees_every_queue_in_the_order_of_the_slots() -> None:
    cards = {
        "ten": a_card(id="ten", of="tea", pack=10),
        "tea": a_card(),
        "cup": a_card(id="cup"),
    }
    offer = Offer("ten", "ann", 1, NOW_MS)
    queue = [Waiting("tea", f"v{n}", 2, n + 1) for n in range(5)]
    ten, tea = card_queues(cards, queue, [offer], most=3)
    assert (ten.card, ten.length, ten.units, ten.offers) == ("ten", 0, 0, (offer,))
    assert (tea.card, tea.length, tea.units) == ("tea", 5, 10)
    assert [one.viewer for one in tea.first] == ["v0", "v1", "v2"]


@pytest.mark.parametrize("code", WAIT_REFUSALS)
def test_every_refusal_says_what_to_do(code: str) -> None:
    refused = wait_refusal(code, left=2)
    assert refused.message.endswith(".")
    assert (refused.code, refused.data) == (code, {"left": 2})


@pytest.mark.parametrize("units", [0, 1000, True, "1", 1.0, None])
def test_a_number_of_units_is_checked(units: Any) -> None:
    assert check_units(999) == 999
    with pytest.raises(Refused):
        check_units(units)
