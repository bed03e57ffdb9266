"""The packaged font draws what pictures write, and its weights really differ."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from livesell.pictures import check_fonts, fonts, missing_glyphs


def test_the_check_is_good_and_tells_about_tibetan() -> None:
    check = check_fonts()
    assert check.is_good
    assert "Tibetan" in check.says
    assert check.do == ""


@pytest.mark.parametrize("char", fonts.SAMPLE)
def test_no_needed_character_is_drawn_as_the_box_for_missing_ones(char: str) -> None:
    assert fonts.has_glyph(char)


def test_missing_characters_are_named_once_each() -> None:
    assert missing_glyphs("牦牛 བོད 😀 བ") == "བོད😀"


def test_a_broken_font_file_is_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    fonts.has_glyph.cache_clear()
    fonts._ink.cache_clear()
    fonts._plain_font.cache_clear()
    monkeypatch.setattr(fonts, "FONT_FILE", fonts.FONT_FILE.with_name("gone.ttc"))
    check = check_fonts()
    assert not check.is_good
    assert "cannot be read" in check.says
    assert "manimgx-fonts-cjk" in check.do


def test_weights_differ_and_do_not_change_each_other() -> None:
    before = bytes(fonts.font(fonts.REGULAR, 40).getmask("那"))
    black = bytes(fonts.font(fonts.BLACK, 40).getmask("那"))
    assert sum(black) > sum(before)
    assert bytes(fonts.font(fonts.REGULAR, 40).getmask("那")) == before


def test_the_number_of_font_objects_is_bounded() -> None:
    for size in range(12, 80):
        fonts.font(fonts.REGULAR, size)
    assert len(fonts._fonts) <= fonts._MAX_FONTS


def test_threads_get_the_same_widths() -> None:
    def measure(at: int) -> float:
        return fonts.font(400 + at % 2 * 500, 20 + at % 7).getlength("那曲 Naqu")

    alone = [measure(at) for at in range(60)]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(measure, range(60))) == alone
