"""Which rehearsals there are, and their removal from the store, which leaves nothing of them.

The index says so first and forgets last: whatever a killed service has begun is found by it.
"""

import msgspec

from livesell.domain.rehearsal import Rehearsal
from livesell.errors import OutcomeUnknown
from livesell.store.connect import Link
from livesell.store.scripts import script

_decoder = msgspec.json.Decoder(Rehearsal)


class Rehearsals:
    def __init__(self, link: Link) -> None:
        self._link = link
        self._index = link.keys.crew("rehearsals")

    async def claim(self, rehearsal: Rehearsal) -> bool:
        """Notes the one rehearsal of a session; False when there is another."""
        (is_new,) = await self._link.write(
            ("HSETNX", self._index, rehearsal.of, msgspec.json.encode(rehearsal))
        )
        return bool(is_new) or await self.of(rehearsal.of) == rehearsal

    async def mark(self, rehearsal: Rehearsal) -> None:
        """Says in the session that is about to be made that it is a rehearsal, and of which."""
        key = self._link.keys.of(rehearsal.id, "session")
        await self._link.write(("HSET", key, "rehearsal", rehearsal.of))

    async def of(self, session_id: str) -> Rehearsal | None:
        """The rehearsal of a session."""
        (found,) = await self._link.read(("HGET", self._index, session_id))
        return None if found is None else _decoder.decode(found)

    async def find(self, rehearsal_id: str) -> Rehearsal | None:
        """The rehearsal with this id."""
        real_id = await self.real(rehearsal_id)
        found = await self.of(real_id) if real_id else None
        return found if found is not None and found.id == rehearsal_id else None

    async def real(self, session_id: str) -> str:
        """The session that this one rehearses; empty when it rehearses none."""
        key = self._link.keys.of(session_id, "session")
        (found,) = await self._link.read(("HGET", key, "rehearsal"))
        return "" if found is None else str(found.decode())

    async def list(self) -> list[Rehearsal]:
        """All of them, the oldest first."""
        (found,) = await self._link.read(("HVALS", self._index))
        return sorted((_decoder.decode(one) for one in found), key=lambda one: one.made_ms)

    async def remove(self, rehearsal: Rehearsal) -> None:
        """Removes every key of it, then forgets it. Safe to repeat; touches no real session."""
        one = self._link.call(
            script("remove_rehearsal"),
            rehearsal.id,
            rehearsal.of,
            self._link.keys.wake(rehearsal.id),
        )
        try:
            await self._link.write(one)
        except OutcomeUnknown:
            await self._link.write(one)
        forget = script("forget_rehearsal")
        await self._link.write(("EVALSHA", forget.sha, 1, self._index, rehearsal.of, rehearsal.id))
