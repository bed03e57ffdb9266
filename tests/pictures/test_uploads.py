"""What people send as a photo, and what is kept of it: its colours, and nothing else."""

import struct
import zlib
from io import BytesIO
from itertools import pairwise

import pytest
from PIL import Image, ImageCms

from livesell.domain.photo import MAX_PIXELS, PHOTO_REFUSALS, WIDTHS
from livesell.errors import BadInput
from livesell.pictures.uploads import photo_files
from tests.support.photos import BLUE, RED, a_photo, a_picture, opened, saved

# 30.47° N, 91.06° E, as a phone in Naqu writes it, and who holds the phone.
GPS_IFD, MAKE, ARTIST, ORIENTATION = 0x8825, 0x010F, 0x013B, 0x0112
PHONE = "Phone of Miao Weilun"


def exif_of(**more: int) -> Image.Exif:
    exif = Image.Exif()
    exif[MAKE], exif[ARTIST] = PHONE, PHONE
    exif[ORIENTATION] = more.get("orientation", 1)
    exif.get_ifd(GPS_IFD).update({1: "N", 2: (30.0, 28.0, 12.0), 3: "E", 4: (91.0, 3.0, 36.0)})
    return exif


def refused(sent: bytes) -> str:
    with pytest.raises(BadInput) as raised:
        photo_files(sent)
    assert raised.value.message == PHOTO_REFUSALS[raised.value.code]
    return raised.value.code


def is_near(pixel: object, colour: tuple[int, ...], by: int = 12) -> bool:
    assert isinstance(pixel, tuple)
    return all(abs(one - other) <= by for one, other in zip(pixel, colour, strict=True))


def chunks(webp: bytes) -> list[bytes]:
    """The names of the parts of a WebP file. Source: RFC 9649, 2.3."""
    found, at = [], 12
    while at < len(webp):
        found.append(webp[at : at + 4])
        (size,) = struct.unpack_from("<I", webp, at + 4)
        at += 8 + size + size % 2
    return found


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_is_kept_in_three_widths(kind: str) -> None:
    made = photo_files(a_photo(1200, 800, kind))
    assert [(one.named, one.width, one.height) for one in made.sizes] == [
        (160, 160, 107), (480, 480, 320), (960, 960, 640),
    ]  # fmt: skip
    for size, file in zip(made.sizes, made.files, strict=True):
        picture = opened(file)
        assert (picture.format, picture.size) == ("WEBP", (size.width, size.height))
        assert size.bytes == len(file)
        assert is_near(picture.getpixel((5, 5)), RED)
        assert is_near(picture.getpixel((size.width - 5, 5)), BLUE)


@pytest.mark.parametrize(
    ("size", "largest"),
    [
        ((1, 1), (1, 1)), ((300, 200), (300, 200)), ((960, 10), (960, 10)), ((961, 2), (960, 2)),
        ((20_000, 1), (960, 1)), ((1, 20_000), (1, 3840)), ((750, 6000), (480, 3840)),
    ],
)  # fmt: skip
def test_no_photo_is_enlarged_and_no_strip_is_too_long(
    size: tuple[int, int], largest: tuple[int, int]
) -> None:
    made = photo_files(a_photo(*size, kind="PNG"))
    assert opened(made.files[-1]).size == largest
    assert all(one.width <= one.named for one in made.sizes)
    assert all(one.width <= other.width for one, other in pairwise(made.sizes))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_nobody_learns_where_it_was_taken(kind: str) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    sent = a_photo(
        600, 400, kind, exif=exif_of(), icc_profile=profile, xmp=b"<x:xmpmeta>secret</x:xmpmeta>"
    )
    assert PHONE.encode() in sent
    assert opened(sent).getexif().get_ifd(GPS_IFD)
    for file in photo_files(sent).files:
        assert set(chunks(file)) <= {b"VP8 ", b"VP8L", b"VP8X", b"ALPH"}
        picture = opened(file)
        assert not picture.getexif()
        assert not {"exif", "xmp", "icc_profile", "comment"} & picture.info.keys()
        assert PHONE.encode() not in file


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_phone_that_was_held_on_its_side_gives_an_upright_photo(orientation: int) -> None:
    upright = Image.new("RGB", (900, 1600), BLUE)
    upright.paste(RED, (0, 0, 450, 800))
    how = {
        2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM, 5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }  # fmt: skip
    held = upright.transpose(how[orientation]) if orientation in how else upright
    sent = saved(held, exif=exif_of(orientation=orientation))
    made = photo_files(sent)
    picture = opened(made.files[0])
    assert (made.sizes[0].width, picture.size) == (160, (160, 284))
    assert is_near(picture.getpixel((20, 20)), RED)
    for corner in ((140, 20), (20, 260), (140, 260)):
        assert is_near(picture.getpixel(corner), BLUE)


