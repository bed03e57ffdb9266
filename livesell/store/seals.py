"""The seals on a session's ledger, and the ledger as it is hashed."""

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from livesell.domain.seal import Line, Seal
from livesell.store.connect import Link
from livesell.store.pulled import no_such_session
from livesell.store.scripts import script

# Sessions asked in one pipeline how far they are sealed.
SESSIONS_AT_ONCE = 500

# Instead of a state: a rehearsal is neither sealed nor archived.
REHEARSAL = "a rehearsal"

_seal_decoder = msgspec.json.Decoder(Seal)


class Standing(Struct, frozen=True, kw_only=True):
    """How far a ledger is sealed.

    `last_ms` is when its newest entry happened, `waiting_ms` when the first one without a seal
    did; both are 0 when there is none. `seal` is the newest, without its prints.
    """

    state: str
    ended_ms: int | None
    entries: int
    last_ms: int
    waiting_ms: int
    seals: int
    seal: Seal | None


class Seals:
    def __init__(self, link: Link) -> None:
        self._link = link

    async def standing(self, session_id: str) -> Standing:
        """Raises `NotFound` (`no_such_session`)."""
        session, ledger, seals = (
            self._link.keys.of(session_id, name) for name in ("session", "ledger", "seals")
        )
        (state, ended, rehearsal), entries, newest, length, heads = await self._link.read(
            ("HMGET", session, "state", "ended_ms", "rehearsal"),
            ("XLEN", ledger),
            ("XREVRANGE", ledger, "+", "-", "COUNT", 1),
            ("LLEN", seals),
            ("LRANGE", seals, -2, -2),
        )
        if state is None:
            raise no_such_session()
        seal = _seal_decoder.decode(heads[0]) if heads else None
        after = "-" if seal is None else f"({seal.last_id}"
        (waiting,) = await self._link.read(("XRANGE", ledger, after, "+", "COUNT", 1))
        return Standing(
            state=REHEARSAL if rehearsal else state.decode(),
            ended_ms=int(ended) if ended else None,
            entries=entries,
            last_ms=_line(newest[0]).at_ms if newest else 0,
            waiting_ms=_line(waiting[0]).at_ms if waiting else 0,
            seals=length // 2,
            seal=seal,
        )

    async def unsealed(self, session_ids: Sequence[str]) -> list[str]:
        """Which of these have entries without a seal; two small answers for each."""
        found = []
        for at in range(0, len(session_ids), SESSIONS_AT_ONCE):
            some = session_ids[at : at + SESSIONS_AT_ONCE]
            answers = await self._link.read(
                *(("XLEN", self._link.keys.of(one, "ledger")) for one in some),
                *(("LRANGE", self._link.keys.of(one, "seals"), -2, -2) for one in some),
            )
            pairs = zip(some, answers[: len(some)], answers[len(some) :], strict=True)
            found += [one for one, entries, heads in pairs if entries > _entries_in(heads)]
        return found

    async def lines(self, session_id: str, after: str = "", limit: int = 1000) -> list[Line]:
        """The ledger as it is stored, from the entry after the id `after`."""
        start = f"({after}" if after else "-"
        key = self._link.keys.of(session_id, "ledger")
        (found,) = await self._link.read(("XRANGE", key, start, "+", "COUNT", limit))
        return [_line(one) for one in found]

    async def all(self, session_id: str) -> list[Seal]:
        """Every seal with its prints, the oldest first."""
        key = self._link.keys.of(session_id, "seals")
        (found,) = await self._link.read(("LRANGE", key, 0, -1))
        return [
            replace(_seal_decoder.decode(head), prints=prints)
            for head, prints in zip(found[::2], found[1::2], strict=False)
        ]

    async def append(self, session_id: str, seal: Seal, before: Standing) -> bool:
        """Adds a seal that continues the newest one of `before`.

        Returns:
            Whether it was added; not when the ledger has grown or somebody else has sealed it.
        """
        (answer,) = await self._link.write(
            self._link.call(
                script("seal"),
                session_id,
                before.seals,
                before.seal.digest if before.seal is not None else "",
                seal.entries,
                seal.last_id,
                _encoded(seal),
                seal.prints,
            )
        )
        return bool(answer == 1)


def _entries_in(heads: list[bytes]) -> int:
    return _seal_decoder.decode(heads[0]).entries if heads else 0


def _encoded(seal: Seal) -> bytes:
    return msgspec.json.encode(
        {"entries": seal.entries, "last_id": seal.last_id, "digest": seal.digest,
         "at_ms": seal.at_ms}
    )  # fmt: skip


def _line(found: list[Any]) -> Line:
    entry_id, fields = found
    return Line(entry_id.decode(), tuple(fields))
