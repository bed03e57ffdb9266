"""A product holds to the rules of the card that will be made from it."""

from typing import Any

import pytest

from livesell.domain.card import check_card
from livesell.domain.product import Product, card_of, check_product, is_found
from livesell.errors import BadInput
from tests.support.build import a_product


def test_a_checked_product_has_clean_texts() -> None:
    checked = check_product(
        a_product(title=" 牦牛肉 ", badges=(" 地标 ",), story="一\r\n二", sku=" NQ-1 ")
    )
    assert (checked.title, checked.badges, checked.story, checked.sku) == (
        "牦牛肉", ("地标",), "一\n二", "NQ-1",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", "Yak"), ("id", ""), ("title", ""), ("title", "<b>x</b>"), ("title", "\u202exx"),
        ("title", "x" * 81), ("price", -1), ("price", 10**10 + 1), ("was", 5000), ("was", -1),
        ("floor", 12_801), ("floor", -1), ("image", "photo.png"), ("image", "javascript:alert(1)"),
        ("badges", ("a",) * 5), ("badges", ("x" * 17,)), ("badges", ("<i>",)),
        ("story", "x" * 1001), ("donation", -1), ("limit", 0), ("sku", "x" * 65), ("sku", "a\nb"),
        ("stock", -1), ("stock", 10_000_001), ("currency", "XXX"),
    ],
)  # fmt: skip
def test_a_wrong_field_is_named(field: str, value: Any) -> None:
    with pytest.raises(BadInput) as raised:
        check_product(a_product(**{field: value}))
    assert list(raised.value.fields) == [field]
    assert raised.value.fields[field] == raised.value.message


def test_its_card_passes_the_rules_of_cards_and_names_it() -> None:
    product = check_product(
        a_product(was=15_000, floor=10_000, limit=3, donation=20, badges=("地标",), story="高原")
    )
    card = card_of(product, 7)
    assert check_card(card) == card
    assert (card.slot, card.product, card.open) == (7, "yak", False)
    own = {"sku", "stock", "currency", "updated_ms", "version"}
    for name in set(Product.__struct_fields__) - own:
        assert getattr(card, name) == getattr(product, name), name


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", True), ("  ", True), ("牦牛", True), ("NYANGYA", True), ("nq-7 地标", True),
        ("yak", True), ("羊", False), ("牦牛 羊", False),
    ],
)  # fmt: skip
def test_a_search_needs_every_word(query: str, found: bool) -> None:
    product = a_product(title="娘亚牦牛肉 Nyangya", sku="NQ-7", badges=("地标",))
    assert is_found(product, query) is found
