"""Assets: from memory only, under one digest, for ever; compressed; never from elsewhere."""

import asyncio
import gzip
import re
from pathlib import Path

import brotli
import pytest

from livesell.errors import NotFound
from livesell.web.assets import Assets, read_folder
from livesell.web.server import ASSETS
from tests.web.site import Site


async def digest_of(site: Site) -> str:
    page = await site.call("GET", "/")
    found = re.search(r"/assets/([0-9a-f]{16})/", page.text)
    assert found is not None
    return found.group(1)


async def test_an_asset_is_kept_for_ever_and_compressed(site: Site) -> None:
    path = f"/assets/{await digest_of(site)}/tokens.css"
    reply = await site.call("GET", path, headers={"Accept-Encoding": "identity"})
    assert reply.status == 200
    assert reply.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert reply.headers["Content-Type"] == "text/css; charset=utf-8"
    assert reply.headers["Vary"] == "Accept-Encoding"
    assert reply.data == (ASSETS / "tokens.css").read_bytes()
    zipped = await raw_get(site, path, "Accept-Encoding: gzip")
    assert b"Content-Encoding: gzip" in zipped
    assert gzip.decompress(zipped.partition(b"\r\n\r\n")[2]) == reply.data


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("BR", "br"),
        ("gzip", "gzip"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("br;q=0.000,gzip; q=0", ""),
        ("gzipped, brotli", ""),
        ("identity", ""),
        ("", ""),
        (",;q=,br" * 100, "br"),
    ],
)
async def test_what_thousands_fetch_is_sent_in_the_smallest_form_they_take(
    site: Site, accepted: str, coding: str
) -> None:
    path = f"/assets/{await digest_of(site)}/viewer-joined.js"
    plain = await site.call("GET", path, headers={"Accept-Encoding": "identity"})
    found = await raw_get(site, path, f"Accept-Encoding: {accepted}")
    head, _, body = found.partition(b"\r\n\r\n")
    named = re.search(rb"Content-Encoding: (\w+)", head)
    assert (named[1].decode() if named else "") == coding
    assert b"Vary: Accept-Encoding" in head
    unpack = {"br": brotli.decompress, "gzip": gzip.decompress, "": bytes}[coding]
    assert unpack(body) == plain.data
    assert (plain.headers["ETag"].encode() in head) == (coding == "")


async def test_what_the_browser_has_is_not_sent_again(site: Site) -> None:
    path = f"/assets/{await digest_of(site)}/tokens.css"
    etag = (await site.call("GET", path)).headers["ETag"]
    for asked in (etag, f'"other", W/{etag}'):
        reply = await site.call("GET", path, headers={"If-None-Match": asked})
        assert (reply.status, reply.data) == (304, b"")
    page = await site.call("GET", "/")
    again = await site.call("GET", "/", headers={"If-None-Match": page.headers["ETag"]})
    assert again.status == 304
    assert again.headers["Content-Security-Policy"] == page.headers["Content-Security-Policy"]


async def test_scripts_are_served_as_scripts(site: Site) -> None:
    reply = await site.call("GET", f"/assets/{await digest_of(site)}/state.js")
    assert reply.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert reply.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "name",
    [
        "../server.py",
        "..%2fserver.py",
        "%2e%2e/server.py",
        "%2e%2e%2fserver.py",
        "....//server.py",
        "..\\server.py",
        "..%5cserver.py",
        "%00tokens.css",
        "tokens.css%00",
        "/etc/passwd",
        "%2fetc%2fpasswd",
        "viewer.html",
        "nothing.css",
        "",
    ],
)
async def test_nothing_outside_the_assets_is_served(site: Site, name: str) -> None:
    digest = await digest_of(site)
    for folder in (f"assets/{digest}", "assets/0000000000000000", "overlay-assets/plateau"):
        answer = await raw_get(site, f"/{folder}/{name}")
        assert answer.startswith((b"HTTP/1.1 404", b"HTTP/1.1 400")), answer[:80]


async def test_another_version_of_the_assets_is_not_mixed_in(site: Site) -> None:
    reply = await site.call("GET", "/assets/0000000000000000/tokens.css")
    assert reply.status == 404
    assert reply.headers["Cache-Control"] == "no-store"


async def raw_get(site: Site, path: str, *headers: str) -> bytes:
    """A request whose path no client library has tidied up."""
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    lines = [f"GET {path} HTTP/1.1", f"Host: {site.host}", "Connection: close", *headers]
    writer.write("\r\n".join([*lines, "", ""]).encode())
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer


def test_the_digest_changes_with_any_name_or_content() -> None:
    digests = {
        Assets(files).digest
        for files in (
            {"a.css": b"1"},
            {"a.css": b"2"},
            {"b.css": b"1"},
            {"a.css": b"1", "b.js": b""},
        )
    }
    assert len(digests) == 4
    assert Assets({"a.css": b"1"}).digest == Assets({"a.css": b"1"}).digest


def test_a_folder_gives_only_files_for_browsers_and_follows_no_link(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    for name in ("a.css", "inner/b.js", "theme.toml", "secret.py", ".hidden"):
        (tmp_path / name).write_text(name)
    (tmp_path / "link.txt").symlink_to("/etc/hostname")
    assert set(read_folder(tmp_path)) == {"a.css", "inner/b.js"}
    with pytest.raises(NotFound):
        Assets(read_folder(tmp_path)).find("../a.css")
