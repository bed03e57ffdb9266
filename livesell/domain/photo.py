"""A photo that was uploaded: its sizes, its address, and what is said of a file that is none.

What is sent is never kept. A photo is known by a digest of what was sent, so the same file twice
is the same photo.
"""

import hashlib
import re

from msgspec import Struct

from livesell.errors import BadInput

# For a list, a card on a phone, and a card on a desktop or a sharp phone.
WIDTHS = (160, 480, 960)

# The longest side of a picture of goods that is one strip, at four times its width.
MAX_RATIO = 4

# Sensors sold as "50 megapixels" have up to 50.4 million.
MAX_PIXELS = 52_000_000

_DIGEST = re.compile(r"[0-9a-f]{32}")

# Raised when photos are made in another way, so that those of before keep their addresses.
_RECIPE = b"livesell photo 1\n"

# They stand after "ftyp". Source: ISO/IEC 14496-12, 4.3, and 23008-12, B.4.
_HEIF_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1"})

_SEND = "Send a photo as JPEG, PNG or WebP."

PHOTO_REFUSALS = {
    "photo_empty": f"There is nothing in this file. {_SEND}",
    "photo_broken": "This picture is damaged or was not sent whole. Open it on your device, save "
    "it anew, and send that.",
    "photo_pixels": "This picture has more than 50 megapixels. Make it smaller and send it again.",
    "photo_moves": "This picture moves, and cards show still photos. Send a still one.",
    "photo_heic": "This is a HEIC picture, which not every phone can show. Save it as JPEG (on an "
    "iPhone: Settings, Camera, Formats, Most Compatible) and send that.",
    "photo_svg": "This is an SVG drawing, which can hold programs, so it is not taken. Save it as "
    "PNG and send that.",
    "photo_gif": "GIF pictures are not taken. Save it as PNG or JPEG and send that.",
    "photo_kind": f"This file is no photo that can be shown. {_SEND}",
}


class PhotoSize(Struct, frozen=True, kw_only=True):
    """One WebP file of a photo; `named` is the width in its address, which a small photo lacks."""

    named: int
    width: int
    height: int
    bytes: int


class Photo(Struct, frozen=True, kw_only=True):
    """A photo as it is kept."""

    digest: str
    sizes: tuple[PhotoSize, ...]

    @property
    def largest(self) -> PhotoSize:
        return self.sizes[-1]


def photo_digest(sent: bytes) -> str:
    """128 bits of SHA-256: an address that tells nothing, and that no other photo has."""
    return hashlib.sha256(_RECIPE + sent).hexdigest()[:32]


def photo_address(digest: str, width: int) -> str:
    return f"/photos/{digest}/{width}.webp"


def is_photo_name(digest: str, name: str) -> bool:
    """Whether this can be the name of a kept file; anything else is never looked for."""
    return _DIGEST.fullmatch(digest) is not None and name in {f"{one}.webp" for one in WIDTHS}


def photo_refusal(code: str) -> BadInput:
    return BadInput(code, PHOTO_REFUSALS[code])


def check_photo_kind(sent: bytes) -> None:
    """Looks at the first bytes, never at a name.

    Raises:
        BadInput: It is no JPEG, PNG or WebP; the sentence says what to do with what it is.
    """
    if not sent:
        raise photo_refusal("photo_empty")
    is_webp = sent[:4] == b"RIFF" and sent[8:12] == b"WEBP"
    if not (is_webp or sent.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"))):
        raise photo_refusal(_what_else(sent))


def _what_else(sent: bytes) -> str:
    if sent[4:8] == b"ftyp" and sent[8:12] in _HEIF_BRANDS:
        return "photo_heic"
    if sent.startswith(b"GIF8"):
        return "photo_gif"
    if b"<svg" in sent[:4096].lower():
        return "photo_svg"
    return "photo_kind"
