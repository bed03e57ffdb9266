"""The one font that pictures are set in: Noto Sans CJK, which comes with the package.

A bare server has no Chinese font, and a picture with boxes in it is worse than none. The font is
one variable file; a weight is an axis of it. Read `text.py` next.
"""

import threading
from collections import OrderedDict
from functools import lru_cache
from pathlib import Path

import manimgx_fonts_cjk
from msgspec import Struct
from PIL import ImageFont, features

REGULAR, MEDIUM, BOLD, BLACK = 400, 500, 700, 900

FONT_FILE = Path(manimgx_fonts_cjk.__file__).with_name("NotoSansCJK-VF.otf.ttc")

# The collection holds JP, KR, SC, TC and HK in this order; SC has the mainland's glyph shapes.
_INDEX_SC = 2

# One object takes about 2.5 MB: this many cover a theme's sizes and bound the memory at 80 MB.
_MAX_FONTS = 32

# Widths grow in proportion to the size, so they are measured once, at this size.
_MEASURE_PX = 100

# Guards the cache, and each font while it draws: a FreeType face is not made for two threads.
LOCK = threading.RLock()

_fonts: OrderedDict[tuple[int, int], ImageFont.FreeTypeFont] = OrderedDict()


def font(weight: int, size_px: int) -> ImageFont.FreeTypeFont:
    """The font in one weight and size.

    Setting an axis changes the object itself, so no object ever serves two weights.
    """
    key = (weight, size_px)
    with LOCK:
        if key not in _fonts:
            made = ImageFont.truetype(str(FONT_FILE), size_px, index=_INDEX_SC)
            made.set_variation_by_axes([weight])
            _fonts[key] = made
        _fonts.move_to_end(key)
        if len(_fonts) > _MAX_FONTS:
            _fonts.popitem(last=False)
        return _fonts[key]


@lru_cache(maxsize=4096)
def width_px(text: str, weight: int, size_px: int) -> float:
    """How far the pen moves for one line of text."""
    with LOCK:
        return font(weight, _MEASURE_PX).getlength(text) * size_px / _MEASURE_PX


@lru_cache(maxsize=8192)
def has_glyph(char: str) -> bool:
    """Whether the font can draw this character; otherwise it draws the box for missing ones."""
    if char.isspace():
        return True
    return _ink(char) != _ink(_NEVER_A_CHARACTER)


def missing_glyphs(text: str) -> str:
    """The characters of a text that pictures leave out, each once, in order."""
    return "".join(dict.fromkeys(char for char in text if not has_glyph(char)))


# Source: Unicode, 23.7: a noncharacter, so no font has a glyph for it.
_NEVER_A_CHARACTER = "\U0010fffe"


@lru_cache(maxsize=8192)
def _ink(char: str) -> tuple[tuple[int, int], bytes]:
    with LOCK:
        mask = _plain_font().getmask(char)
        return mask.size, bytes(mask)


@lru_cache(maxsize=1)
def _plain_font() -> ImageFont.FreeTypeFont:
    """Without shaping, which would set a lone mark on a dotted circle and so hide its absence."""
    plain = ImageFont.Layout.BASIC
    return ImageFont.truetype(str(FONT_FILE), 24, index=_INDEX_SC, layout_engine=plain)


class FontCheck(Struct, frozen=True, kw_only=True):
    """Whether pictures can be set: what was found, and what to do when it is not good."""

    name: str = "fonts"
    is_good: bool
    says: str
    do: str = ""


# What the pictures themselves write, names of the trade, and each sign of money.
SAMPLE = (
    "那曲虫草娘亚牦牛肉藏香猪藏药材清风度凉茶国家地理标志号链接仅剩库存件已售罄战报"
    "点赞观看人数最高在线销售额下单支付公益金数据截至年月日热卖榜，。！？（）“”《》、…"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    "¥$€£₩,.:-–·%+/()#&"
)

_REINSTALL = "Install it again: pip install --force-reinstall manimgx-fonts-cjk"


def check_fonts() -> FontCheck:
    """Loads the font and looks for every glyph that the pictures need."""
    try:
        missing = missing_glyphs(SAMPLE)
    except OSError:
        return FontCheck(
            is_good=False, says="The packaged Chinese font cannot be read.", do=_REINSTALL
        )
    if missing:
        return FontCheck(
            is_good=False, says=f"The font has no glyph for: {' '.join(missing)}.", do=_REINSTALL
        )
    return FontCheck(is_good=True, says=f"Noto Sans CJK draws Chinese and Latin. {_tibetan()}")


def _tibetan() -> str:
    """Information, not a fault: Chinese and Latin need no shaping."""
    if missing_glyphs("བོད"):
        return "It has no Tibetan letters, so Tibetan in a title is left out of pictures."
    if not features.check_feature("raqm"):
        return "Tibetan stacks are not shaped here, because Pillow has no libraqm."
    return "Tibetan stacks are shaped by libraqm."
