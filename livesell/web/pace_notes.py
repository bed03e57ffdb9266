"""Orders that this process refused for their pace, on their way to the store.

Told now and then, not one by one: whoever floods the service must not write to its store. What
cannot be told is forgotten, because it is a hint for moderators and no figure.
"""

from collections import OrderedDict

from livesell.clock import Clock
from livesell.domain.audience import Refusals
from livesell.errors import LivesellError
from livesell.store import Store

TELL_EVERY_MS = 2000

# Sessions that are remembered; strangers can make up any number of ids.
MOST_SESSIONS = 64


class PaceNotes:
    """What is to be told of each session, and when that was done last."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._noted: OrderedDict[str, tuple[Refusals, int]] = OrderedDict()

    async def add(self, session_id: str, viewer: str) -> None:
        """Notes one refused order; tells the store when it was not told for a while."""
        refusals, told_ms = self._noted.setdefault(session_id, (Refusals(), 0))
        refusals.add(viewer)
        self._noted.move_to_end(session_id)
        if len(self._noted) > MOST_SESSIONS:
            self._noted.popitem(last=False)
        if self._clock() - told_ms >= TELL_EVERY_MS:
            await self.tell(session_id)

    async def tell(self, session_id: str) -> None:
        """Tells the store at once."""
        refusals, _ = self._noted.get(session_id, (Refusals(), 0))
        if not refusals:
            return
        self._noted[session_id] = (refusals, self._clock())
        try:
            await self._store.audience.note_refused(session_id, refusals.take())
        except LivesellError:
            return  # the store is away, or there is no such session
