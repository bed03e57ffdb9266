"""The result poster holds whatever it is given, with nothing outside its margins."""

import pytest
from PIL import Image, ImageChops

from livesell.errors import BadInput
from livesell.pictures import TopCard, load_theme, qr, result_poster
from tests.pictures.pixels import opened, poster_data

MARGIN = load_theme().poster.margin


def poster(**changes: object) -> Image.Image:
    return opened(result_poster(load_theme(), poster_data(**changes)))


def changed(one: Image.Image, other: Image.Image) -> tuple[int, int, int, int]:
    box = ImageChops.difference(one, other).getbbox()
    assert box is not None
    return box


def test_it_is_an_opaque_picture_of_the_promised_size() -> None:
    image = poster()
    assert (image.size, image.mode) == ((1080, 1440), "RGB")


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "那曲市第一届电商购物节之比如县冬虫夏草现场直播采挖与牦牛线上认养专场" * 2},
        {"title": "An extraordinarily long English title that goes on and on " * 2},
        {"title": "W" * 80, "host": "H" * 40, "date_text": "D" * 60},
        {"headline": ("销售额（下单）", "HK$90,071,992,547,409,910,000,000,000.00")},
        {"kicker": "K" * 200},
        {"footer": "数据截至很久以前" * 30},
        {"cards_label": "热卖榜" * 60},
    ],
)
def test_long_texts_stay_between_the_margins(changes: dict[str, object]) -> None:
    plain = poster(**{name: ("", "") if name == "headline" else "" for name in changes})
    box = changed(poster(**changes), plain)
    # The mountains move with the height of the title; they reach from edge to edge on purpose.
    if "title" not in changes:
        assert box[0] >= MARGIN
        assert box[2] <= 1080 - MARGIN + 1
    assert box[3] <= 1440


@pytest.mark.parametrize("count", range(8))
def test_any_number_of_figures_makes_a_poster(count: int) -> None:
    figures = tuple((f"很长的指标名称{at}" * 3, "9" * 40) for at in range(count))
    assert poster(figures=figures).size == (1080, 1440)


def test_more_than_six_figures_and_three_cards_are_left_out() -> None:
    figures = tuple((f"指标{at}", str(at)) for at in range(9))
    cards = tuple(TopCard(slot=at, title=f"商品{at}", units_text="1 件") for at in range(1, 9))
    many = result_poster(load_theme(), poster_data(figures=figures, cards=cards))
    few = result_poster(load_theme(), poster_data(figures=figures[:6], cards=cards[:3]))
    assert many == few


def test_a_poster_with_nothing_to_tell_is_still_one() -> None:
    image = poster(
        title="", host="", date_text="", kicker="", headline=("", ""), figures=(), cards=(),
        footer="",
    )  # fmt: skip
    assert image.size == (1080, 1440)


@pytest.mark.parametrize("chars", [20, 120, qr.MAX_CHARS])
def test_the_code_fits_and_has_its_quiet_border(chars: int) -> None:
    text = "https://live.example.com/".ljust(chars, "x")
    tile = qr.code(text, 124)
    assert tile.width == tile.height <= 420
    scale = qr._MIN_SCALE
    assert tile.crop((8, 2, tile.width - 8, 4 * scale)).getcolors() == [
        ((tile.width - 16) * (4 * scale - 2), (255, 255, 255, 255))
    ]
    box = changed(poster(qr_text=text), poster(qr_text="https://live.example.com/y"))
    assert box[3] <= 1440


def test_a_text_too_long_for_a_code_is_refused_in_a_sentence() -> None:
    with pytest.raises(BadInput, match="500 characters"):
        qr.code("x" * 501, 124)