def test_an_orientation_that_is_none_turns_nothing() -> None:
    made = photo_files(a_photo(600, 400, exif=exif_of(orientation=77)))
    assert (made.sizes[0].width, made.sizes[0].height) == (160, 107)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "PA"])
def test_what_is_transparent_stays_so(mode: str) -> None:
    picture = Image.new("RGBA", (400, 400), (*RED, 255))
    picture.paste((0, 0, 0, 0), (0, 0, 200, 400))
    plain = picture.convert("RGBA" if mode == "PA" else mode)
    sent = saved(plain.quantize() if mode == "PA" else plain, "PNG")
    shown = opened(photo_files(sent).files[0]).convert("RGBA")
    assert shown.getpixel((20, 80))[3] == 0  # type: ignore[index]
    assert shown.getpixel((140, 80))[3] == 255  # type: ignore[index]


@pytest.mark.parametrize("mode", ["1", "L", "P", "CMYK"])
def test_every_way_to_write_colours_is_read(mode: str) -> None:
    kind = "JPEG" if mode == "CMYK" else "PNG"
    picture = opened(photo_files(saved(a_picture(mode=mode), kind)).files[0])
    assert picture.mode == "RGB"
    if mode in ("P", "CMYK"):
        assert is_near(picture.getpixel((10, 10)), RED, 40)
        assert is_near(picture.getpixel((150, 10)), BLUE, 40)


def test_sixteen_bits_of_grey_stay_grey() -> None:
    picture = Image.new("I;16", (300, 300), 0x8000)
    shown = opened(photo_files(saved(picture, "PNG")).files[0]).convert("RGB")
    assert is_near(shown.getpixel((50, 50)), (128, 128, 128))


def test_sixteen_bits_a_colour_are_read() -> None:
    row = b"\0" + struct.pack(">3H", 0xC800, 0x1E00, 0x1400) * 300
    shown = opened(photo_files(png(300, 300, depth=16, rows=row * 300)).files[0])
    assert is_near(shown.getpixel((50, 50)), RED)


