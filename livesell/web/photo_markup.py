"""A picture as markup: a photo of ours by width, any other address as it is. Like `photo.js`."""

import re

from livesell.domain.photo import WIDTHS
from livesell.web.template import Markup, element

_OURS = re.compile(r"(/photos/[0-9a-f]{32}/)\d+\.webp")


def photo_markup(address: str, sizes: str) -> Markup:
    """An <img> that is wanted at once, or nothing.

    Args:
        sizes: How wide it is shown, as in CSS.
    """
    if not address:
        return Markup()
    found = _OURS.fullmatch(address)
    srcset = None
    if found is not None:
        srcset = ", ".join(f"{found[1]}{width}.webp {width}w" for width in WIDTHS)
    return element(
        "img",
        alt="",
        # Before `src`, or a browser fetches that as well.
        sizes=sizes if srcset else None,
        srcset=srcset,
        src=address,
        decoding="async",
        fetchpriority="high",
    )
