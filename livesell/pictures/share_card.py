"""The picture of a shared link, 1200 by 630: what it is, whose it is, and when.

Chats and timelines show it small, so there are few words, and large ones. Size and shape are what
Open Graph asks for. Source: https://ogp.me and the large image card of X.
"""

from functools import lru_cache

from msgspec import Struct
from PIL import Image

from livesell.pictures.canvas import colour, png
from livesell.pictures.fonts import MEDIUM
from livesell.pictures.masthead import (
    kicker_height,
    paint_sky,
    title_block,
    write_kicker,
    write_shadowed,
)
from livesell.pictures.text import fitted
from livesell.pictures.theme import Theme

SIZE = (1200, 630)

_MARGIN_PX = 72
_TOP_PX = 100
_KICKER_PX = 34
_TITLE_PX = 76
_ABOUT_PX = 38
_RANGE_PX = 200


class ShareCard(Struct, frozen=True, kw_only=True):
    """What it says, in words. `kicker` is how the session stands, such as "直播预告"."""

    title: str
    host: str
    date_text: str
    kicker: str


@lru_cache(maxsize=8)
def share_card(theme: Theme, shown: ShareCard) -> bytes:
    """A PNG of 1200 by 630. Long texts shrink, wrap, and end with an ellipsis at last."""
    colours, width = theme.poster.colours, SIZE[0] - 2 * _MARGIN_PX
    image = Image.new("RGBA", SIZE, colour(colours.ground))
    paint_sky(image, colours, SIZE[1], _RANGE_PX)
    write_kicker(image, colours, shown.kicker, (_MARGIN_PX, _TOP_PX), _KICKER_PX)
    top = _TOP_PX + kicker_height(_KICKER_PX) + 20
    title = title_block(shown.title, _TITLE_PX, width)
    write_shadowed(image, colours, title, (_MARGIN_PX, top))
    top += title.height_px + 16
    for text in filter(None, (shown.host, shown.date_text)):
        about = fitted(
            text, MEDIUM, size_px=_ABOUT_PX, min_size_px=_ABOUT_PX * 2 // 3, width_px=width
        )
        write_shadowed(image, colours, about, (_MARGIN_PX, top))
        top += about.height_px
    return png(image.convert("RGB"))
