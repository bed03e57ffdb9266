r"""One session in one file: gzip of JSON lines, to be read with any tool for as long as needed.

    {"livesell": "session archive", "format": 1, "session": "naqu", ...}
    {"section": "orders", "type": "hash", "rows": 2}
    ["8c0f...", "{\"n\":1,...}"]
    ["91d2...", "{\"n\":2,...}"]
    {"section": "figures", "type": "json", "rows": 1}
    {"gross": 123400, ...}
    {"end": true, "lines": 6, "sections": {"orders": 2, "figures": 1}, "sha256": "..."}

First the header; then each of the session's keys with its rows, as `store/keys.py` describes them;
then the figures, for whoever reads this without livesell; then the trailer. Its `sha256` is that
of all lines before it. A value that is not UTF-8 text is
`{"base64": "..."}`. Everything here blocks: call it in a thread.
"""

import contextlib
import hashlib
import os
import re
import zlib
from collections.abc import Callable, Iterator
from gzip import BadGzipFile, GzipFile
from pathlib import Path
from typing import IO, Any

import msgspec
from msgspec import Struct

from livesell.errors import CannotStart, Conflict, NotFound
from livesell.store.snapshot import Row, Section, Sections

FORMAT = 1
SUFFIX = ".livesell.gz"

_MAGIC = "session archive"
# The largest rows are the prints of a seal: some 16 bytes an entry in base64.
_MAX_LINE_BYTES = 512 * 1024 * 1024
_MAX_HEADER_BYTES = 1024 * 1024
# Most of what there is to gain, in a quarter of the time of level 9.
_LEVEL = 6

_ENTRY_ID = re.compile(rb"[0-9]{1,20}-[0-9]{1,20}")

_encode = msgspec.json.Encoder().encode


class Erasure(Struct, frozen=True, kw_only=True):
    """A viewer whose details were taken out of the file, and when."""

    viewer: str
    at_ms: int


class Header(Struct, frozen=True, kw_only=True):
    """The first line. `version` is that of the livesell that wrote the file."""

    livesell: str = _MAGIC
    format: int = FORMAT
    session: str
    made_ms: int
    version: str
    erased: tuple[Erasure, ...] = ()


class Archive(Struct, frozen=True, kw_only=True):
    """A file that was read and found whole. `digest` is its SHA-256, as sha256sum prints it."""

    path: Path
    header: Header
    sections: Sections
    figures: dict[str, Any]
    digest: str
    size_bytes: int


class _Base64(Struct):
    base64: bytes


class _SectionLine(Struct):
    section: str
    type: str
    rows: int


class _Trailer(Struct):
    end: bool
    lines: int
    sections: dict[str, int]
    sha256: str


_row_decoder = msgspec.json.Decoder(list[str | _Base64])
_header_decoder = msgspec.json.Decoder(Header)
_next_decoder = msgspec.json.Decoder(dict[str, Any])


def write(path: Path, header: Header, sections: Sections, figures: dict[str, Any]) -> None:
    """Writes a file beside `path` that is on disk when this returns; `path` itself stays as it is.

    Raises:
        CannotStart: `archive_unwritable`: a full disk, a missing right.
    """
    part = part_of(path)
    with _told("written", part):
        try:
            with _new(part) as raw:
                # Without name and time the same session makes the same bytes.
                with GzipFile("", "wb", _LEVEL, raw, mtime=0) as packed:
                    _Writer(packed).all(header, sections, figures)
                raw.flush()
                os.fsync(raw.fileno())
        except OSError:
            part.unlink(missing_ok=True)
            raise


def part_of(path: Path) -> Path:
    """Where a file is written before it takes its name."""
    return path.with_name(f".{path.name}.part")


def put_in_place(path: Path) -> None:
    """Gives the written file its name, in one step that survives a power cut."""
    with _told("written", path):
        part_of(path).replace(path)
        sync_folder(path.parent)


