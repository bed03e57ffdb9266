"""An archived session that answers as the store does, so that whatever reads the one reads both.

It knows the reading commands that `sessions.py`, `orders.py`, `ledger.py` and their like send;
tests hold it to the store's own answers.
"""

import bisect
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

from livesell.errors import Conflict
from livesell.store.connect import Command, Link
from livesell.store.keys import Keys
from livesell.store.scripts import script
from livesell.store.snapshot import Row, Section, Sections

Part = str | bytes | int


class ArchiveLink(Link):
    """Reads the rows of one session from memory; refuses to write.

    Args:
        keys: Those of the store that the session was in.
    """

    def __init__(self, keys: Keys, sections: Sections) -> None:
        # Not the store's: there is nothing to connect to.
        self.keys = keys
        self._rooms = {name: _Room(section) for name, section in sections.items()}

    async def close(self) -> None:
        """There is nothing to close."""

    # A memory has no timeout; the signatures are those of the store's own link.
    async def read(self, *commands: Command, timeout_s: float | None = None) -> list[Any]:  # noqa: ARG002
        return [self._answer(command) for command in commands]

    async def read_at_once(self, *commands: Command, timeout_s: float | None = None) -> list[Any]:  # noqa: ARG002
        return await self.read(*commands)

    async def write(self, *_commands: Command) -> list[Any]:
        raise is_archived()

    def _answer(self, command: Command) -> Any:
        verb, *rest = command
        if verb == "EVALSHA":
            return self._pulled(rest)
        name = _bytes(rest[0]).decode().rpartition(":")[2]
        room = self._room(name)
        answer: Callable[[_Room, Sequence[Part]], Any] | None = _VERBS.get(str(verb))
        if answer is None:
            raise NotImplementedError(f"An archive cannot answer {verb!r}.")
        return answer(room, rest[1:])

    def _pulled(self, rest: Sequence[Part]) -> list[Any]:
        """What `pull.lua` answers; a test holds the two together."""
        pull = script("pull")
        if rest[0] != pull.sha:
            raise is_archived()
        known_version, known_queue, known_bans = (int(one) for one in rest[2 + len(pull.keys) :])
        session = self._room("session").table
        if b"version" not in session:
            return [0]
        version, queue, bans = (int(session.get(name, 0)) for name in _COUNTS)
        is_known = known_version == version
        return [
            version,
            self._room("units").flat,
            self._room("tally").flat,
            self._room("ticker").firsts,
            self._room("leases").flat,
            _zrange(self._room("holds"), (0, 0, "WITHSCORES")),
            _zrange(self._room("lapses"), (0, 0, "WITHSCORES")),
            b"" if is_known else session[b"record"],
            [] if is_known else self._room("cards").flat,
            queue,
            [] if known_queue == queue else self._offers(),
            bans,
            [] if known_bans == bans else self._room("banned").firsts,
        ]

    def _offers(self) -> list[bytes]:
        entries = self._room("entries").table
        fields = self._room("lapses").firsts
        return [part for field in fields for part in (field, entries.get(field, b""))]

    def _room(self, name: str) -> "_Room":
        return self._rooms.get(name, _EMPTY)


class _Room:
    """One section, indexed as it is asked for."""

    def __init__(self, section: Section) -> None:
        self.rows: list[Row] = section.rows

    @cached_property
    def table(self) -> dict[bytes, bytes]:
        return {row[0]: row[1] for row in self.rows}

    @cached_property
    def firsts(self) -> list[bytes]:
        return [row[0] for row in self.rows]

    @cached_property
    def flat(self) -> list[bytes]:
        return [part for row in self.rows for part in row]

    @cached_property
    def members(self) -> set[bytes]:
        return set(self.firsts)

    @cached_property
    def ids(self) -> list[tuple[int, int]]:
        return [_entry_id(row[0], 0) for row in self.rows]


_EMPTY = _Room(Section("none", []))

# Fields of the session that count its changes.
_COUNTS = (b"version", b"queue", b"bans")

# The largest sequence number of a stream's id.
_LAST = 2**64 - 1


def _entry_id(text: bytes, default: int) -> tuple[int, int]:
    ms, _, seq = text.partition(b"-")
    return int(ms), int(seq) if seq else default


def _bytes(part: Part) -> bytes:
    return part if isinstance(part, bytes) else str(part).encode()


def _range(count: int, start: Part, stop: Part) -> slice:
    """A range of a list as the store counts it: both ends in it, negative ones from the end."""
    first, last = int(start), int(stop)
    first = max(0, first + count if first < 0 else first)
    last = last + count if last < 0 else last
    return slice(first, max(first, last + 1))


