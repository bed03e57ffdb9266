"""Photos over HTTP: sent by the crew, shown to all, and nothing else is ever shown."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from livesell.config.tree import PhotosConfig
from livesell.domain.photo import WIDTHS
from livesell.domain.role import Role
from tests.support.photos import a_photo, opened
from tests.web.conftest import OpenSite
from tests.web.site import PATIENT, Reply, Site


async def send(site: Site, data: bytes, *, media: str = "image/jpeg", who: str = "host") -> Reply:
    headers = {"Content-Type": media}
    return await site.api("POST", "/photos", data=data, token=site.tokens[who], headers=headers)


async def test_a_photo_is_sent_once_and_shown_in_three_widths(site: Site) -> None:
    sent = a_photo(1200, 800)
    reply = await send(site, sent)
    assert reply.status == 201
    photo = reply.json["photo"]
    assert (photo["width"], photo["height"]) == (960, 640)
    assert photo["address"] == photo["sizes"][-1]["address"] == reply.headers["Location"]
    for size, width in zip(photo["sizes"], WIDTHS, strict=True):
        assert size["address"].endswith(f"/{width}.webp")
        shown = await site.call("GET", size["address"])
        assert shown.status == 200
        assert len(shown.data) == size["bytes"]
        assert opened(shown.data).size == (size["width"], size["height"])
        assert shown.headers["Content-Type"] == "image/webp"
        assert "immutable" in shown.headers["Cache-Control"]
        assert shown.headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in shown.headers["Content-Security-Policy"]
    assert (await send(site, sent)).json == reply.json


async def test_what_the_file_calls_itself_does_not_matter(site: Site) -> None:
    assert (await send(site, a_photo(kind="PNG"), media="text/html")).status == 201
    assert (await send(site, b"<svg/>", media="image/png")).code == "photo_svg"


@pytest.mark.parametrize(
    ("data", "code", "part"),
    [
        (b"", "photo_empty", "nothing in this file"),
        (a_photo()[:700], "photo_broken", "damaged"),
        (a_photo(kind="GIF"), "photo_gif", "Save it as PNG"),
        (b"\0\0\0\x18ftypheic" + b"\0" * 99, "photo_heic", "Most Compatible"),
        (b"%PDF-1.7", "photo_kind", "JPEG, PNG or WebP"),
    ],
)
async def test_what_is_no_photo_is_refused_in_words(
    site: Site, tmp_path: Path, data: bytes, code: str, part: str
) -> None:
    reply = await send(site, data)
    assert (reply.status, reply.code) == (400, code)
    assert part in reply.json["error"]["message"]
    assert not (tmp_path / "photos").exists()


async def test_a_file_above_the_limit_is_refused(open_site: OpenSite) -> None:
    async with open_site(replace(PATIENT, photos=PhotosConfig(max_bytes=100_000))) as site:
        site.tokens["host"] = await site.hire("the-host", Role.HOST)
        assert (await send(site, a_photo() + b"\0" * 100_000)).status == 413
        assert (await send(site, a_photo())).status == 201


@pytest.mark.parametrize(
    "path",
    [
        "/photos/{digest}/161.webp", "/photos/{digest}/960.png", "/photos/{digest}/photo.json",
        "/photos/{digest}/", "/photos/{digest}", "/photos/", "/photos/{digest}/960.webp/",
        "/photos/{digest}/..%2f960.webp", "/photos/..%2f..%2fserve.json/960.webp",
        "/photos/%2e%2e/960.webp", "/photos/{digest}%00/960.webp", "/photos/{upper}/960.webp",
        "/photos/00000000000000000000000000000000/960.webp",
    ],
)  # fmt: skip
async def test_only_the_exact_address_of_a_photo_shows_anything(site: Site, path: str) -> None:
    address = (await send(site, a_photo())).json["photo"]["address"]
    digest = address.split("/")[2]
    reply = await site.call("GET", path.format(digest=digest, upper=digest.upper()))
    assert reply.status == 404
    assert (await site.call("POST", address)).status == 405


async def test_a_disk_that_takes_nothing_is_said_clearly(site: Site, tmp_path: Path) -> None:
    (tmp_path / "photos").write_text("a file where the folder should be")
    reply = await send(site, a_photo())
    assert (reply.status, reply.code) == (503, "photo_not_kept")
    assert "Tell whoever runs the service" in reply.json["error"]["message"]
    (tmp_path / "photos").unlink()
    assert (await send(site, a_photo())).status == 201
