"""Everything that the store holds of one session, row by row: taken out, removed, put back.

Knows no noun: it reads every key that `keys.py` lists, whatever is in it. So a key that is new
tomorrow is archived tomorrow.
"""

import hashlib
from collections.abc import AsyncIterator, Iterable, Sequence

from msgspec import Struct

from livesell.errors import Conflict, OutcomeUnknown
from livesell.store.connect import Command, Link
from livesell.store.keys import SESSION_KEYS
from livesell.store.pulled import pairs
from livesell.store.scripts import script

# A hash's row is (field, value), a zset's (member, score), a stream's (id, name, value, ...);
# those of a list, a set and a string have one part.
Row = tuple[bytes, ...]

PAGE = 1000

# What nodes go on writing while a page is still open on a session that is over.
VOLATILE = frozenset({"leases", "beats"})

# What may change without a new fact on the ledger and without growing.
SUMMED = frozenset({"contacts", "details", "payments", "refunds", "events", "entries"})

_SUM_LIMIT = 2**52


class Section(Struct, frozen=True):
    """One key: its type as the store names it, and its rows."""

    type: str
    rows: list[Row]


# By the names of `SESSION_KEYS`; keys that do not exist are left out.
Sections = dict[str, Section]


async def take(link: Link, session_id: str) -> Sections:
    """Reads a session that rests, page by page. What changes meanwhile is noticed by `remove`."""
    keys = [link.keys.of(session_id, name) for name in SESSION_KEYS]
    types = await link.read(*(("TYPE", key) for key in keys))
    sections: Sections = {}
    for name, key, found in zip(SESSION_KEYS, keys, types, strict=True):
        kind = found.decode()
        if kind != "none":
            rows = [row async for row in _rows(link, key, kind)]
            sections[name] = Section(kind, sorted(set(rows)) if kind in _UNORDERED else rows)
    return sections


_UNORDERED = frozenset({"hash", "set"})


def _rows(link: Link, key: str, kind: str) -> AsyncIterator[Row]:
    match kind:
        case "hash" | "set":
            return _scanned(link, kind, key)
        case "list" | "zset":
            return _ranged(link, kind, key)
        case "stream":
            return _streamed(link, key)
        case "string":
            return _single(link, key)
    raise Conflict("cannot_archive", f"The store has a {kind} that cannot be archived.")


async def _streamed(link: Link, key: str) -> AsyncIterator[Row]:
    start = "-"
    while True:
        (found,) = await link.read(("XRANGE", key, start, "+", "COUNT", PAGE))
        for entry_id, fields in found:
            yield (entry_id, *fields)
        if len(found) < PAGE:
            return
        start = f"({found[-1][0].decode()}"


async def _single(link: Link, key: str) -> AsyncIterator[Row]:
    (value,) = await link.read(("GET", key))
    yield (value,)


async def _scanned(link: Link, kind: str, key: str) -> AsyncIterator[Row]:
    """A hash or a set in no order; what the store tells twice is yielded twice."""
    verb, cursor = "HSCAN" if kind == "hash" else "SSCAN", b"0"
    while True:
        ((cursor, flat),) = await link.read((verb, key, cursor, "COUNT", PAGE))
        for row in pairs(flat) if kind == "hash" else ((one,) for one in flat):
            yield row
        if cursor == b"0":
            return


async def _ranged(link: Link, kind: str, key: str) -> AsyncIterator[Row]:
    """A list or a zset in its order."""
    is_list, start = kind == "list", 0
    while True:
        stop = start + PAGE - 1
        command: Command = ("LRANGE", key, start, stop)
        if not is_list:
            command = ("ZRANGE", key, start, stop, "WITHSCORES")
        (flat,) = await link.read(command)
        rows = [(one,) for one in flat] if is_list else list(pairs(flat))
        for row in rows:
            yield row
        if len(rows) < PAGE:
            return
        start += PAGE


async def remove(link: Link, session_id: str, sections: Sections) -> str:
    """Takes a session out of the store if it is, to the row, what `sections` say.

    Returns:
        "removed"; "gone" when it was not there; else the name of a key that has changed, and then
        nothing was removed.
    """
    arguments: list[str | bytes | int] = [
        link.keys.wake(session_id),
        version_of(sections),
        sections["ledger"].rows[-1][0],
    ]
    for name in SESSION_KEYS:
        section = sections.get(name, Section("hash", []))
        count = -1 if name in VOLATILE else len(section.rows)
        is_summed = name in SUMMED and section.type == "hash"
        arguments += [name, count, sum_of(section.rows) if is_summed else ""]
    command = link.call(script("remove_session"), session_id, *arguments)
    try:
        (word,) = await link.write(command)
    except OutcomeUnknown:
        # It checks what it removes, so a second time is harmless.
        (word,) = await link.write(command)
    return str(word.decode())


async def put_back(link: Link, session_id: str, sections: Sections) -> None:
    """Writes a session that is not in the store; it is there at once, with its last row.

    What an earlier, interrupted attempt has left is removed first.
    """
    keys = {name: link.keys.of(session_id, name) for name in SESSION_KEYS}
    await link.write(("UNLINK", *(key for name, key in keys.items() if name != "session")))
    for name, section in sections.items():
        if name not in ("session", *VOLATILE):
            for page in _pages(section.rows):
                await link.write(*_writes(keys[name], section.type, page))
    rows = sections["session"].rows
    await link.write(*_writes(keys["session"], "hash", rows))


def _pages(rows: Sequence[Row]) -> Iterable[Sequence[Row]]:
    return (rows[at : at + PAGE] for at in range(0, len(rows), PAGE))


def _writes(key: str, kind: str, rows: Sequence[Row]) -> list[Command]:
    flat = [part for row in rows for part in row]
    match kind:
        case "hash":
            return [("HSET", key, *flat)]
        case "set":
            return [("SADD", key, *flat)]
        case "list":
            return [("RPUSH", key, *flat)]
        case "zset":
            return [("ZADD", key, *(part for member, score in rows for part in (score, member)))]
        case "stream":
            return [("XADD", key, entry_id, *fields) for entry_id, *fields in rows]
    return [("SET", key, flat[0])]


def version_of(sections: Sections) -> bytes:
    """The session's version; empty when there is no session."""
    rows = sections["session"].rows if "session" in sections else []
    return next((value for field, value in rows if field == b"version"), b"")


def sum_of(rows: Iterable[Row]) -> str:
    """The same sum of digests as in `lua/remove_session.lua`."""
    total = 0
    for field, value in rows:
        digest = hashlib.sha1(b"%d:%b%b" % (len(field), field, value), usedforsecurity=False)
        total = (total + int(digest.hexdigest()[:12], 16)) % _SUM_LIMIT
    return str(total)


def differing(one: Sections, other: Sections) -> str | None:
    """The first key that differs, those apart that nodes go on writing."""
    for name in SESSION_KEYS:
        if name not in VOLATILE and one.get(name) != other.get(name):
            return name
    return None
