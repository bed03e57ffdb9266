"""What a cell means, and what is refused because it could mean two things."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livesell.actions.importing_cells import (
    WrongCell,
    badges_cell,
    badges_of,
    currency_of,
    guarded,
    line_of,
    money_of,
    unguarded,
    whole_of,
)


@pytest.mark.parametrize(
    ("cell", "currency", "minor"),
    [
        ("12.5", "CNY", 1250), ("12", "CNY", 1200), ("１２．５", "CNY", 1250),
        ("12。5", "CNY", 1250),
        ("￥1,288.00", "CNY", 128800), ("¥12.5", "CNY", 1250), ("12.5元", "CNY", 1250),
        ("RMB 12.50", "CNY", 1250), ("CNY12.50", "CNY", 1250), (" 12.500 ", "CNY", 1250),
        ("1,234,567.89", "CNY", 123456789), ("0.1", "CNY", 10), ("0.29", "CNY", 29),
        ("$3.99", "USD", 399), ("US$3.99", "USD", 399), ("1,200", "JPY", 1200),
        ("¥1200", "JPY", 1200),
        ("\t12.5", "CNY", 1250),
    ],
)  # fmt: skip
def test_prices_are_read_as_they_are_meant(cell: str, currency: str, minor: int) -> None:
    assert money_of(cell, currency) == minor


@pytest.mark.parametrize(
    ("cell", "currency", "code"),
    [
        ("12,5", "CNY", "comma"), ("12,50", "CNY", "comma"), ("1.288,00", "CNY", "comma"),
        ("1,28,800", "CNY", "comma"), ("12.505", "CNY", "bad_price"),
        ("1.5", "JPY", "bad_price_whole"),
        ("-5", "CNY", "negative"), ("abc", "CNY", "bad_price"), ("免费", "CNY", "bad_price"),
        ("$5", "CNY", "other_currency"), ("5 USD", "CNY", "other_currency"),
        ("¥5", "USD", "other_currency"),
        ("5元", "JPY", "other_currency"), ("5-8", "CNY", "bad_price"), ("1e5", "CNY", "bad_price"),
        ("99999999999", "CNY", "bad_price"), ("inf", "CNY", "bad_price"),
        ("5 5", "CNY", "bad_price"),
        ("5.5.5", "CNY", "bad_price"), (".", "CNY", "bad_price"),
    ],
)  # fmt: skip
def test_prices_that_are_not_certain_are_refused(cell: str, currency: str, code: str) -> None:
    with pytest.raises(WrongCell) as found:
        money_of(cell, currency)
    assert found.value.code == code


@pytest.mark.parametrize(("cell", "value"), [("100", 100), ("１，０００", 1000), ("12.0", 12)])
def test_whole_numbers(cell: str, value: int) -> None:
    assert whole_of(cell) == value


@pytest.mark.parametrize("cell", ["12.5", "-1", "10件", "1e3", "１.5", "1,00", "x", "²"])
def test_what_is_no_whole_number_is_refused(cell: str) -> None:
    with pytest.raises(WrongCell) as found:
        whole_of(cell)
    assert found.value.code == "bad_whole"


def test_currencies_by_code_and_by_name() -> None:
    assert [currency_of(one) for one in ("cny", "人民币", "usd", "₩")] == [
        "CNY",
        "CNY",
        "USD",
        "KRW",
    ]
    for doubtful in ("¥", "$", "DOGE"):  # the first two belong to several
        with pytest.raises(WrongCell):
            currency_of(doubtful)


def test_lines_in_a_cell_become_one_line() -> None:
    assert line_of(" 牦牛肉\r\n1 千克 ") == "牦牛肉 1 千克"


@pytest.mark.parametrize(
    "cell",
    ["地理标志、援藏公益", "地理标志,援藏公益", "地理标志；援藏公益；", "地理标志\n援藏公益"],
)
def test_badges_between_whatever_people_write(cell: str) -> None:
    assert badges_of(cell) == ("地理标志", "援藏公益")


PRINTABLE = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=12)


@given(PRINTABLE)
def test_a_guard_is_taken_off_as_it_was_put_on(text: str) -> None:
    assert unguarded(guarded(text)) == text


@given(st.lists(PRINTABLE.map(str.strip).filter(bool), max_size=4).map(tuple))
def test_badges_survive_their_cell(badges: tuple[str, ...]) -> None:
    assert badges_of(guarded(badges_cell(badges))) == badges