def png(width: int, height: int, *, depth: int = 8, rows: bytes = b"") -> bytes:
    """A PNG of RGB pixels, written by hand. Source: RFC 2083."""

    def chunk(name: bytes, data: bytes) -> bytes:
        check = zlib.crc32(name + data)
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", check)

    header = struct.pack(">IIBBBBB", width, height, depth, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def test_colours_of_a_wide_profile_are_brought_to_srgb() -> None:
    """A profile whose red and blue are swapped shows whether it is heeded at all."""
    swapped = profile_with_red_and_blue_swapped()
    shown = opened(photo_files(a_photo(600, 400, "PNG", icc_profile=swapped)).files[0])
    assert is_near(shown.getpixel((10, 10)), (RED[2], RED[1], RED[0]), 30)


def profile_with_red_and_blue_swapped() -> bytes:
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    # The table of tags starts at 128; each has a name, an offset, a size. Source: ICC.1:2010, 7.3.
    (count,) = struct.unpack_from(">I", profile, 128)
    at = {bytes(profile[132 + 12 * n : 136 + 12 * n]): 132 + 12 * n for n in range(count)}
    red, blue = at[b"rXYZ"], at[b"bXYZ"]
    profile[red + 4 : red + 12], profile[blue + 4 : blue + 12] = (
        profile[blue + 4 : blue + 12],
        profile[red + 4 : red + 12],
    )
    return bytes(profile)


@pytest.mark.parametrize("profile", [b"no profile", b"\0" * 200])
def test_a_broken_profile_does_not_matter(profile: bytes) -> None:
    shown = opened(photo_files(a_photo(600, 400, icc_profile=profile)).files[0])
    assert is_near(shown.getpixel((10, 10)), RED)


def test_what_stands_behind_the_picture_is_left_out() -> None:
    """A file that is a photo at its front and a page with a program, or an archive, at its end."""
    page = b"<script>alert(document.cookie)</script>PK\x03\x04" * 50
    for kind in ("JPEG", "PNG", "WEBP"):
        comment = {"comment": page[:200]} if kind == "JPEG" else {}
        for file in photo_files(a_photo(600, 400, kind, **comment) + page).files:
            assert b"script" not in file
            assert b"PK\x03\x04" not in file


def test_a_photo_with_a_second_one_inside_is_its_first() -> None:
    """As phones write a depth map or the light of a brighter screen."""
    out = BytesIO()
    a_picture().save(out, "MPO", save_all=True, append_images=[Image.new("RGB", (1200, 800))])
    assert opened(out.getvalue()).format == "MPO"
    assert is_near(opened(photo_files(out.getvalue()).files[0]).getpixel((10, 10)), RED)


@pytest.mark.parametrize("kind", ["WEBP", "PNG"])
def test_a_picture_that_moves_is_refused(kind: str) -> None:
    out = BytesIO()
    more = [Image.new("RGB", (300, 200), colour) for colour in (RED, BLUE)]
    a_picture(300, 200).save(out, kind, save_all=True, append_images=more, duration=100)
    assert refused(out.getvalue()) == "photo_moves"


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (b"", "photo_empty"),
        (saved(a_picture(), "GIF"), "photo_gif"),
        (b"\0\0\0\x18ftypheic" + b"\0" * 200, "photo_heic"),
        (b"\0\0\0\x18ftypmif1" + b"\0" * 200, "photo_heic"),
        (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "photo_svg"),
        (b"<SVG onload=alert(1)>", "photo_svg"),
        (saved(a_picture(), "BMP"), "photo_kind"),
        (saved(a_picture(), "TIFF"), "photo_kind"),
        (saved(a_picture(), "AVIF"), "photo_kind"),
        (b"%PDF-1.7", "photo_kind"),
        (b"<html><script>alert(1)</script>", "photo_kind"),
        (b"\xff\xd8\xff", "photo_broken"),
        (b"\x89PNG\r\n\x1a\n", "photo_broken"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "photo_broken"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40, "photo_broken"),
        # A GIF in the clothes of a JPEG: the decoders that may be tried are those three alone.
        (b"\xff\xd8\xff" + saved(a_picture(), "GIF"), "photo_broken"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_what_is_no_photo_is_refused_with_what_to_do(sent: bytes, code: str) -> None:
    assert refused(sent) == code


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("part", [0.1, 0.5, 0.9])
def test_what_broke_off_on_the_way_is_refused(kind: str, part: float) -> None:
    noise = Image.effect_noise((400, 300), 80).convert("RGB")
    sent = saved(noise, kind)
    assert refused(sent[: int(len(sent) * part)]) == "photo_broken"


def test_one_flipped_byte_in_a_png_is_found() -> None:
    sent = bytearray(a_photo(400, 300, "PNG"))
    sent[len(sent) // 2] ^= 0xFF
    assert refused(bytes(sent)) == "photo_broken"


@pytest.mark.parametrize(("width", "height"), [(100_000, 100_000), (8000, 6501), (2**31 - 1, 1)])
def test_a_header_that_promises_too_much_is_refused_before_anything_is_decoded(
    width: int, height: int
) -> None:
    """A few hundred bytes that would be gigabytes of pixels."""
    assert width * height > MAX_PIXELS
    bomb = png(width, height, rows=b"\0" * 1000)
    assert len(bomb) < 500
    assert refused(bomb) == "photo_pixels"


def test_a_real_bomb_is_refused() -> None:
    """Well compressed and whole: 64 million pixels in 190 kB."""
    bomb = saved(Image.new("1", (8000, 8000)), "PNG")
    assert refused(bomb) == "photo_pixels"


def test_the_widths_rise() -> None:
    assert list(WIDTHS) == sorted(WIDTHS)
