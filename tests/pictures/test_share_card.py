"""The picture of a shared link holds whatever a session is called."""

import pytest
from PIL import Image, ImageChops

from livesell.pictures import ShareCard, load_theme, share_card
from tests.pictures.pixels import opened

MARGIN_PX = 72


def card(**texts: str) -> Image.Image:
    shown = {"title": "", "host": "", "date_text": "", "kicker": "", **texts}
    return opened(share_card(load_theme(), ShareCard(**shown)))


def test_it_has_the_size_that_was_promised_to_other_sites() -> None:
    image = card(title="那曲虫草专场", kicker="正在直播")
    assert (image.size, image.mode) == ((1200, 630), "RGB")


@pytest.mark.parametrize(
    "texts",
    [
        {"title": "那曲市第一届电商购物节之比如县冬虫夏草现场直播采挖与牦牛线上认养专场" * 2},
        {"title": "W" * 80, "host": "H" * 80, "date_text": "D" * 90, "kicker": "K" * 80},
        {"title": "ས་གནས་ཀྱི་ཐོན་རྫས།"},
    ],
)
def test_long_texts_stay_between_the_margins(texts: dict[str, str]) -> None:
    box = ImageChops.difference(card(**texts), card()).getbbox()
    # Tibetan is not in the packaged font and leaves nothing.
    if box is not None:
        assert box[0] >= MARGIN_PX
        assert box[2] <= 1200 - MARGIN_PX + 3
        assert box[3] <= 630
