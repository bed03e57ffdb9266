"""Files for browsers, read and compressed once at start, then served from memory.

Their address carries a digest over all of them, so a browser may keep each for ever and never
mixes two versions. Only what was in the folder at start is served: a path is looked up, never
opened.
"""

import gzip
import hashlib
from collections.abc import Mapping
from pathlib import Path

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

# Below this a gzip header costs more than it saves.
_MIN_GZIP_BYTES = 256


class Asset(Struct, frozen=True, kw_only=True):
    """One file in memory; `zipped` is empty when compressing it gains nothing."""

    body: bytes
    zipped: bytes
    media: str
    etag: str


def asset(body: bytes, suffix: str) -> Asset:
    zipped = gzip.compress(body, 9, mtime=0) if suffix in _COMPRESSED else b""
    is_worth_it = len(body) >= _MIN_GZIP_BYTES and len(zipped) < len(body)
    return Asset(
        body=body,
        zipped=zipped if is_worth_it else b"",
        media=_MEDIA[suffix],
        etag=hashlib.sha256(body).hexdigest()[:32],
    )


class Assets:
    """The files of one folder.

    Attributes:
        digest: Of every name and content together; changes when anything does.
    """

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = {name: asset(body, Path(name).suffix) for name, body in files.items()}
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
    takes_gzip = "gzip" in request.headers.get("Accept-Encoding", "")
    is_zipped = bool(found.zipped) and takes_gzip
    etag = f'"{found.etag}{"-gz" if is_zipped else ""}"'
    headers = {"ETag": etag, "Cache-Control": cache, "Vary": "Accept-Encoding"}
    if etag in _asked_etags(request):
        return web.Response(status=304, headers=headers)
    headers["Content-Type"] = found.media
    if is_zipped:
        headers["Content-Encoding"] = "gzip"
    return web.Response(body=found.zipped if is_zipped else found.body, headers=headers)


def _asked_etags(request: web.Request) -> set[str]:
    asked = request.headers.get("If-None-Match", "")
    return {one.strip().removeprefix("W/") for one in asked.split(",")}
