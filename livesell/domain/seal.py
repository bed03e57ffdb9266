"""The seal on a ledger: a chain of SHA-256 over its entries, which names the first one changed.

The first link is the digest of the session's id, each further one that of the link before and of
the entry in its canonical bytes. Whoever notes a seal's digest elsewhere can tell later, without
trusting the store, that no earlier entry was changed, added, taken away or moved.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from msgspec import Struct

# Of each link this much is kept beside the ledger, to name the entry at which a chain breaks.
# That nothing was changed is vouched for by the whole digest; 64 bits only have to find the place.
PRINT_BYTES = 8

_SEED = b"livesell ledger 1\n"

What = Literal["changed", "missing", "added", "moved", "seal"]


class Line(Struct, frozen=True):
    """An entry of the ledger as it is stored: its id, and names and values in turn."""

    id: str
    fields: tuple[bytes, ...]

    def text(self, name: bytes) -> str:
        """The value of a field; empty when there is none."""
        for known, value in zip(self.fields[::2], self.fields[1::2], strict=False):
            if known == name:
                return value.decode(errors="replace")
        return ""

    @property
    def kind(self) -> str:
        return self.text(b"k")

    @property
    def by(self) -> str:
        return self.text(b"by")

    @property
    def at_ms(self) -> int:
        """When it happened, epoch ms; when it was written, if it does not say."""
        at = self.text(b"at")
        return int(at) if at.isdecimal() else moment_of(self.id)


class Seal(Struct, frozen=True, kw_only=True):
    """The first `entries` of a ledger, sealed at `at_ms`; `digest` is hex.

    `prints` has, for each entry since the seal before, the first bytes of its link and its id.
    """

    entries: int
    last_id: str
    digest: str
    at_ms: int
    prints: bytes = b""


class Disagreement(Struct, frozen=True, kw_only=True):
    """The first entry that is not as it was sealed.

    `n` counts from 1. Of an entry that is missing only the id is known, and so the moment at which
    it was written. `what` is "seal" when a seal contradicts itself from this entry on.
    """

    what: What
    n: int
    id: str
    at_ms: int
    kind: str = ""
    by: str = ""


class Verdict(Struct, frozen=True, kw_only=True):
    """What came of comparing a ledger with its seals.

    `sealed` of its `entries` are under a seal; `digest` is the newest seal's. `noted_entries` says
    how many entries a digest that was noted elsewhere vouches for: None when none was given, 0
    when it is of no seal here.
    """

    entries: int
    sealed: int
    digest: str
    seals: tuple[Seal, ...]
    first: Disagreement | None = None
    noted_entries: int | None = None

    @property
    def is_intact(self) -> bool:
        return self.first is None and self.noted_entries != 0


def canonical(line: Line) -> bytes:
    """Id and fields, each with its length before it, so that no two entries look the same."""
    parts = (line.id.encode(), *line.fields)
    return b"".join(b"%d:%b," % (len(part), part) for part in parts)


class Chain:
    """A ledger hashed entry by entry, from its beginning or on from a seal."""

    def __init__(self, session_id: str, after: Seal | None = None) -> None:
        self.entries = 0 if after is None else after.entries
        self.last_id = "" if after is None else after.last_id
        self.link = (
            hashlib.sha256(_SEED + session_id.encode()).digest()
            if after is None
            else bytes.fromhex(after.digest)
        )
        self._prints = bytearray()
        self._last_ms = 0

    def add(self, lines: Iterable[Line]) -> None:
        for line in lines:
            self.step(line)
            ms, seq = _parts(line.id)
            self._prints += self.link[:PRINT_BYTES]
            self._prints += _varint(ms - self._last_ms) + _varint(seq)
            self._last_ms = ms

    def step(self, line: Line) -> None:
        """The same for one entry, without keeping a print of it."""
        self.link = hashlib.sha256(self.link + canonical(line)).digest()
        self.entries += 1
        self.last_id = line.id

    def sealed(self, at_ms: int) -> Seal:
        """The seal on all that was added."""
        return Seal(
            entries=self.entries,
            last_id=self.last_id,
            digest=self.link.hex(),
            at_ms=at_ms,
            prints=bytes(self._prints),
        )


class Inspection:
    """Compares a ledger, given in pages, with its seals."""

    def __init__(self, session_id: str, seals: Sequence[Seal]) -> None:
        self._seals = tuple(seals)
        self._chain = Chain(session_id)
        self._sealed: list[tuple[str, bytes]] = []
        self._ends: dict[int, str] = {}
        self._broken_seal_at: int | None = None
        self._first: Disagreement | None = None
        # The sealed id that another entry stands in for, and whether it came later after all.
        self._wanted: str | None = None
        self._found_later = False
        self._read_seals()
        self._known = {entry_id for entry_id, _ in self._sealed}

    def take(self, lines: Iterable[Line]) -> None:
        for line in lines:
            place = self._chain.entries
            self._chain.step(line)
            if self._first is not None:
                self._found_later = self._found_later or line.id == self._wanted
            elif place < len(self._sealed):
                self._compare(place, line)

    def verdict(self, noted: str = "") -> Verdict:
        """The outcome once the whole ledger was taken.

        Args:
            noted: A digest that somebody noted elsewhere; empty for none.
        """
        first = self._outcome()
        return Verdict(
            entries=self._chain.entries,
            sealed=min(len(self._sealed), self._chain.entries),
            digest=self._seals[-1].digest if self._seals else "",
            seals=tuple(_without_prints(seal) for seal in self._seals),
            first=first,
            noted_entries=self._vouched(noted) if noted else None,
        )

    def _read_seals(self) -> None:
        for seal in self._seals:
            before = len(self._sealed)
            try:
                self._sealed += _unpacked(seal.prints)
            except ValueError:
                self._broken_seal_at = before
                return
            is_whole = len(self._sealed) == seal.entries and seal.entries > before
            if not is_whole or self._sealed[-1][0] != seal.last_id:
                self._broken_seal_at = before
                return
            self._ends[seal.entries] = seal.digest

    def _compare(self, place: int, line: Line) -> None:
        sealed_id, sealed_print = self._sealed[place]
        if self._broken_seal_at is not None and place >= self._broken_seal_at:
            self._first = _about(line, "seal", place)
        elif line.id != sealed_id:
            self._wanted = sealed_id
            self._first = _about(line, "added", place)
        elif self._chain.link[:PRINT_BYTES] != sealed_print:
            self._first = _about(line, "changed", place)
        elif self._ends.get(place + 1, self._chain.link.hex()) != self._chain.link.hex():
            self._first = _about(line, "seal", place)

    def _outcome(self) -> Disagreement | None:
        found = self._chain.entries
        if self._first is None and found < len(self._sealed):
            return _missing(self._sealed[found][0], found)
        if self._first is None and self._broken_seal_at is not None:
            return Disagreement(
                what="seal", n=self._broken_seal_at + 1, id="", at_ms=self._seals[-1].at_ms
            )
        if self._first is None or self._wanted is None:
            return self._first
        if not self._found_later:
            return _missing(self._wanted, self._first.n - 1)
        if self._first.id in self._known:
            return _renamed(self._first, "moved")
        return self._first

    def _vouched(self, noted: str) -> int:
        wanted = noted.strip().lower()
        return max((seal.entries for seal in self._seals if seal.digest == wanted), default=0)


def moment_of(entry_id: str) -> int:
    """When an entry was written, by the store's clock, epoch ms."""
    return _parts(entry_id)[0]