def _stream_range(room: _Room, low: Part, high: Part) -> tuple[int, int]:
    """Indices of the entries between two ids, with - and + and ( as the store takes them."""
    begin, end = _bytes(low), _bytes(high)
    first, last = 0, len(room.rows)
    if begin != b"-":
        find = bisect.bisect_right if begin.startswith(b"(") else bisect.bisect_left
        first = find(room.ids, _entry_id(begin.lstrip(b"("), 0))
    if end != b"+":
        find = bisect.bisect_left if end.startswith(b"(") else bisect.bisect_right
        last = find(room.ids, _entry_id(end.lstrip(b"("), _LAST))
    return first, last


def _entries(rows: Sequence[Row], rest: Sequence[Part]) -> list[Any]:
    count = int(rest[1]) if rest else len(rows)
    return [[row[0], list(row[1:])] for row in rows[:count]]


def _xrange(room: _Room, rest: Sequence[Part]) -> list[Any]:
    first, last = _stream_range(room, rest[0], rest[1])
    return _entries(room.rows[first:last], rest[2:])


def _xrevrange(room: _Room, rest: Sequence[Part]) -> list[Any]:
    first, last = _stream_range(room, rest[1], rest[0])
    return _entries(room.rows[first:last][::-1], rest[2:])


def _between(room: _Room, low: Part, high: Part) -> list[bytes]:
    """Members of a zset whose scores are all the same, from `low` to `high` by their bytes."""
    return [one for one in room.firsts if _is_after(one, low) and _is_before(one, high)]


def _is_after(one: bytes, low: Part) -> bool:
    edge = _bytes(low)
    return edge == b"-" or one > edge[1:] or (edge[:1] == b"[" and one == edge[1:])


def _is_before(one: bytes, high: Part) -> bool:
    edge = _bytes(high)
    return edge == b"+" or one < edge[1:] or (edge[:1] == b"[" and one == edge[1:])


def _zrange(room: _Room, rest: Sequence[Part]) -> list[bytes]:
    rows = room.rows[_range(len(room.rows), rest[0], rest[1])]
    width = 2 if "WITHSCORES" in rest else 1
    return [part for row in rows for part in row[:width]]


def _hscan(room: _Room, rest: Sequence[Part]) -> list[Any]:
    """A page of a hash; the cursor is where it begins."""
    start, count = int(rest[0]), int(rest[2])
    end = start + count
    page = [part for row in room.rows[start:end] for part in row]
    return [_bytes(end if end < len(room.rows) else 0), page]


def _index(room: _Room, rest: Sequence[Part]) -> bytes | None:
    at = int(rest[0])
    return room.firsts[at] if -len(room.firsts) <= at < len(room.firsts) else None


_VERBS: dict[str, Callable[[_Room, Sequence[Part]], Any]] = {
    "EXISTS": lambda room, _: int(bool(room.rows)),
    "HGET": lambda room, rest: room.table.get(_bytes(rest[0])),
    "HMGET": lambda room, rest: [room.table.get(_bytes(field)) for field in rest],
    "HEXISTS": lambda room, rest: int(_bytes(rest[0]) in room.table),
    "HGETALL": lambda room, _: room.flat,
    "HKEYS": lambda room, _: room.firsts,
    "HVALS": lambda room, _: [row[1] for row in room.rows],
    "HSCAN": _hscan,
    "HLEN": lambda room, _: len(room.rows),
    "LLEN": lambda room, _: len(room.rows),
    "LINDEX": _index,
    "LRANGE": lambda room, rest: room.firsts[_range(len(room.rows), rest[0], rest[1])],
    "SCARD": lambda room, _: len(room.rows),
    "SISMEMBER": lambda room, rest: int(_bytes(rest[0]) in room.members),
    "SMEMBERS": lambda room, _: room.firsts,
    "ZCARD": lambda room, _: len(room.rows),
    "ZRANGE": _zrange,
    "ZRANGEBYLEX": lambda room, rest: _between(room, rest[0], rest[1]),
    "ZREVRANGEBYLEX": lambda room, rest: _between(room, rest[1], rest[0])[::-1],
    "XLEN": lambda room, _: len(room.rows),
    "XRANGE": _xrange,
    "XREVRANGE": _xrevrange,
}


def is_archived(session_id: str = "SESSION") -> Conflict:
    """The error of whoever would change a session that is in the archive."""
    return Conflict(
        "session_archived",
        "This session is in the archive and cannot be changed. Bring it back first: "
        f"livesell archive --restore {session_id}",
    )
