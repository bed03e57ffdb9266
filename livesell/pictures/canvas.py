"""Shapes with smooth edges, gradients and layers, which Pillow's own drawing does not have.

Pillow draws polygons and rounded boxes without anti-aliasing, and blends on a transparent ground
into black. So shapes are masks drawn larger and reduced, and layers are composited by alpha.
"""

from collections.abc import Sequence
from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageDraw

Colour = tuple[int, int, int, int]
Box = tuple[int, int, int, int]

# Shapes are drawn this much larger: 16 levels of an edge, no step visible at 1:1.
SCALE = 4

# zlib level: 9 takes three times as long for five hundredths of the size.
_PNG_LEVEL = 4


def colour(text: str) -> Colour:
    """Red, green, blue and alpha of "#rrggbb" or "#rrggbbaa"."""
    digits = text.removeprefix("#")
    red, green, blue = (int(digits[at : at + 2], 16) for at in (0, 2, 4))
    return red, green, blue, int(digits[6:8], 16) if len(digits) == 8 else 255


def between(one: Colour, other: Colour, share: float) -> Colour:
    """A colour on the way from one to the other."""
    red, green, blue, alpha = (
        round(start + (end - start) * share) for start, end in zip(one, other, strict=True)
    )
    return red, green, blue, alpha


@lru_cache(maxsize=64)
def rounded_mask(width: int, height: int, radius: int) -> Image.Image:
    """A rounded box as a mask. It is shared: do not draw on it."""
    mask = Image.new("L", (width * SCALE, height * SCALE), 0)
    corner = min(radius, width // 2, height // 2) * SCALE
    ImageDraw.Draw(mask).rounded_rectangle(
        (0, 0, width * SCALE - 1, height * SCALE - 1), corner, fill=255
    )
    return mask.reduce(SCALE)


def vertical(width: int, height: int, stops: Sequence[Colour]) -> Image.Image:
    """A gradient from the top down through colours at equal distances."""
    return _ramp(height, stops).resize((width, height))


def horizontal(width: int, height: int, stops: Sequence[Colour]) -> Image.Image:
    """A gradient from left to right."""
    return _ramp(width, stops).transpose(Image.Transpose.ROTATE_90).resize((width, height))


def _ramp(length: int, stops: Sequence[Colour]) -> Image.Image:
    """A column of pixels, one wide."""
    ramp = Image.new("RGBA", (1, length))
    spans = len(stops) - 1
    for at in range(length):
        place = at / max(1, length - 1) * spans
        first = min(int(place), spans - 1)
        ramp.putpixel((0, at), between(stops[first], stops[first + 1], place - first))
    return ramp


def paste_rounded(
    image: Image.Image, box: Box, radius: int, fill: Colour | Image.Image
) -> None:  # fmt: skip
    """Composites a rounded box of one colour, or cut out of a picture of the same size."""
    left, top, right, bottom = box
    size = (right - left, bottom - top)
    if min(size) <= 0:
        return
    layer = fill.copy() if isinstance(fill, Image.Image) else Image.new("RGBA", size, fill)
    own_alpha = layer.getchannel("A")
    mask = Image.new("L", size, 0)
    mask.paste(own_alpha, mask=rounded_mask(*size, radius))
    layer.putalpha(mask)
    image.alpha_composite(layer, (left, top))


def glow(image: Image.Image, centre: tuple[int, int], radius: int, fill: Colour) -> None:
    """A soft round light."""
    size = radius * 2
    light = Image.radial_gradient("L").resize((size, size)).point(_falloff(fill[3]))
    layer = Image.new("RGBA", (size, size), fill)
    layer.putalpha(light)
    shifted = Image.new("RGBA", image.size, (*fill[:3], 0))
    shifted.paste(layer, (centre[0] - radius, centre[1] - radius))
    image.alpha_composite(shifted)


def _falloff(alpha: int) -> list[int]:
    """Pillow's radial gradient grows outwards to 255 in the corners; the edge lies at 180."""
    return [round(alpha * max(0.0, 1 - at / 180) ** 2) for at in range(256)]


def png(image: Image.Image) -> bytes:
    """The picture as a PNG file."""
    file = BytesIO()
    image.save(file, "PNG", compress_level=_PNG_LEVEL)
    return file.getvalue()
