"""All that depends on the time, behind one timer a session: what is due is done when it wakes.

A chore is idempotent and safe in several processes at once: a timer, another's commit and a sweep
may all wake it for the same thing. What fails does not keep the others from being done.
"""

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from livesell.clock import Clock
from livesell.domain.session import CLOSED, ON_AIR, Session
from livesell.errors import LivesellError, NotFound
from livesell.store import Store

logger = logging.getLogger(__name__)

# All there are: a session left out here would not start by itself.
MAX_SESSIONS = 100_000

# After a start each session is asked once, those on air at once and the others one by one. Later,
# should a message about one have been lost, those on air are asked at each sweep and the others
# this often. There may be thousands that are over: those are asked for what was promised, and for
# what a plan finds.
ASK_AGAIN_MS = 600_000
SPREAD_MS = 50

# A chore that broke is not tried in a tight loop.
BROKEN_AGAIN_MS = 30_000


@dataclass(frozen=True, slots=True)
class Chore:
    """One thing that is done by the clock.

    Attributes:
        do: Does what is due in a session; answers when to be asked again, epoch ms, or None.
        plan: The times of many sessions without looking at each; for rebuilding the timers.
    """

    name: str
    do: Callable[[str], Awaitable[int | None]]
    plan: Callable[[list[Session]], Awaitable[dict[str, int]]] | None = None


class Chores:
    """What a timer wakes."""

    def __init__(self, store: Store, clock: Clock, chores: Sequence[Chore]) -> None:
        self._store = store
        self._clock = clock
        self._chores = tuple(chores)
        # When each session was asked, and when its next chore is due.
        self._asked: dict[str, tuple[int, int | None]] = {}

    async def wake(self, session_id: str) -> int | None:
        """Does what is due and answers when to wake again, epoch ms; None for never.

        Raises:
            LivesellError: The first of those that chores raised, when all had their turn.
        """
        failed: list[LivesellError] = []
        times = [await self._done(chore, session_id, failed) for chore in self._chores]
        if failed:
            raise failed[0]
        due_ms = _soonest(*times)
        self._asked[session_id] = (self._clock(), due_ms)
        return due_ms

    async def all(self) -> dict[str, int]:
        """When each session is to be woken, epoch ms."""
        sessions = await self._store.sessions.list(limit=MAX_SESSIONS)
        plans = [await chore.plan(sessions) for chore in self._chores if chore.plan]
        self._asked = {one.id: self._asked[one.id] for one in sessions if one.id in self._asked}
        wakes: dict[str, int | None] = {}
        for place, session in enumerate(sorted(sessions, key=lambda one: one.state not in ON_AIR)):
            planned = [plan.get(session.id) for plan in plans]
            wakes[session.id] = _soonest(*planned, self._ask_at(session, place))
        # A rehearsal is in no list of sessions; only its own chore knows of it.
        for plan in plans:
            wakes |= {one: at_ms for one, at_ms in plan.items() if one not in wakes}
        return {session_id: at_ms for session_id, at_ms in wakes.items() if at_ms is not None}

    async def _done(self, chore: Chore, session_id: str, failed: list[LivesellError]) -> int | None:
        try:
            return await chore.do(session_id)
        except NotFound:
            return None
        except LivesellError as error:
            failed.append(error)
        except Exception:
            logger.exception("The chore %s of session %s broke.", chore.name, session_id)
            return self._clock() + BROKEN_AGAIN_MS
        return None

    def _ask_at(self, session: Session, place: int) -> int | None:
        if session.state in ON_AIR:
            return self._clock()
        if session.id not in self._asked:
            return self._clock() + place * SPREAD_MS
        asked_ms, due_ms = self._asked[session.id]
        is_over = session.state in CLOSED
        return due_ms if is_over else _soonest(due_ms, asked_ms + ASK_AGAIN_MS)


def _soonest(*times: int | None) -> int | None:
    return min((at_ms for at_ms in times if at_ms is not None), default=None)
