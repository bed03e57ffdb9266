"""What the clock does: start, end or miss a session, as its record says.

Safe in several processes at once: the command id is made from the version that was due, so the
second process gets the first one's answer.
"""

from collections.abc import Awaitable, Callable, Sequence

from livesell.actions.host import ATTEMPTS, Host
from livesell.clock import Clock
from livesell.domain.command import AnyCommand, End, Miss, Start
from livesell.domain.person import TIMER
from livesell.domain.timetable import Due, due, next_wake_ms
from livesell.errors import Conflict
from livesell.store import Store

_COMMANDS: dict[Due, AnyCommand] = {"start": Start(), "end": End(), "miss": Miss()}


# Does what is due in a session besides its start and end, and answers when to ask again (epoch
# ms), None for not by itself. Asked whenever the session is woken, so it is quick and idempotent.
Chore = Callable[[str], Awaitable[int | None]]

# Each session is asked for its chores at least this often, should a message about it be lost; and
# one after the other, so that a thousand do not come at once.
ASK_AGAIN_MS = 600_000
SPREAD_MS = 50


class Timetable:
    """Asks the store what is due; a timer only wakes it."""

    def __init__(self, store: Store, clock: Clock, chores: Sequence[Chore] = ()) -> None:
        self._chores = tuple(chores)
        # When each session was asked for its chores, and when the next one is due.
        self._asked: dict[str, tuple[int, int | None]] = {}
        self._store = store
        self._clock = clock
        self._host = Host(store, clock)

    async def wake(self, session_id: str) -> int | None:
        """Does what is due and answers when to wake again, epoch ms; None for never.

        Raises:
            NotFound: `no_such_session`.
            Busy: The store is away; wake again soon.
        """
        for _ in range(ATTEMPTS):
            now_ms = self._clock()
            truth = await self._store.sessions.pull(session_id, now_ms)
            what = due(truth.session, now_ms)
            if what is None:
                return _soonest(next_wake_ms(truth.session), await self._do_chores(session_id))
            await self._do(session_id, what, truth.version)
        return self._clock()

    async def all(self) -> dict[str, int]:
        """When each session that the clock has something to say to is to be woken, epoch ms."""
        sessions = await self._store.sessions.list(limit=MAX_SESSIONS)
        wakes = {
            session.id: _soonest(next_wake_ms(session), self._chores_at(session.id, place))
            for place, session in enumerate(sessions)
        }
        self._asked = {known: self._asked[known] for known in wakes if known in self._asked}
        return {session_id: at_ms for session_id, at_ms in wakes.items() if at_ms is not None}

    async def _do_chores(self, session_id: str) -> int | None:
        due_ms = _soonest(*[await chore(session_id) for chore in self._chores])
        self._asked[session_id] = (self._clock(), due_ms)
        return due_ms

    def _chores_at(self, session_id: str, place: int) -> int | None:
        if not self._chores:
            return None
        now_ms = self._clock()
        asked_ms, due_ms = self._asked.get(session_id, (None, None))
        if asked_ms is None:
            return now_ms + place * SPREAD_MS
        return _soonest(due_ms, asked_ms + ASK_AGAIN_MS)

    async def _do(self, session_id: str, what: Due, version: int) -> None:
        try:
            await self._host.run(
                session_id,
                _COMMANDS[what],
                by=TIMER,
                command_id=f"timer:{what}:{version}",
                expected_version=version,
            )
        except Conflict:
            return  # an operator was faster; what is due now is asked again


def _soonest(*times: int | None) -> int | None:
    return min((at_ms for at_ms in times if at_ms is not None), default=None)


# All there are: a session left out here would not start by itself.
MAX_SESSIONS = 100_000
