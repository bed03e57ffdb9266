"""Seals the ledgers of sessions that are over, and checks them against their seals.

Safe in several processes at once, and at any moment: the store takes a seal only on the ledger
that was hashed. A ledger is hashed page by page and off the loop, each entry once a seal.
"""

import asyncio

from livesell.clock import Clock
from livesell.domain.ids import check_session_id
from livesell.domain.seal import Chain, Inspection, Verdict
from livesell.domain.session import Session, State
from livesell.store import Store
from livesell.store.seals import Seals, Standing

# Watch times and likes of the last moments are told up to ten seconds after the end, a killed
# node's by its next life: after this, what still comes is settled business.
TAIL_MS = 70_000

# States in which nothing is sold any more. A missed session may still be started by its host;
# its ledger then goes on, and so does the chain.
SEALED_STATES = frozenset({State.ENDED, State.CANCELLED, State.MISSED})

PAGE = 1000

# A ledger that grows while it is hashed is hashed again; after this many times, later.
ATTEMPTS = 3


class Sealing:
    """Seals on behalf of the timer; verifies for whoever asks."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def seal(self, session_id: str) -> int | None:
        """Seals what is due and answers when to ask again, epoch ms; None for not by itself.

        Raises:
            NotFound: `no_such_session`.
            Busy: The store is away; ask again soon.
        """
        for _ in range(ATTEMPTS):
            standing = await self._store.seals.standing(session_id)
            due_ms = sealing_due(standing)
            if due_ms is None or due_ms > self._clock():
                return due_ms
            await self._try(session_id, standing)
        return self._clock() + TAIL_MS

    async def plan(self, sessions: list[Session]) -> dict[str, int]:
        """Sessions with something to seal, each to be asked now, should no message have told."""
        over = [session.id for session in sessions if session.state in SEALED_STATES]
        now_ms = self._clock()
        return dict.fromkeys(await self._store.seals.unsealed(over), now_ms)

    async def _try(self, session_id: str, standing: Standing) -> None:
        chain = Chain(session_id, standing.seal)
        seals = self._store.seals
        while lines := await seals.lines(session_id, chain.last_id, PAGE):
            await asyncio.to_thread(chain.add, lines)
        await seals.append(session_id, chain.sealed(self._clock()), standing)

    async def verify(self, session_id: str, noted: str = "") -> Verdict:
        """Compares the ledger, in the store or in its archive, with its seals.

        Args:
            noted: A digest that was noted elsewhere; empty for none.

        Raises:
            NotFound: `no_such_session`.
        """
        place = await self._store.holding(check_session_id(session_id))
        return await verdict_on(place.seals, session_id, noted)


async def verdict_on(seals: Seals, session_id: str, noted: str = "") -> Verdict:
    """The same for seals that are at hand."""
    await seals.standing(session_id)
    inspection = Inspection(session_id, await seals.all(session_id))
    after = ""
    while lines := await seals.lines(session_id, after, PAGE):
        after = lines[-1].id
        await asyncio.to_thread(inspection.take, lines)
    return inspection.verdict(noted)


def sealing_due(standing: Standing) -> int | None:
    """When the ledger is to be sealed, epoch ms; None while on air, or when all of it is."""
    sealed = 0 if standing.seal is None else standing.seal.entries
    if standing.state not in SEALED_STATES or standing.entries <= sealed:
        return None
    if standing.seal is None:
        return (standing.ended_ms or standing.last_ms) + TAIL_MS
    return standing.waiting_ms + TAIL_MS
