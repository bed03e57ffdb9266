"""Real picture files, made in the test: sound ones, and those that people send by mistake."""

from io import BytesIO
from typing import Any

from PIL import Image

RED, BLUE = (200, 30, 20), (20, 40, 200)


def saved(picture: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    out = BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def a_picture(width: int = 1200, height: int = 800, mode: str = "RGB") -> Image.Image:
    """Red on its left half, blue on its right, so that a turn shows."""
    picture = Image.new("RGB", (width, height), RED)
    picture.paste(BLUE, (width // 2, 0, width, height))
    return picture.convert(mode)


def a_photo(width: int = 1200, height: int = 800, kind: str = "JPEG", **options: Any) -> bytes:
    """An ordinary file as a phone makes it."""
    return saved(a_picture(width, height), kind, **options)


def opened(file: bytes) -> Image.Image:
    picture = Image.open(BytesIO(file))
    picture.load()
    return picture
