"""A QR code as a picture, with the quiet border that readers need."""

import segno
from PIL import Image, ImageDraw

from livesell.errors import BadInput

# Source: ISO/IEC 18004, 6.3.8: four modules of quiet zone on every side.
_QUIET = 4

# Smaller modules are lost when a poster is shrunk in a chat.
_MIN_SCALE = 3

MAX_CHARS = 500


def code(text: str, size_px: int) -> Image.Image:
    """A white tile of about this size, with whole pixels to a module.

    It grows beyond `size_px` rather than become too fine to be read.

    Raises:
        BadInput: The text is longer than `MAX_CHARS`.
    """
    if len(text) > MAX_CHARS:
        raise BadInput.field(
            "qr_text", f"A QR code takes {MAX_CHARS} characters at most. Use a shorter address."
        )
    matrix = [list(row) for row in segno.make_qr(text, error="m").matrix]
    side = len(matrix) + 2 * _QUIET
    scale = max(_MIN_SCALE, round(size_px / side))
    tile = Image.new("RGBA", (side * scale, side * scale), (255, 255, 255, 0))
    draw = ImageDraw.Draw(tile)
    draw.rounded_rectangle((0, 0, tile.width - 1, tile.height - 1), 8, fill=(255, 255, 255, 255))
    for row, line in enumerate(matrix):
        for column, is_dark in enumerate(line):
            if is_dark:
                x, y = (column + _QUIET) * scale, (row + _QUIET) * scale
                draw.rectangle((x, y, x + scale - 1, y + scale - 1), fill=(11, 23, 48, 255))
    return tile
