"""The still of the lower third: the shown product's card on a transparent canvas.

The same card as the browser source of the theme (lower-third.html and .css), for mixers that
take a picture and no web page. The picture of the product is not in it: its address was typed by
a person, and a server that fetches typed addresses can be sent to places that only it can reach.
A browser loads them instead; here a drawn mountain with the slot number stands in its place.
"""

from functools import lru_cache
from typing import Literal

from msgspec import Struct
from PIL import Image, ImageDraw

from livesell.pictures import mountains
from livesell.pictures.canvas import colour, horizontal, paste_rounded, png
from livesell.pictures.fonts import BLACK, BOLD, MEDIUM, REGULAR
from livesell.pictures.text import Block, Style, baseline, drawable, fitted, write
from livesell.pictures.theme import CANVAS, CardTheme, Theme

# Between the price, the price before, and the stock.
_ROW_GAP_PX = 18

Availability = Literal["open", "low", "sold_out", "closed"]


class LowerThird(Struct, frozen=True, kw_only=True):
    """What the card says, in words for viewers.

    Attributes:
        slot: The number that hosts say aloud; `slot_text` is how they say it ("3 号链接").
        was_text: The price before, struck through; None when there is none.
        state: Decides the colour of the stock line.
    """

    slot: int
    slot_text: str
    title: str
    price_text: str
    was_text: str | None = None
    stock_text: str = ""
    badges: tuple[str, ...] = ()
    state: Availability = "open"


@lru_cache(maxsize=32)
def lower_third(theme: Theme, scene: LowerThird | None) -> bytes:
    """A PNG of 1920 by 1080, transparent but for the card; None leaves it empty.

    Kept for the last scenes, because mixers ask for the same picture again and again.
    """
    image = Image.new("RGBA", CANVAS, (0, 0, 0, 0))
    if scene is not None:
        card = _card(theme.lower_third, scene)
        place = theme.lower_third
        image.paste(card, (place.left, CANVAS[1] - place.bottom - place.height))
    return png(image)


def _card(theme: CardTheme, scene: LowerThird) -> Image.Image:
    card = Image.new("RGBA", (theme.width, theme.height), (0, 0, 0, 0))
    paste_rounded(card, (0, 0, theme.width, theme.height), theme.radius, _panel(theme))
    _draw_picture(card, theme, scene)
    _draw_first_row(card, theme, scene)
    _draw_title(card, theme, scene)
    _draw_price_row(card, theme, scene)
    return card


def _panel(theme: CardTheme) -> Image.Image:
    colours = theme.colours
    stops = (colour(colours.panel), colour(colours.panel_end))
    panel = horizontal(theme.width, theme.height, stops)
    panel.paste(colour(colours.edge), (0, 0, theme.edge_width, theme.height))
    return panel


def _picture_left(theme: CardTheme) -> int:
    return theme.edge_width + theme.padding


def _text_left(theme: CardTheme) -> int:
    return _picture_left(theme) + theme.picture + theme.gap


def _text_right(theme: CardTheme) -> int:
    return theme.width - theme.padding


def _draw_picture(card: Image.Image, theme: CardTheme, scene: LowerThird) -> None:
    colours, size = theme.colours, theme.picture
    left, top = _picture_left(theme), (theme.height - size) // 2
    scenery = mountains.landscape(
        (size, size),
        range_px=round(size * 0.62),
        sky=(colour(colours.picture_top), colour(colours.picture_bottom)),
        sun=(255, 240, 200, 120),
        ridges=(colour(colours.picture_ridge),) * 2,
        snow=colour(colours.picture_snow),
    )
    number = fitted(
        str(scene.slot), BLACK, size_px=size // 2, min_size_px=20, width_px=size * 0.8
    )  # fmt: skip
    _write_number(scenery, number, colour(colours.picture_snow))
    paste_rounded(card, (left, top, left + size, top + size), theme.picture_radius, scenery)


