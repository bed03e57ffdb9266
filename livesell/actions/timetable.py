"""What the clock does: start, end or miss a session, and end a flash sale, as the record says.

Safe in several processes at once: the command id is made from the version that was due, or from
the flash sale, so the second process gets the first one's answer.
"""

from collections.abc import Awaitable, Callable, Sequence

from livesell.actions.host import ATTEMPTS, Host
from livesell.clock import Clock
from livesell.domain.command import AnyCommand, End, EndFlash, Miss, Start
from livesell.domain.person import TIMER
from livesell.domain.session import Session
from livesell.domain.timetable import Due, due, due_flash, next_wake_ms
from livesell.domain.truth import Truth
from livesell.errors import Conflict
from livesell.store import Store

# A chore for which the truth says whether there is anything to do: while there is nothing, it costs
# no question to the store. It answers when to be asked again, epoch ms, or None.
Errand = Callable[[Truth], Awaitable[int | None]]

_COMMANDS: dict[Due, AnyCommand] = {"start": Start(), "end": End(), "miss": Miss()}


class Timetable:
    """Asks the store what is due; a timer only wakes it.

    Args:
        errands: Run after that, on what was just read of the session. Safe to repeat, as chores.
    """

    def __init__(self, store: Store, clock: Clock, errands: Sequence[Errand] = ()) -> None:
        self._store = store
        self._clock = clock
        self._errands = errands
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
                times = [next_wake_ms(truth.session)]
                times += [await errand(truth) for errand in self._errands]
                return min((at_ms for at_ms in times if at_ms is not None), default=None)
        return self._clock()

    async def plan(self, sessions: list[Session]) -> dict[str, int]:
        """When each session that the clock has something to say to is to be woken, epoch ms."""
        wakes = {session.id: next_wake_ms(session) for session in sessions}
        return {session_id: at_ms for session_id, at_ms in wakes.items() if at_ms is not None}

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
