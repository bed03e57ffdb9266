"""From a file that somebody sent to the WebP files that are kept: decoded, made small, drawn anew.

Nothing of what was sent is kept but its colours: no metadata (a photo from a phone says where it
was taken), no profile, no bytes behind the picture. This runs in a process of its own, see
`darkroom.py`; the file is taken for an attack until it is decoded.
"""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BytesIO

from msgspec import Struct
from PIL import Image, ImageCms, ImageOps

from livesell.domain.photo import (
    MAX_PIXELS,
    MAX_RATIO,
    WIDTHS,
    PhotoSize,
    check_photo_kind,
    photo_refusal,
)
from livesell.errors import BadInput

# The decoders that may be tried at all; a JPEG with further pictures in it is opened as MPO.
_FORMATS = ("JPEG", "PNG", "WEBP")
_STILL = ("JPEG", "MPO")

# From 80 on nobody sees a difference on a phone; 82 keeps fur and weaving.
_QUALITY = 82

_ORIENTATION = 0x0112  # Source: Exif 2.32, 4.6.4
_TURNED = frozenset({5, 6, 7, 8})  # lies on its side


class Made(Struct, frozen=True, kw_only=True):
    """The files of a photo, the smallest first, and what they are."""

    sizes: tuple[PhotoSize, ...]
    files: tuple[bytes, ...]


def photo_files(sent: bytes) -> Made:
    """The photo at each of `WIDTHS`, never enlarged.

    Raises:
        BadInput: One of `PHOTO_REFUSALS`.
    """
    check_photo_kind(sent)
    with _refusing_what_is_broken():
        picture = _opened(sent)
        large = _upright_in_srgb(picture)
        pictures = [_fitted(large, width) for width in WIDTHS]
        files = tuple(_webp(one) for one in pictures)
    sizes = tuple(
        PhotoSize(named=width, width=one.width, height=one.height, bytes=len(file))
        for width, one, file in zip(WIDTHS, pictures, files, strict=True)
    )
    return Made(sizes=sizes, files=files)


@contextmanager
def _refusing_what_is_broken() -> Iterator[None]:
    """Whatever a decoder stumbles over, the file is to blame; how it says so differs widely."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            # A header may promise any size. Ours is the limit, and it is asked before decoding.
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            yield
    except BadInput:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise photo_refusal("photo_pixels") from error
    except Exception as error:
        raise photo_refusal("photo_broken") from error


def _opened(sent: bytes) -> Image.Image:
    """The picture, its header read, its size and kind allowed, nothing decoded yet."""
    with Image.open(BytesIO(sent), formats=_FORMATS) as first:
        if first.width * first.height > MAX_PIXELS:
            raise photo_refusal("photo_pixels")
        if first.format not in _STILL and getattr(first, "n_frames", 1) > 1:
            raise photo_refusal("photo_moves")
        first.verify()
    picture = Image.open(BytesIO(sent), formats=_FORMATS)
    # A JPEG is decoded at a half, a quarter or an eighth when that is still large enough.
    picture.draft(None, (2 * WIDTHS[-1], 2 * WIDTHS[-1]))
    return picture


def _upright_in_srgb(picture: Image.Image) -> Image.Image:
    """Decoded, at most as large as the largest size, upright, in sRGB with 8 bits."""
    orientation, profile = _orientation(picture), picture.info.get("icc_profile")
    plain = _with_8_bits(picture)
    size = plain.size[::-1] if orientation in _TURNED else plain.size
    size = _fitting(size, WIDTHS[-1])
    size = size[::-1] if orientation in _TURNED else size
    small = plain.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
    small.getexif()[_ORIENTATION] = orientation
    upright = ImageOps.exif_transpose(small)
    return _in_srgb(upright, profile)


def _orientation(picture: Image.Image) -> int:
    with suppress(Exception):  # broken Exif in a sound picture
        return int(picture.getexif().get(_ORIENTATION, 1))
    return 1


def _with_8_bits(picture: Image.Image) -> Image.Image:
    """One of the modes L, RGB, RGBA and CMYK, with everything decoded."""
    if picture.mode.startswith("I"):
        # Sixteen bits of grey; the plain conversion would make all but the darkest white.
        return picture.point(lambda value: value / 256).convert("L")
    if picture.has_transparency_data:
        return picture.convert("RGBA")
    picture.load()
    return picture if picture.mode in ("L", "RGB", "CMYK") else picture.convert("RGB")


def _in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    mode = "RGBA" if picture.mode == "RGBA" else "RGB"
    if profile:
        with suppress(ImageCms.PyCMSError, OSError, ValueError, TypeError):
            found = ImageCms.profileToProfile(
                picture, ImageCms.ImageCmsProfile(BytesIO(profile)), _srgb(), outputMode=mode
            )
            if found is not None:
                return found
    return picture.convert(mode)


def _srgb() -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


def _fitting(size: tuple[int, int], width: int) -> tuple[int, int]:
    """Its size at most so wide, and at most `MAX_RATIO` times as high as that, never larger."""
    shrink = min(1.0, width / size[0], width * MAX_RATIO / size[1])
    return max(1, round(size[0] * shrink)), max(1, round(size[1] * shrink))


def _fitted(picture: Image.Image, width: int) -> Image.Image:
    size = _fitting(picture.size, width)
    if size == picture.size:
        return picture
    return picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)


def _webp(picture: Image.Image) -> bytes:
    """The file; said in words, because Pillow would carry metadata over from what was opened."""
    out = BytesIO()
    picture.save(out, "WEBP", quality=_QUALITY, method=4, exif=b"", xmp=b"", icc_profile=b"")
    return out.getvalue()
