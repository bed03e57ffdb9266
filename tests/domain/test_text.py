"""Typed text is cleaned once, on the way in; what is refused is told in a sentence."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livesell.domain.text import clean_block, clean_line, mask_name
from livesell.errors import BadInput


def refused(value: str, **options: object) -> BadInput:
    with pytest.raises(BadInput) as raised:
        clean_line(value, "card_title", **{"max_chars": 20, **options})  # type: ignore[arg-type]
    assert raised.value.fields == {"card_title": raised.value.message}
    return raised.value


def test_a_line_is_stripped_and_composed() -> None:
    assert clean_line("  cafe\u0301 ", "title", max_chars=20) == "café"


@pytest.mark.parametrize(
    "fine", ["5 < 6 > 4", "a<3", "虫草 & 凉茶", "👨\u200d🌾", "བོད་ལྗོངས", "“3 号链接”", ""]
)
def test_ordinary_text_stays(fine: str) -> None:
    assert clean_line(fine, "title", max_chars=40) == unicodedata.normalize("NFC", fine)


@pytest.mark.parametrize("empty", ["", "   ", "\u3000", "\u200b", "\u200b \u2060"])
def test_an_empty_or_invisible_title_is_refused(empty: str) -> None:
    error = refused(empty, required=True)
    assert error.code == "empty_text"
    assert error.message == "The card title is empty. Write something."


def test_a_long_line_is_refused_with_both_numbers() -> None:
    error = refused("虫" * 21)
    assert (error.code, "21" in error.message, "20" in error.message) == (
        "text_too_long", True, True,
    )  # fmt: skip


@pytest.mark.parametrize(
    "bad", ["a\nb", "a\tb", "a\x00b", "a\x7fb", "a\u2028b", "1.00\u202e", "a\u2066b", "a\ud800b"]
)
def test_control_characters_are_refused(bad: str) -> None:
    assert refused(bad).code == "control_characters"


@pytest.mark.parametrize("bad", ["<b>虫草</b>", "</p>", "<!-- x", "<?xml", "a <script>"])
def test_markup_is_refused(bad: str) -> None:
    assert refused(bad).code == "markup"


def test_a_block_keeps_its_lines_whatever_ended_them() -> None:
    assert clean_block("一\r\n二\r三\n四", "notice", max_chars=20) == "一\n二\n三\n四"
    with pytest.raises(BadInput):
        clean_block("a\tb", "notice", max_chars=20)


@given(st.text(max_size=30))
def test_cleaning_twice_changes_nothing_more(value: str) -> None:
    try:
        once = clean_line(value, "title", max_chars=60)
    except BadInput:
        return
    assert clean_line(once, "title", max_chars=60) == once


@pytest.mark.parametrize(
    ("name", "masked"), [("苗伟伦", "苗**"), ("T", "T**"), ("", "**"), ("Tenzin", "T**")]
)
def test_strangers_see_the_first_character_only(name: str, masked: str) -> None:
    assert mask_name(name) == masked
