"""What the clock does: start, end or miss a session, end a flash sale, and the chores of others.

Safe in several processes at once: the command id is made from the version that was due, or from
the flash sale, so the second process gets the first one's answer. Chores have to be safe in the
same way.
"""

from collections.abc import Awaitable, Callable, Sequence

from livesell.actions.host import ATTEMPTS, Host
from livesell.clock import Clock
from livesell.domain.command import AnyCommand, End, EndFlash, Miss, Start
from livesell.domain.person import TIMER
from livesell.domain.session import CLOSED, ON_AIR, Session
from livesell.domain.timetable import Due, due, due_flash, next_wake_ms
from livesell.domain.truth import Truth
from livesell.errors import Conflict
from livesell.store import Store

# What else depends on the time: does what is due in a session, and says when to come again.
Chore = Callable[[Truth], Awaitable[int | None]]

_COMMANDS: dict[Due, AnyCommand] = {"start": Start(), "end": End(), "miss": Miss()}


class Timetable:
    """Asks the store what is due; a timer only wakes it.

    Args:
        chores: Done at each wake, with what was just read of the session.
    """

    def __init__(self, store: Store, clock: Clock, chores: Sequence[Chore] = ()) -> None:
        self._store = store
        self._clock = clock
        self._chores = chores
        # Sessions that are over and that no chore wants to see again.
        self._closed: set[str] = set()
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
            what, flash = due(truth.session, now_ms), due_flash(truth.session, now_ms)
            if what is not None:
                await self._do(session_id, what, truth.version)
            elif flash is not None:
                await self._end_flash(session_id, flash.id)
            else:
                times = [
                    next_wake_ms(truth.session),
                    *[await chore(truth) for chore in self._chores],
                ]
                return self._first(truth.session, times)
        return self._clock()

    async def all(self) -> dict[str, int]:
        """When each session that the clock has something to say to is to be woken, epoch ms.

        With chores each session on air is looked at now, because the list does not tell what they
        are about; and once each that ended lately, maybe while nothing was running.
        """
        sessions = await self._store.sessions.list(limit=MAX_SESSIONS)
        wakes = {session.id: self._next_ms(session) for session in sessions}
        return {session_id: at_ms for session_id, at_ms in wakes.items() if at_ms is not None}

    def _next_ms(self, session: Session) -> int | None:
        now_ms = self._clock()
        is_left_over = (
            session.ended_ms is not None
            and now_ms - session.ended_ms < LEFT_OVER_MS
            and session.id not in self._closed
        )
        if self._chores and (session.state in ON_AIR or is_left_over):
            return now_ms
        return next_wake_ms(session)

    def _first(self, session: Session, times: Sequence[int | None]) -> int | None:
        first_ms = min((at_ms for at_ms in times if at_ms is not None), default=None)
        if first_ms is None and session.state in CLOSED:
            self._closed.add(session.id)
        return first_ms

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

    async def _end_flash(self, session_id: str, flash_id: str) -> None:
        """By whichever process is first; whatever else the hosts change meanwhile."""
        try:
            await self._host.run(
                session_id,
                EndFlash(flash=flash_id),
                by=TIMER,
                command_id=f"timer:end_flash:{flash_id}",
            )
        except Conflict:
            return  # a host ended it, or the session


# A service that was down for longer finds nothing worth doing in what had ended before.
LEFT_OVER_MS = 7 * 24 * 3_600_000

# All there are: a session left out here would not start by itself.
MAX_SESSIONS = 100_000
