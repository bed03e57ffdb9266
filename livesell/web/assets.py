"""Files for browsers, read and compressed once at start, then served from memory.

Their address carries a digest over all of them, so a browser may keep each for ever and never
mixes two versions. Only what was in the folder at start is served: a path is looked up, never
opened.
"""

import gzip
import hashlib
import re
from collections.abc import Collection, Mapping
from functools import lru_cache
from pathlib import Path

import brotli
from aiohttp import web
from msgspec import Struct

from livesell.errors import NotFound

IMMUTABLE = "public, max-age=31536000, immutable"
REVALIDATE = "no-cache"

# What may be served at all, and as what; other files in the folder stay where they are.
_MEDIA = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
_COMPRESSED = frozenset({".css", ".html", ".js", ".json", ".svg", ".txt"})

# A coding at weight zero is one that the browser does not take.
_REFUSED = re.compile(r"\s*q\s*=\s*0(?:\.0{0,3})?\s*")

# Below this a gzip header costs more than it saves.
_MIN_GZIP_BYTES = 256


class Asset(Struct, frozen=True, kw_only=True):
    """One file in memory; a compressed form is empty when it gains nothing or was not wanted."""

    body: bytes
    zipped: bytes
    media: str
    etag: str
    squeezed: bytes = b""


def asset(body: bytes, suffix: str, *, is_squeezed: bool = False) -> Asset:
    """A file as it will be served.

    Args:
        is_squeezed: For what thousands fetch over poor links: Brotli at its best beside gzip. It
            saves a tenth more and takes 50 times as long, so it is for the start alone.
    """
    zipped = gzip.compress(body, 9, mtime=0) if suffix in _COMPRESSED else b""
    is_worth_it = len(body) >= _MIN_GZIP_BYTES and len(zipped) < len(body)
    return Asset(
        body=body,
        zipped=zipped if is_worth_it else b"",
        squeezed=_squeezed(body) if is_worth_it and is_squeezed else b"",
        media=_MEDIA[suffix],
        etag=hashlib.sha256(body).hexdigest()[:32],
    )


@lru_cache(maxsize=16)
def _squeezed(body: bytes) -> bytes:
    """Kept, because in tests one process starts the service often."""
    return bytes(brotli.compress(body, mode=brotli.MODE_TEXT, quality=11))


class Assets:
    """The files of one folder.

    Args:
        squeezed: The files that are sent in the smallest form there is.

    Attributes:
        digest: Of every name and content together; changes when anything does.
    """

    def __init__(self, files: Mapping[str, bytes], squeezed: Collection[str] = ()) -> None:
        self._files = {
            name: asset(body, Path(name).suffix, is_squeezed=name in squeezed)
            for name, body in files.items()
        }
        everything = hashlib.sha256()
        for name, one in sorted(self._files.items()):
            everything.update(f"{name}\0{one.etag}\n".encode())
        self.digest = everything.hexdigest()[:16]

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self._files)

    def find(self, name: str) -> Asset:
        """Raises `NotFound` when no such file was there at start."""
        if name not in self._files:
            raise NotFound("no_such_file", "There is no such file. Load the page again.")
        return self._files[name]


def read_folder(folder: Path) -> dict[str, bytes]:
    """Every file that may be served, by its path inside the folder. Links are not followed."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.suffix in _MEDIA and path.is_file() and not path.is_symlink()
    }


def respond(request: web.Request, found: Asset, cache: str) -> web.Response:
    """The file, compressed when the browser takes that, or 304 when it has it already."""
    coding, body = _coded(found, request.headers.get("Accept-Encoding", ""))
    etag = f'"{found.etag}{f"-{coding}" if coding else ""}"'
    headers = {"ETag": etag, "Cache-Control": cache, "Vary": "Accept-Encoding"}
    if etag in _asked_etags(request):
        return web.Response(status=304, headers=headers)
    headers["Content-Type"] = found.media
    if coding:
        headers["Content-Encoding"] = coding
    return web.Response(body=body, headers=headers)


def _coded(found: Asset, accepted: str) -> tuple[str, bytes]:
    """The smallest form that this browser takes, and its name; none for the file as it is."""
    taken = _taken_codings(accepted)
    for coding, body in (("br", found.squeezed), ("gzip", found.zipped)):
        if body and coding in taken:
            return coding, body
    return "", found.body


@lru_cache(maxsize=256)
def _taken_codings(accepted: str) -> frozenset[str]:
    """What an `Accept-Encoding` allows. Source: RFC 9110, 12.5.3."""
    taken = set()
    for entry in accepted[:400].lower().split(","):
        coding, _, weight = entry.partition(";")
        if not _REFUSED.fullmatch(weight):
            taken.add(coding.strip())
    return frozenset(taken)


def _asked_etags(request: web.Request) -> set[str]:
    asked = request.headers.get("If-None-Match", "")
    return {one.strip().removeprefix("W/") for one in asked.split(",")}