def discard(path: Path) -> None:
    """Takes a file away for good."""
    with _told("removed", path):
        path.unlink(missing_ok=True)
        sync_folder(path.parent)


def tidy(folder: Path) -> None:
    """Takes away what a killed run has left half-written."""
    with _told("removed", folder):
        for part in folder.glob(f".*{SUFFIX}.part"):
            part.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read(path: Path) -> Archive:
    """The whole file, every line checked.

    Raises:
        NotFound: `archive_missing`.
        CannotStart: `archive_unreadable`: this account may not, or the disk fails.
        Conflict: `archive_damaged`: cut off, changed, or no archive at all; says which.
    """
    try:
        with path.open("rb") as raw:
            digest = hashlib.file_digest(raw, "sha256").hexdigest()
            size_bytes = raw.tell()
            raw.seek(0)
            header, sections, figures = _Reader(path, raw).all()
    except FileNotFoundError:
        raise _missing(path) from None
    except (BadGzipFile, zlib.error) as error:
        raise damaged(path, "its compressed bytes are broken") from error
    except EOFError as error:
        raise damaged(path, "it was cut off") from error
    except OSError as error:
        raise CannotStart(
            "archive_unreadable", f"The archive {path} cannot be read: {error.strerror}."
        ) from error
    return Archive(
        path=path, header=header, sections=sections, figures=figures, digest=digest,
        size_bytes=size_bytes,
    )  # fmt: skip


class _Writer:
    def __init__(self, out: GzipFile) -> None:
        self._out = out
        self._sum = hashlib.sha256()
        self._lines = 0

    def all(self, header: Header, sections: Sections, figures: dict[str, Any]) -> None:
        self._line(_encode(header))
        for name, section in sections.items():
            self._line(_encode(_SectionLine(name, section.type, len(section.rows))))
            for row in section.rows:
                self._line(_encode([_text(part) for part in row]))
        self._line(_encode(_SectionLine("figures", "json", 1)))
        self._line(_encode(figures))
        counts = {name: len(section.rows) for name, section in sections.items()}
        trailer = _Trailer(
            end=True, lines=self._lines, sections={**counts, "figures": 1},
            sha256=self._sum.hexdigest(),
        )  # fmt: skip
        self._out.write(_encode(trailer) + b"\n")

    def _line(self, line: bytes) -> None:
        self._sum.update(line)
        self._sum.update(b"\n")
        self._lines += 1
        self._out.write(line + b"\n")


def _text(part: bytes) -> str | _Base64:
    try:
        return part.decode()
    except UnicodeDecodeError:
        return _Base64(part)


