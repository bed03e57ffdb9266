"""A QR code as a small picture, made at once: it is a few hundred pixels and holds a secret."""

from collections.abc import AsyncGenerator
from io import BytesIO

import segno

# Eight pixels a module: sharp on a phone's screen and large enough for one that is held away.
SCALE = 8


async def qr_png(text: str) -> AsyncGenerator[bytes, None]:
    """Yields it as one piece; it is kept nowhere."""
    picture = BytesIO()
    segno.make_qr(text, error="m").save(picture, kind="png", scale=SCALE, border=4)
    yield picture.getvalue()
