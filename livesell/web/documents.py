"""Viewer documents as they are asked for over HTTP, each made at most once a tick.

When a session is announced, thousands open its page in the same second and ask for the same
thing. They get what a socket would show them: a document that is one tick old at most.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable

import msgspec
from msgspec import Raw

from livesell.clock import Clock
from livesell.domain.document import viewer_document
from livesell.domain.figures import GrossKind
from livesell.domain.truth import Truth

# Sessions that are opened at the same time; a document is some 20 kB.
KEPT = 64

_encoder = msgspec.json.Encoder()


class ViewerDocuments:
    """The newest documents, encoded.

    Args:
        tick_ms: How long a document is good for.
    """

    def __init__(
        self, clock: Clock, tick_ms: int, gross_kind: GrossKind = "ordered", hold_ms: int = 0
    ) -> None:
        self._clock = clock
        self._tick_ms = tick_ms
        self._gross_kind: GrossKind = gross_kind
        self._hold_ms = hold_ms
        self._made: OrderedDict[str, tuple[int, Raw]] = OrderedDict()
        self._under_way: dict[str, asyncio.Task[Raw]] = {}

    async def get(self, session_id: str, read: Callable[[], Awaitable[Truth]]) -> Raw:
        """The document of this tick; all who ask while it is read wait for the one reading."""
        found = self.find(session_id)
        if found is not None:
            return found
        task = self._under_way.get(session_id)
        if task is None:
            task = asyncio.create_task(self._read(session_id, read))
            self._under_way[session_id] = task
        # Whoever asked first may go away; the others still want it.
        return await asyncio.shield(task)

    async def _read(self, session_id: str, read: Callable[[], Awaitable[Truth]]) -> Raw:
        try:
            return self.make(await read())
        finally:
            del self._under_way[session_id]

    def find(self, session_id: str) -> Raw | None:
        """The document, if it was made within this tick."""
        at_ms, document = self._made.get(session_id, (None, None))
        # A clock that was set back must not keep a document for ever.
        is_fresh = at_ms is not None and abs(self._clock() - at_ms) < self._tick_ms
        return document if is_fresh else None

    def make(self, truth: Truth) -> Raw:
        """Encodes the document of this truth, and keeps it for the others who will ask."""
        built = viewer_document(truth, self._gross_kind, self._hold_ms)
        document = Raw(_encoder.encode(built))
        self._made[truth.session.id] = (truth.as_of_ms, document)
        self._made.move_to_end(truth.session.id)
        if len(self._made) > KEPT:
            self._made.popitem(last=False)
        return document
