"""Money is whole minor units; nothing ever passes through a float."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livesell.domain.money import (
    MAX_PRICE_MINOR,
    MINOR_DIGITS,
    check_currency,
    check_price,
    format_minor,
    parse_major,
)
from livesell.errors import BadInput


@pytest.mark.parametrize("price", [0, 1, MAX_PRICE_MINOR])
def test_prices_in_range(price: int) -> None:
    assert check_price(price, "price") == price


@pytest.mark.parametrize("price", [-1, MAX_PRICE_MINOR + 1, 5.0, 0.1, True, "5", None, 10**30])
def test_prices_that_are_none(price: object) -> None:
    with pytest.raises(BadInput, match="whole number of minor units") as raised:
        check_price(price, "card_price")
    assert raised.value.code == "bad_price"
    assert list(raised.value.fields) == ["card_price"]


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("12.5", "CNY", 1250),
        (" 12.50 ", "CNY", 1250),
        ("0.29", "CNY", 29),
        ("12", "CNY", 1200),
        ("12.5000", "CNY", 1250),
        ("500", "JPY", 500),
        ("500.0", "JPY", 500),
        ("100000000", "CNY", MAX_PRICE_MINOR),
    ],
)
def test_what_people_type(text: str, currency: str, minor: int) -> None:
    assert parse_major(text, currency) == minor


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("", "CNY"), ("-1", "CNY"), ("1,5", "CNY"), ("1.005", "CNY"), ("1e3", "CNY"),
        ("NaN", "CNY"), ("500.5", "JPY"), ("100000000.01", "CNY"),
        ("¥5", "CNY"), ("1.", "CNY"), (".5", "CNY"),
    ],
)  # fmt: skip
def test_what_people_should_not_type(text: str, currency: str) -> None:
    with pytest.raises(BadInput) as raised:
        parse_major(text, currency)
    assert raised.value.code == "bad_price"


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [
        (107_000_000, "CNY", "¥1,070,000.00"),
        (5, "CNY", "¥0.05"),
        (0, "CNY", "¥0.00"),
        (-1250, "USD", "-$12.50"),
        (1000, "JPY", "¥1,000"),
        (123_456, "CHF", "CHF 1,234.56"),
    ],
)
def test_amounts_for_people(minor: int, currency: str, text: str) -> None:
    assert format_minor(minor, currency) == text


@given(
    minor=st.integers(min_value=0, max_value=MAX_PRICE_MINOR),
    currency=st.sampled_from(sorted(MINOR_DIGITS)),
)
def test_writing_and_reading_give_the_same_amount(minor: int, currency: str) -> None:
    digits = "".join(char for char in format_minor(minor, currency) if char in "0123456789.")
    assert parse_major(digits, currency) == minor


def test_an_unknown_currency_is_told_which_are_known() -> None:
    with pytest.raises(BadInput, match="Use one of: CNY"):
        check_currency("RMB")
