"""The still: transparent where empty, everything on its card, nothing cut that must not be."""

import pytest
from PIL import Image, ImageChops

from livesell.pictures import load_theme, lower_third
from livesell.pictures.canvas import colour
from tests.pictures.pixels import card_box, opened, painted, still

LONG_ZH = "比如县海拔四千五百米高山牧场野生冬虫夏草冻干头期断草精选礼盒浙江援藏专项品控" * 2
LONG_EN = "Nyangya yak meat, chilled gift box, from the high pastures of Jiali county, " * 3


def differing(one: Image.Image, other: Image.Image) -> tuple[int, int, int, int] | None:
    return ImageChops.difference(one.convert("RGB"), other.convert("RGB")).getbbox()


def test_nothing_shown_is_fully_transparent() -> None:
    image = opened(lower_third(load_theme(), None))
    assert (image.size, image.mode) == ((1920, 1080), "RGBA")
    assert painted(image) is None


def test_the_card_fills_its_place_and_nothing_else() -> None:
    image = still()
    assert image.size == (1920, 1080)
    assert painted(image) == card_box()
    left, top, right, bottom = card_box()
    assert image.getpixel((left, top)) == (0, 0, 0, 0), "the corner is rounded"
    assert image.getpixel((left + 4, (top + bottom) // 2)) == colour("#f2b84b"), "the stripe"
    assert (right - left, bottom - top) == (880, 256)


@pytest.mark.parametrize(
    "changes",
    [
        {"title": LONG_ZH},
        {"title": LONG_EN},
        {"title": "W" * 80},
        {"title": "😀"},
        {"price_text": "HK$100,000,000.00", "was_text": "HK$100,000,000.00"},
        {"stock_text": "库存 10,000,000 件", "price_text": "¥100,000,000.00"},
        {"badges": ("非常长的一个徽章文字占满十六字",) * 4},
        {"slot": 999, "slot_text": "999 号链接"},
    ],
)
def test_nothing_leaves_the_card_or_its_padding(changes: dict[str, object]) -> None:
    image = still(**changes)
    assert painted(image) == card_box()
    left, top, right, bottom = card_box()
    padding = load_theme().lower_third.padding
    plain = still(title="", price_text="", was_text=None, stock_text="", badges=())
    inside = differing(image, plain)
    assert inside is not None
    assert inside[2] <= right - padding + 1
    assert inside[1] >= top + padding - 1
    assert inside[3] <= bottom - padding // 2
    assert inside[0] >= left


def test_a_missing_price_before_is_not_drawn() -> None:
    with_was, without = still(), still(was_text=None)
    box = differing(with_was, without)
    assert box is not None
    assert box[0] > card_box()[0] + 400, "only the place right of the price differs"


def test_the_stock_line_turns_urgent_when_little_is_left() -> None:
    low = colour("#ff9d8a")[:3]
    assert low not in _colours(still(state="open"))
    for state in ("low", "sold_out", "closed"):
        assert low in _colours(still(state=state))


def _colours(image: Image.Image) -> set[tuple[int, ...]]:
    found = image.crop(card_box()).convert("RGB").getcolors(1 << 20)
    assert found is not None
    return {pixel for _, pixel in found if isinstance(pixel, tuple)}


def test_badges_stop_before_the_edge_and_are_never_halved() -> None:
    one = still(badges=("国家地理标志农产品",))
    many = still(badges=("国家地理标志农产品", "非常长的一个徽章文字占满十六字", "短"))
    assert differing(one, many) is None


def test_the_same_scene_is_drawn_once() -> None:
    theme = load_theme()
    assert lower_third(theme, None) is lower_third(theme, None)
