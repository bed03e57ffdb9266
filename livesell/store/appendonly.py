"""The embedded store's append-only file when it is not whole: cut short, or damaged.

A file that ends in the middle of a write is what a power cut leaves. The server cuts that write
off and starts; it was never acknowledged. Any other damage stops it, and a person has to decide:
nothing here changes a file.
"""

import mmap
import re
from pathlib import Path

from msgspec import Struct

from livesell.errors import CannotStart

# Source: Valkey's defaults for appenddirname and appendfilename, which we leave as they are.
FOLDER, MANIFEST = "appendonlydir", "appendonly.aof.manifest"

# Source: Valkey's src/aof.c, loadSingleAppendOnlyFile; a test makes it say so.
_CUT = re.compile(r"Truncating the AOF (\S+) at offset (\d+)")

_MULTI, _EXEC = b"*1\r\n$5\r\nMULTI\r\n", b"*1\r\n$4\r\nEXEC\r\n"

_IS_LOADED = "Ready to accept connections"

# Source: the same, and src/rdb.c: the files that the append-only file begins with or consists of.
_UNREADABLE = re.compile(
    r"FATAL AOF MANIFEST FILE ERROR|Unable to obtain the AOF file|"
    r"Short read or OOM loading DB|Error reading the RDB preamble of the AOF file|"
    r"Wrong signature trying to load DB from file|Internal error in RDB"
)


class Cut(Struct, frozen=True):
    """The server found `file` to end in the middle of a write and left its first `kept_bytes`."""

    file: str
    kept_bytes: int

    def __str__(self) -> str:
        return (
            f"The store's file {self.file} ended in the middle of a write when the store was "
            f"started, as after a power cut; its first {self.kept_bytes:,} bytes are kept. What "
            "was cut off had not been acknowledged, unless the disk lost it afterwards."
        )


def cut_in(log: str) -> Cut | None:
    """What the server said in its log when it started; None when the file was whole."""
    found = _CUT.search(log)
    return None if found is None else Cut(found[1], int(found[2]))


def damage_in(log: str, folder: Path) -> CannotStart | None:
    """Why the server of `folder` has ended while it started, if that is because of its files.

    They are looked at whatever its log says: Valkey 9.1 ends with a line about the file after
    some damage, and with a crash report about itself after other.
    """
    if _IS_LOADED in log:
        return None
    for file in sorted((folder / FOLDER).glob("*.aof")):
        size, whole = file.stat().st_size, readable_bytes(file)
        if whole < size:
            return _broken(file, whole, size, folder)
    return _incomplete(folder) if _UNREADABLE.search(log) else None


def check_manifest(folder: Path) -> None:
    """Before a start: without the list of its files the server would begin with an empty store.

    Raises:
        CannotStart: `store_damaged`.
    """
    files = folder / FOLDER
    if not (files / MANIFEST).exists() and any(files.glob("*.aof")):
        raise _incomplete(folder)


def _incomplete(folder: Path) -> CannotStart:
    return CannotStart(
        "store_damaged",
        f"The embedded store's files in {folder / FOLDER} are damaged or incomplete, so the "
        f"store does not start. Copy {folder} to a safe place, put a backup of it there and "
        "start again.",
    )


def _broken(file: Path, whole: int, size: int, folder: Path) -> CannotStart:
    return CannotStart(
        "store_damaged",
        f"The embedded store's file {file} is damaged after byte {whole} of {size}, so the store "
        f"does not start: what follows would be lost. Copy {folder} to a safe place. Then put a "
        f"backup of it there, or give up what follows the damage: `truncate -s {whole} {file}`. "
        "Start again after that.",
    )


def readable_bytes(file: Path) -> int:
    """Up to where the file consists of whole commands and whole transactions.

    Source: the Redis serialization protocol: `*2 $3 GET $1 a`, each part ending with CR LF; lines
    that begin with # are remarks.
    """
    with file.open("rb") as opened:
        if not file.stat().st_size:
            return 0
        with mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as text:
            at = whole = 0
            is_within = False
            while (after := _after_command(text, at)) is not None:
                command = text[at : min(after, at + len(_MULTI))]
                is_within = command == _MULTI or (is_within and command != _EXEC)
                at = after
                if not is_within:
                    whole = at
            return whole


def _after_command(text: mmap.mmap, at: int) -> int | None:
    """Where the command ends that begins there; None when there is none, or not all of it."""
    end = text.find(b"\r\n", at)
    if end < 0 or text[at : at + 1] not in (b"*", b"#"):
        return None
    if text[at : at + 1] == b"#":
        return end + 2
    parts, at = _number(text[at + 1 : end]), end + 2
    for _ in range(parts):
        end = text.find(b"\r\n", at)
        size = _number(text[at + 1 : end]) if end > 0 and text[at : at + 1] == b"$" else -1
        at = end + 2 + size + 2
        if size < 0 or text[at - 2 : at] != b"\r\n":
            return None
    return at if parts > 0 else None


def _number(text: bytes) -> int:
    return int(text) if text.isdigit() and len(text) < 16 else -1