class _Reader:
    def __init__(self, path: Path, raw: IO[bytes]) -> None:
        self._path = path
        self._raw = raw
        self._sum = hashlib.sha256()
        self._lines = 0

    def all(self) -> tuple[Header, Sections, dict[str, Any]]:
        if self._raw.read(2) != b"\x1f\x8b":
            raise _foreign(self._path)
        self._raw.seek(0)
        with GzipFile(fileobj=self._raw) as packed:
            header = self._header(packed)
            sections: Sections = {}
            figures: dict[str, Any] = {}
            while "end" not in (found := self._next(packed)):
                name, kind, count = self._section_line(found)
                if kind == "json":
                    figures = self._decoded(_next_decoder.decode, self._line(packed))
                else:
                    rows = list(self._rows(packed, name, kind, count))
                    sections[name] = Section(kind, rows)
            self._check_end(found, sections)
            if packed.read(1):
                raise damaged(self._path, "something was added at its end")
        return header, sections, figures

    def _header(self, packed: GzipFile) -> Header:
        line = packed.readline(_MAX_HEADER_BYTES)
        try:
            found = _next_decoder.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError):
            found = {}
        if found.get("livesell") != _MAGIC:
            raise _foreign(self._path)
        if found.get("format") != FORMAT:
            raise damaged(
                self._path,
                f"it has format {found.get('format')}, and this livesell reads format {FORMAT}; "
                "use the livesell that wrote it",
            )
        self._count(line)
        header: Header = self._decoded(_header_decoder.decode, line)
        return header

    def _line(self, packed: GzipFile) -> bytes:
        line = packed.readline(_MAX_LINE_BYTES)
        if not line.endswith(b"\n"):
            raise damaged(self._path, "it was cut off")
        self._count(line)
        return line

    def _count(self, line: bytes) -> None:
        self._sum.update(line)
        self._lines += 1

    def _next(self, packed: GzipFile) -> dict[str, Any]:
        """The line that begins a section, or the trailer, which is not part of the digest."""
        before, lines = self._sum.copy(), self._lines
        found: dict[str, Any] = self._decoded(_next_decoder.decode, self._line(packed))
        if "end" in found:
            self._sum, self._lines = before, lines
        return found

    def _section_line(self, found: dict[str, Any]) -> tuple[str, str, int]:
        line = self._decoded(lambda one: msgspec.convert(one, _SectionLine), found)
        return line.section, line.type, line.rows

    def _rows(self, packed: GzipFile, name: str, kind: str, count: int) -> Iterator[Row]:
        for _ in range(count):
            line = self._line(packed)
            try:
                parts = _row_decoder.decode(line)
            except (msgspec.DecodeError, UnicodeDecodeError) as error:
                raise self._no_row(name) from error
            row = tuple(part.encode() if isinstance(part, str) else part.base64 for part in parts)
            if not _is_row(kind, row):
                raise self._no_row(name)
            yield row

    def _no_row(self, name: str) -> Conflict:
        return damaged(
            self._path,
            f"its section {name} has another number of rows than it says, or a row that is none",
        )

    def _check_end(self, found: dict[str, Any], sections: Sections) -> None:
        trailer: _Trailer = self._decoded(lambda one: msgspec.convert(one, _Trailer), found)
        for name, count in trailer.sections.items():
            rows = 1 if name == "figures" else len(sections.get(name, Section("", [])).rows)
            if rows != count:
                raise damaged(
                    self._path, f"its section {name} has {rows:,} rows; {count:,} were written"
                )
        if (trailer.sha256, trailer.lines) != (self._sum.hexdigest(), self._lines):
            raise damaged(self._path, "its content has another digest than the one written")

    def _decoded(self, decode: Callable[[Any], Any], line: Any) -> Any:
        try:
            return decode(line)
        except (msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError) as error:
            raise damaged(self._path, f"line {self._lines + 1} is not what it should be") from error


def _is_row(kind: str, row: Row) -> bool:
    if kind == "stream":
        return len(row) % 2 == 1 and _ENTRY_ID.fullmatch(row[0]) is not None
    return len(row) == (2 if kind in ("hash", "zset") else 1)


@contextlib.contextmanager
def _told(what: str, path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise CannotStart(
            "archive_unwritable",
            f"The archive {path} cannot be {what}: {error.strerror}. Nothing was lost: what was "
            "not archived is still in the store.",
        ) from error


def _new(part: Path) -> IO[bytes]:
    """For its owner only: it holds names and addresses."""
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    return os.fdopen(descriptor, "wb")


def _missing(path: Path) -> NotFound:
    return NotFound(
        "archive_missing",
        f"The archive {path} is not there. Put it back from a backup, or look on the machine that "
        "archived this session.",
    )


def damaged(path: Path, why: str) -> Conflict:
    """The error of a file that is not what was written."""
    return Conflict(
        "archive_damaged", f"The archive {path} is damaged: {why}. Get it back from a backup."
    )


def _foreign(path: Path) -> Conflict:
    return Conflict("archive_damaged", f"{path} is no archive of livesell. Check the name.")


def session_of(path: Path) -> str:
    """The session that a file's name speaks of; empty when it is not such a name."""
    match = re.fullmatch(r"([a-z0-9-]+)" + re.escape(SUFFIX), path.name)
    return match[1] if match else ""
