"""Snow mountains, a low sun and prayer flags, drawn from a few numbers: the plateau's motif.

Nothing is loaded and nothing is random, so the same theme gives the same picture everywhere.
"""

import math
from collections.abc import Sequence
from itertools import pairwise

from PIL import Image, ImageDraw

from livesell.pictures.canvas import Colour, between, glow, vertical

# Peaks of a range: place (share of the width), height (share of the range), half width (share).
Peak = tuple[float, float, float]
_RANGES: tuple[tuple[Peak, ...], ...] = (
    ((0.10, 0.72, 0.22), (0.36, 1.00, 0.26), (0.63, 0.80, 0.24), (0.90, 0.94, 0.24)),
    ((-0.02, 0.62, 0.20), (0.22, 0.66, 0.20), (0.53, 0.58, 0.20), (0.77, 0.72, 0.22)),
    ((0.08, 0.34, 0.24), (0.40, 0.30, 0.26), (0.66, 0.38, 0.24), (0.99, 0.40, 0.26)),
)

# A face in the shade is this far towards black; the light comes from the left.
_SHADE = 0.26
_BLACK: Colour = (4, 12, 28, 255)
_SCALE = 2


def landscape(
    size: tuple[int, int],
    *,
    range_px: int,
    sky: Sequence[Colour],
    sun: Colour,
    ridges: Sequence[Colour],
    snow: Colour,
) -> Image.Image:
    """Sky over mountains that rise at most `range_px` from the lower edge."""
    width, height = size
    # The last colour of the sky is the horizon's; below it the mountains hide it anyway.
    horizon = height - round(range_px * 0.30)
    image = Image.new("RGBA", size, sky[-1])
    image.paste(vertical(width, horizon, sky), (0, 0))
    glow(image, (round(width * 0.60), height - round(range_px * 0.72)), round(width * 0.42), sun)
    large = (width * _SCALE, range_px * _SCALE)
    for at, peaks in enumerate(_RANGES[-len(ridges) :]):
        layer = Image.new("RGBA", large, (*ridges[at][:3], 0))
        draw = ImageDraw.Draw(layer)
        for peak in sorted(peaks, key=lambda peak: peak[1], reverse=True):
            _mountain(draw, large, peak, ridges[at], snow if at + 1 < len(ridges) else None)
        image.alpha_composite(layer.reduce(_SCALE), (0, height - range_px))
    return image


def _mountain(
    draw: ImageDraw.ImageDraw,
    size: tuple[int, int],
    peak: Peak,
    rock: Colour,
    snow: Colour | None,
) -> None:
    width, height = size
    x, top = peak[0] * width, height * (1 - peak[1])
    half = peak[2] * width
    draw.polygon([(x, top), (x - half, height), (x + half, height)], fill=rock)
    spine = _spine(x, top, half, height)
    draw.polygon([*spine, (x + half, height)], fill=between(rock, _BLACK, _SHADE))
    if snow is not None:
        _snow(draw, (x, top), half / (height - top), (height - top) * 0.34, snow, rock)


def _spine(x: float, top: float, half: float, height: float) -> list[tuple[float, float]]:
    """The line from the peak down that parts light and shade."""
    steps = ((0.0, 0.0), (0.06, 0.22), (-0.05, 0.40), (0.10, 0.66), (0.02, 1.0))
    return [(x + half * side, top + (height - top) * down) for side, down in steps]


def _snow(
    draw: ImageDraw.ImageDraw,
    peak: tuple[float, float],
    slope: float,
    depth: float,
    snow: Colour,
    rock: Colour,
) -> None:
    """A cap with a jagged lower edge, lit on the left, blue on the right."""
    x, top = peak
    left = [(-1.0, 0.86), (-0.62, 0.62), (-0.42, 1.0), (-0.14, 0.66)]
    right = [(0.16, 0.98), (0.40, 0.66), (0.66, 0.94), (1.0, 0.80)]
    middle = (x + slope * depth * 0.03, top + depth * 0.80)
    lit = [(x + slope * depth * down * side, top + depth * down) for side, down in left]
    dim = [(x + slope * depth * down * side, top + depth * down) for side, down in right]
    draw.polygon([(x, top), *lit, middle], fill=snow)
    draw.polygon([(x, top), middle, *dim], fill=between(snow, rock, 0.42))


def flags(
    image: Image.Image,
    start: tuple[int, int],
    end: tuple[int, int],
    *,
    sag_px: int,
    size_px: int,
    colours: Sequence[Colour],
) -> None:
    """A string of prayer flags that hangs between two points."""
    top = min(start[1], end[1]) - 4
    height = abs(start[1] - end[1]) + sag_px + size_px * 2 + 8
    layer = Image.new("RGBA", (image.width * _SCALE, height * _SCALE), (255, 255, 255, 0))
    draw = ImageDraw.Draw(layer)
    count = max(2, round(math.dist(start, end) / (size_px * 1.32)))
    points = [_hang(start, end, sag_px, at / count, top) for at in range(count + 1)]
    draw.line(points, fill=(255, 255, 255, 150), width=_SCALE * 2, joint="curve")
    for at, (one, other) in enumerate(pairwise(points)):
        _flag(draw, one, other, size_px * _SCALE, colours[at % len(colours)])
    image.alpha_composite(layer.reduce(_SCALE), (0, max(0, top)))


def _hang(
    start: tuple[int, int], end: tuple[int, int], sag_px: int, share: float, top: int
) -> tuple[float, float]:
    """A point of the rope; a parabola is close enough to a catenary at so little sag."""
    x = start[0] + (end[0] - start[0]) * share
    y = start[1] + (end[1] - start[1]) * share + sag_px * 4 * share * (1 - share)
    return x * _SCALE, (y - top) * _SCALE


def _flag(
    draw: ImageDraw.ImageDraw,
    one: tuple[float, float],
    other: tuple[float, float],
    size_px: int,
    fill: Colour,
) -> None:
    inset_x, inset_y = (other[0] - one[0]) * 0.1, (other[1] - one[1]) * 0.1
    left = (one[0] + inset_x, one[1] + inset_y)
    right = (other[0] - inset_x, other[1] - inset_y)
    # The wind of the plateau: the lower edge is blown a little to the right.
    blown = size_px * 0.16
    draw.polygon(
        [left, right, (right[0] + blown, right[1] + size_px), (left[0] + blown, left[1] + size_px)],
        fill=fill,
    )