def _parts(entry_id: str) -> tuple[int, int]:
    ms, _, seq = entry_id.partition("-")
    return int(ms), int(seq)


def _about(line: Line, what: What, place: int) -> Disagreement:
    return Disagreement(
        what=what, n=place + 1, id=line.id, at_ms=line.at_ms, kind=line.kind, by=line.by
    )


def _missing(entry_id: str, place: int) -> Disagreement:
    return Disagreement(what="missing", n=place + 1, id=entry_id, at_ms=moment_of(entry_id))


def _renamed(one: Disagreement, what: What) -> Disagreement:
    return Disagreement(what=what, n=one.n, id=one.id, at_ms=one.at_ms, kind=one.kind, by=one.by)


def _without_prints(seal: Seal) -> Seal:
    return Seal(entries=seal.entries, last_id=seal.last_id, digest=seal.digest, at_ms=seal.at_ms)


def _varint(number: int) -> bytes:
    """Seven bits a byte, the lowest first; the highest bit says that more follow."""
    if number < 0:
        raise ValueError
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def _unpacked(prints: bytes) -> Iterator[tuple[str, bytes]]:
    """Each entry's id and print. Raises `ValueError` when the bytes end too early."""
    at, last_ms = 0, 0
    while at < len(prints):
        print_ = prints[at : at + PRINT_BYTES]
        delta, at = _number(prints, at + PRINT_BYTES)
        seq, at = _number(prints, at)
        last_ms += delta
        yield f"{last_ms}-{seq}", print_


def _number(packed: bytes, at: int) -> tuple[int, int]:
    number = shift = 0
    while at < len(packed):
        byte = packed[at]
        number |= (byte & 0x7F) << shift
        at += 1
        shift += 7
        if byte < 0x80:
            return number, at
    raise ValueError