def _write_number(scenery: Image.Image, number: Block, ink: tuple[int, int, int, int]) -> None:
    size, side = number.style.size_px, scenery.width
    at = (side / 2, baseline(0, side, size))
    draw = ImageDraw.Draw(scenery)
    write(draw, (at[0] + 2, at[1] + 3), number.lines[0], number.style, (8, 24, 44, 255), "ms")
    write(draw, at, number.lines[0], number.style, ink, "ms")


def _draw_first_row(card: Image.Image, theme: CardTheme, scene: LowerThird) -> None:
    """The slot number, then as many badges as fit."""
    colours, left = theme.colours, _text_left(theme)
    slot = Style(BOLD, theme.slot_size)
    left += _chip(card, theme, left, scene.slot_text, slot, colours.slot, colours.slot_ink)
    badge = Style(MEDIUM, theme.badge_size)
    for text in scene.badges:
        used = _chip(card, theme, left, text, badge, colours.badge, colours.badge_ink)
        if not used:
            return
        left += used


def _chip(
    card: Image.Image,
    theme: CardTheme,
    left: int,
    text: str,
    style: Style,
    fill: str,
    ink: str,
) -> int:
    """A word in a box; its width with the gap after it, or 0 when there is no room for it."""
    inset, top = 14, theme.padding
    line = drawable(text)
    width = round(style.width(line)) + 2 * inset
    if left + width > _text_right(theme) or not line:
        return 0
    box = (left, top, left + width, top + theme.row_height)
    paste_rounded(card, box, theme.row_height // 4, colour(fill))
    at = (left + inset, baseline(top, theme.row_height, style.size_px))
    write(ImageDraw.Draw(card), at, line, style, colour(ink))
    return width + 10


def _draw_title(card: Image.Image, theme: CardTheme, scene: LowerThird) -> None:
    """Up to two lines, in the middle between the first and the last row."""
    top = theme.padding + theme.row_height
    bottom = theme.height - theme.padding - theme.price_row_height
    block = fitted(
        scene.title,
        BOLD,
        size_px=theme.title_size,
        min_size_px=theme.title_size,
        width_px=_text_right(theme) - _text_left(theme),
        max_lines=2,
    )
    draw = ImageDraw.Draw(card)
    line_top = top + (bottom - top - block.height_px) / 2
    for line in block.lines:
        at = (_text_left(theme), baseline(line_top, block.line_px, block.style.size_px))
        write(draw, at, line, block.style, colour(theme.colours.ink))
        line_top += block.line_px


def _draw_price_row(card: Image.Image, theme: CardTheme, scene: LowerThird) -> None:
    """The price at the left, the stock at the right, the price before where room is left.

    No number is ever cut: half a price is a wrong price. The price shrinks to leave room for the
    stock; the price before is left out where it does not fit.
    """
    colours, draw = theme.colours, ImageDraw.Draw(card)
    left, right = _text_left(theme), _text_right(theme)
    stock, stock_style = drawable(scene.stock_text), Style(MEDIUM, theme.stock_size)
    room = right - left - stock_style.width(stock) - _ROW_GAP_PX
    price = fitted(scene.price_text, BLACK, size_px=theme.price_size, min_size_px=16, width_px=room)
    top = theme.height - theme.padding - theme.price_row_height
    foot = baseline(top, theme.price_row_height, price.style.size_px)
    write(draw, (left, foot), price.lines[0], price.style, colour(colours.price))
    left += round(price.width_px) + _ROW_GAP_PX
    stock_ink = colours.stock if scene.state == "open" else colours.low
    write(draw, (right, foot), stock, stock_style, colour(stock_ink), "rs")
    right -= round(stock_style.width(stock)) + _ROW_GAP_PX
    _draw_was(draw, theme, scene.was_text, left, right, foot)


def _draw_was(
    draw: ImageDraw.ImageDraw,
    theme: CardTheme,
    was: str | None,
    left: int,
    right: int,
    foot: float,
) -> None:
    style = Style(REGULAR, theme.was_size)
    if was is None or left + style.width(drawable(was)) > right:
        return
    line, ink = drawable(was), colour(theme.colours.muted)
    write(draw, (left, foot), line, style, ink)
    middle = round(foot - theme.was_size * 0.33)
    draw.line((left - 2, middle, left + style.width(line) + 2, middle), fill=ink, width=2)
