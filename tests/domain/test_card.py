"""A card's record, the shelf it stands on, and the windows in which it is explained."""

import pytest

from livesell.domain.card import (
    MAX_CARDS,
    MAX_STOCK,
    check_card,
    check_shelf,
    check_stock,
    window_closed,
    window_ms,
    window_opened,
)
from livesell.errors import BadInput
from tests.support.build import NOW_MS, a_card


def test_a_checked_card_has_clean_texts() -> None:
    checked = check_card(a_card(title=" 凉茶 ", badges=(" 公益 ",), story="一\r\n二"))
    assert (checked.title, checked.badges, checked.story) == ("凉茶", ("公益",), "一\n二")


@pytest.mark.parametrize(
    ("field", "value", "named"),
    [
        ("id", "Tea", "card_id"), ("slot", 0, "slot"), ("slot", 1000, "slot"),
        ("price", -1, "price"), ("was", -1, "was"), ("limit", 0, "limit"),
        ("limit", MAX_STOCK + 1, "limit"),
        ("donation", -1, "donation"), ("donation", 10**9, "donation"),
        ("title", "", "title"), ("title", "<b>x</b>", "title"),
        ("title", "a\x07", "title"), ("badges", ("a",) * 5, "badges"), ("badges", ("",), "badge"),
        ("badges", ("x" * 17,), "badge"), ("story", "x" * 1001, "story"),
        ("image", "x.png", "image"),
    ],
)  # fmt: skip
def test_a_wrong_field_is_named(field: str, value: object, named: str) -> None:
    with pytest.raises(BadInput) as raised:
        check_card(a_card(**{field: value}))
    assert list(raised.value.fields) == [named]


@pytest.mark.parametrize("stock", [-1, MAX_STOCK + 1, 1.5, True, "5", None])
def test_what_is_no_stock(stock: object) -> None:
    with pytest.raises(BadInput) as raised:
        check_stock(stock)
    assert raised.value.code == "bad_stock"


def test_a_slot_number_belongs_to_one_card() -> None:
    check_shelf([a_card(id="a", slot=1), a_card(id="b", slot=2)])
    with pytest.raises(BadInput, match="Slot number 1 is taken"):
        check_shelf([a_card(id="a", slot=1), a_card(id="b", slot=1)])


def test_a_shelf_has_an_end() -> None:
    shelf = [a_card(id=f"c{n}", slot=n) for n in range(1, MAX_CARDS + 2)]
    with pytest.raises(BadInput, match="at most 200 cards"):
        check_shelf(shelf)


def test_windows_add_up() -> None:
    card = window_closed(window_opened(a_card(), NOW_MS), NOW_MS + 30_000)
    assert card.windows == ((NOW_MS, NOW_MS + 30_000),)
    assert window_closed(card, NOW_MS + 99_000) is card, "no window runs"
    again = window_opened(card, NOW_MS + 60_000)
    assert window_ms(again, NOW_MS + 70_000) == 40_000


def test_a_window_never_ends_before_it_began() -> None:
    card = window_closed(window_opened(a_card(), NOW_MS), NOW_MS - 5)
    assert card.windows == ((NOW_MS, NOW_MS),)
