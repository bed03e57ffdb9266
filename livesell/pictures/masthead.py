"""Mountains with a kicker and a title over them: how the result poster and the share card begin."""

from PIL import Image, ImageDraw

from livesell.pictures import mountains
from livesell.pictures.canvas import colour, paste_rounded, vertical
from livesell.pictures.fonts import BLACK, BOLD
from livesell.pictures.text import Block, balanced, baseline, fitted, write
from livesell.pictures.theme import PosterColours

_FADE_PX = 90
_KICKER_INSET_PX = 20
_MOST_KICKER_PX = 400


def paint_sky(image: Image.Image, colours: PosterColours, height: int, range_px: int) -> None:
    """Sky, mountains and flags over the upper `height` pixels, which fade into the ground."""
    width, ground = image.width, colour(colours.ground)
    scenery = mountains.landscape(
        (width, height),
        range_px=range_px,
        sky=[colour(stop) for stop in colours.sky],
        sun=colour(colours.sun),
        ridges=[colour(ridge) for ridge in colours.ridges],
        snow=colour(colours.snow),
    )
    image.paste(scenery, (0, 0))
    fade = vertical(width, _FADE_PX, ((*ground[:3], 0), ground))
    image.alpha_composite(fade, (0, height - _FADE_PX))
    strings = [colour(flag) for flag in colours.flags]
    mountains.flags(image, (-30, 14), (width + 30, 34), sag_px=34, size_px=26, colours=strings)


def title_block(title: str, size_px: int, width_px: int) -> Block:
    """One line when it need not shrink much for that, else two."""
    least = size_px * 3 // 4
    one = fitted(title, BLACK, size_px=size_px, min_size_px=least, width_px=width_px)
    if one.is_whole:
        return one
    least = size_px * 3 // 5
    two = fitted(title, BLACK, size_px=size_px, min_size_px=least, width_px=width_px, max_lines=2)
    return balanced(two, title, width_px)


def kicker_height(size_px: int) -> int:
    return round(size_px * 1.7)


def write_kicker(
    image: Image.Image, colours: PosterColours, text: str, at: tuple[int, int], size_px: int
) -> None:
    """A word on its own ground, its upper left corner at `at`; nothing for an empty text."""
    block = fitted(text, BOLD, size_px=size_px, min_size_px=16, width_px=_MOST_KICKER_PX)
    if not block.lines[0]:
        return
    (left, top), height = at, kicker_height(size_px)
    width = round(block.style.width(block.lines[0])) + 2 * _KICKER_INSET_PX
    paste_rounded(image, (left, top, left + width, top + height), 10, colour(colours.kicker))
    foot = (left + _KICKER_INSET_PX, baseline(top, height, block.style.size_px))
    ink = colour(colours.kicker_ink)
    write(ImageDraw.Draw(image), foot, block.lines[0], block.style, ink)


def write_shadowed(
    image: Image.Image, colours: PosterColours, block: Block, at: tuple[int, int]
) -> None:
    """White on the sky, with a dark edge where the sky is bright."""
    draw, (left, top) = ImageDraw.Draw(image), at
    shadow = (*colour(colours.ground)[:3], 190)
    for line in block.lines:
        foot = baseline(top, block.line_px, block.style.size_px)
        write(draw, (left + 2, foot + 2), line, block.style, shadow)
        write(draw, (left, foot), line, block.style, colour(colours.ink))
        top += block.line_px
