"""Lines fit their box, break where Chinese and Latin may, and end with an ellipsis when cut."""

from hypothesis import given
from hypothesis import strategies as st

from livesell.pictures.fonts import BOLD, REGULAR
from livesell.pictures.text import (
    ELLIPSIS,
    Style,
    balanced,
    clusters,
    drawable,
    fitted,
    pieces,
    shortened,
    wrapped,
)

STYLE = Style(REGULAR, 40)


def test_chinese_breaks_between_characters_and_latin_between_words() -> None:
    assert pieces("那曲 Naqu yak") == ["那", "曲 ", "Naqu ", "yak"]


def test_closing_marks_do_not_begin_a_line_and_opening_ones_do_not_end_one() -> None:
    assert pieces("虫草（特级），好") == ["虫", "草", "（特", "级），", "好"]


def test_a_time_and_a_price_stay_whole() -> None:
    assert pieces("至 21:05 ¥12.50") == ["至 ", "21:05 ", "¥12.50"]


def test_marks_stay_with_the_character_they_belong_to() -> None:
    assert clusters("e\u0301a") == ["e\u0301", "a"]
    assert clusters("བོད") == ["བོ", "ད"]


def test_what_the_font_lacks_is_left_out_and_blanks_are_one() -> None:
    assert drawable("虫草😀  བོད\n好") == "虫草 好"
    assert drawable("བོད") == ""


def test_a_short_text_is_not_changed() -> None:
    assert shortened("虫草", STYLE, 200) == "虫草"


def test_a_long_text_ends_with_an_ellipsis_inside_the_width() -> None:
    cut = shortened("比如县野生冬虫夏草礼盒", STYLE, 200)
    assert cut == "比如县野" + ELLIPSIS
    assert STYLE.width(cut) <= 200


def test_nothing_is_drawn_where_nothing_fits() -> None:
    assert shortened("虫草", STYLE, 10) == ""


def test_a_word_wider_than_the_line_is_broken() -> None:
    lines, is_whole = wrapped("x" * 60, STYLE, 200, 10)
    assert is_whole
    assert "".join(lines) == "x" * 60
    assert all(STYLE.width(line) <= 200 for line in lines)


def test_text_shrinks_before_it_is_cut() -> None:
    block = fitted("¥1,070,356.00", BOLD, size_px=100, min_size_px=20, width_px=300)
    assert block.is_whole
    assert block.lines == ("¥1,070,356.00",)
    assert 20 < block.style.size_px < 100


def test_two_lines_part_after_a_mark() -> None:
    text = "那曲市第一届电商购物节：比如县虫草专场"
    block = fitted(text, BOLD, size_px=40, min_size_px=40, width_px=600, max_lines=2)
    assert balanced(block, text, 600).lines == ("那曲市第一届电商购物节：", "比如县虫草专场")


def test_empty_text_is_one_empty_line() -> None:
    assert fitted("", BOLD, size_px=40, min_size_px=20, width_px=100).lines == ("",)


@given(
    text=st.text(alphabet="那曲虫草，。（）《》 abcW.1é\u0301", max_size=60),
    width=st.integers(min_value=30, max_value=500),
    max_lines=st.integers(min_value=1, max_value=3),
)
def test_no_line_is_ever_wider_than_its_box(text: str, width: int, max_lines: int) -> None:
    block = fitted(text, BOLD, size_px=36, min_size_px=18, width_px=width, max_lines=max_lines)
    assert 1 <= len(block.lines) <= max_lines
    assert all(block.style.width(line) <= width for line in block.lines)
    if block.is_whole:
        assert "".join(block.lines).replace(" ", "") == drawable(text).replace(" ", "")
