"""What a viewer does about a card that is sold out: queue for it, leave the queue, look.

And what the clock does about it: `tend` is called when a session's time has come or it changed.
"""

from livesell.clock import Clock
from livesell.config import Sales
from livesell.domain.ids import check_session_id
from livesell.domain.truth import Truth
from livesell.domain.waitlist import (
    CardQueue,
    QueueEntry,
    as_of,
    card_queues,
    check_units,
    not_waiting,
    wait_refusal,
)
from livesell.store import Store

# Those whom the crew's list names in each queue; whoever is behind them is counted only.
MOST_NAMED = 20


class Waiters:
    """The waitlist of every session."""

    def __init__(self, store: Store, clock: Clock, sales: Sales) -> None:
        self._store = store
        self._clock = clock
        self._sales = sales

    async def join(self, session_id: str, viewer: str, card_id: str, units: object) -> QueueEntry:
        """Queues for so many units; asking again tells the place that the viewer has.

        Raises:
            Refused: One of `WAIT_REFUSALS`.
        """
        wanted = check_units(units)
        if not 0 < len(card_id) <= 48:
            raise wait_refusal("no_such_card")
        return await self._store.waitlist.join(
            check_session_id(session_id),
            viewer,
            card_id,
            wanted,
            most_units=self._sales.waitlist_units,
            most_entries=self._sales.waitlist_most,
            now_ms=self._clock(),
        )

    async def leave(self, session_id: str, viewer: str, card_id: str) -> QueueEntry:
        """Leaves the queue, or declines the offer: the next one gets it at once.

        Raises:
            NotFound: `not_waiting`.
        """
        check_session_id(session_id)
        return await self._store.waitlist.leave(session_id, viewer, card_id, self._clock())

    async def entry(self, truth: Truth, viewer: str, card_id: str) -> QueueEntry:
        """What became of one wish. Raises `NotFound`: `not_waiting`."""
        found = [one for one in await self.entries(truth, viewer) if one.card == card_id]
        if not found:
            raise not_waiting()
        return found[0]

    async def entries(self, truth: Truth, viewer: str) -> list[QueueEntry]:
        """What became of all of a viewer's wishes in a session."""
        found = await self._store.waitlist.of_viewer(truth.session.id, viewer, truth.cards.values())
        now_ms = self._clock()
        return [as_of(entry, now_ms) for entry in found]

    async def queues(self, truth: Truth) -> list[CardQueue]:
        """Every card's queue and live offers, for the crew."""
        queue = await self._store.waitlist.queue(truth.session.id)
        return card_queues(truth.cards, queue, truth.offers, MOST_NAMED)

    async def tend(self, truth: Truth) -> int | None:
        """Offers what is free, ends what is over; answers when to call again, epoch ms.

        A session in which nobody waits and nothing is offered costs nothing.
        """
        if not any(units.waiting or units.offered for units in truth.units.values()):
            return None
        return await self._store.waitlist.tend(
            truth.session.id, offer_ms=self._sales.offer_seconds * 1000, now_ms=self._clock()
        )
