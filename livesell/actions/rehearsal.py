"""Rehearsals: made from a session, shown to chosen viewers, ended, and removed without a trace.

The rules are `domain/rehearsal.py`. What the clock does to one that was forgotten is `Sweeping`
below; the simulated audience is a process of its own (`simulated.py`).
"""

from collections import OrderedDict

from msgspec import Struct

from livesell import auth
from livesell.actions.host import Host
from livesell.clock import Clock
from livesell.domain.command import End, Start
from livesell.domain.ids import check_session_id, new_command_id
from livesell.domain.owning import check_owner
from livesell.domain.person import TIMER, Actor
from livesell.domain.rehearsal import (
    Rehearsal,
    check_can_rehearse,
    copied,
    rehearsal_id,
    removal_ms,
)
from livesell.domain.role import require_figures, require_prepare
from livesell.domain.session import ON_AIR, Session
from livesell.domain.truth import Truth
from livesell.errors import BadInput, Conflict, NotFound
from livesell.simulated import MOST_MINUTES, MOST_VIEWERS, Audience, Doing, Simulated
from livesell.store import Store

# A claim without a session is somebody at work, or somebody who was killed at it.
UNFINISHED_MS = 60_000

# Sessions of which it is remembered that they are no rehearsals; a row is some 100 bytes.
KNOWN = 10_000


class Told(Struct, frozen=True, kw_only=True):
    """A rehearsal as it stands.

    Attributes:
        doing: The simulated audience, if there is or was one; None when there was none.
    """

    rehearsal: Rehearsal
    truth: Truth
    invitation: str
    doing: Doing | None = None


class Rehearsals:
    """What the crew and invited viewers do with rehearsals."""

    def __init__(self, store: Store, clock: Clock, secret: str, simulated: Simulated) -> None:
        self._store = store
        self._clock = clock
        self._secret = secret
        self._simulated = simulated
        self._host = Host(store, clock)
        self._real: OrderedDict[str, None] = OrderedDict()

    async def start(self, session_id: str, *, by: Actor, go_live: bool = False) -> Told:
        """Makes the rehearsal of a session.

        Raises:
            Conflict: `cannot_rehearse`, or `rehearsal_running`: a session has one at a time.
            NotFound: `no_such_session`.
            NotAllowed: The role may not prepare sessions, or `not_yours`.
        """
        require_prepare(by.role)
        truth = await self._store.sessions.pull(check_session_id(session_id), self._clock())
        check_owner(by, truth.session)
        check_can_rehearse(truth.session)
        rehearsal = Rehearsal(
            id=rehearsal_id(session_id), of=session_id, made_ms=self._clock(), by=by.name
        )
        change = copied(truth, rehearsal)
        await self._claim(rehearsal)
        await self._store.rehearsals.mark(rehearsal)
        await self._store.sessions.create(
            change,
            command_id=new_command_id(),
            digest="rehearsal",
            by=by.name,
            now_ms=rehearsal.made_ms,
        )
        if go_live:
            await self._host.run(rehearsal.id, Start(), by=by)
        await self._note(by, "rehearsal_started", rehearsal)
        return await self._told(rehearsal)

    async def about(self, session_id: str, *, by: Actor) -> Told | None:
        """The rehearsal of a session; None when there is none."""
        require_figures(by.role)
        rehearsal = await self._store.rehearsals.of(check_session_id(session_id))
        try:
            return None if rehearsal is None else await self._told(rehearsal)
        except NotFound:
            return None  # somebody is just making or removing it

    async def remove(self, session_id: str, *, by: Actor) -> Told:
        """Ends the rehearsal and removes all of it; answers what happened in it, for the last time.

        Raises:
            NotFound: `no_rehearsal`.
            NotAllowed: The role may not prepare sessions, or `not_yours`.
        """
        rehearsal = await self._own(session_id, by)
        told = await self._told(rehearsal)
        await self._simulated.end(rehearsal.id)
        await self._store.rehearsals.remove(rehearsal)
        await self._note(by, "rehearsal_removed", rehearsal)
        return told

    # --- who may come in ---------------------------------------------------------------------

    async def is_one(self, session_id: str) -> bool:
        """Whether this is a rehearsal's id; what is none never becomes one and is remembered."""
        if session_id in self._real:
            return False
        real = await self._store.rehearsals.real(check_session_id(session_id))
        if not real and await self._store.archives.is_in_store(session_id):
            self._real[session_id] = None
            if len(self._real) > KNOWN:
                self._real.popitem(last=False)
        return bool(real)

    def is_invited(self, session_id: str, invitation: str) -> bool:
        """Whether an invitation is to this rehearsal."""
        try:
            return auth.read_invitation(self._secret, invitation, self._clock()) == session_id
        except NotFound:
            return False

    async def invited(self, invitation: str) -> Rehearsal:
        """The rehearsal that an invitation is good for.

        Raises:
            NotFound: `invitation_over`.
        """
        session_id = auth.read_invitation(self._secret, invitation, self._clock())
        rehearsal = await self._store.rehearsals.find(session_id)
        if rehearsal is None:
            raise NotFound(
                "invitation_over",
                "This rehearsal is over. Ask the host for a new link, or come to the show.",
            )
        return rehearsal

    # --- the simulated audience --------------------------------------------------------------

    async def simulate(self, session_id: str, audience: Audience, *, by: Actor) -> Told:
        """Lets simulated viewers come.

        Raises:
            NotFound: `no_rehearsal`.
            Conflict: `rehearsal_not_live`, or `audience_running`.
            BadInput: A number is out of its range.
            NotAllowed: The role may not prepare sessions, or `not_yours`.
        """
        rehearsal = await self._own(session_id, by)
        _check_audience(audience)
        truth = await self._store.sessions.pull(rehearsal.id, self._clock())
        if truth.session.state not in ON_AIR:
            raise Conflict(
                "rehearsal_not_live",
                "The rehearsal is not on air, so nobody would have anything to do. Start it first.",
            )
        await self._simulated.begin(rehearsal.id, audience)
        return await self._told(rehearsal)

    async def stop_simulating(self, session_id: str, *, by: Actor) -> Told:
        """Sends the simulated viewers home."""
        rehearsal = await self._own(session_id, by)
        await self._simulated.end(rehearsal.id)
        return await self._told(rehearsal)

    async def close(self) -> None:
        """Ends every simulated audience of this service."""
        await self._simulated.close()

    # --- inside ------------------------------------------------------------------------------

    async def _claim(self, rehearsal: Rehearsal) -> None:
        if await self._store.rehearsals.claim(rehearsal):
            return
        other = await self._store.rehearsals.of(rehearsal.of)
        if other is not None and await _is_abandoned(self._store, other, self._clock()):
            await self._store.rehearsals.remove(other)
        if not await self._store.rehearsals.claim(rehearsal):
            raise Conflict(
                "rehearsal_running",
                "This session is being rehearsed already. Go there, or end that rehearsal first.",
            )

    async def _note(self, by: Actor, did: str, rehearsal: Rehearsal) -> None:
        """All that stays of a rehearsal: who held one, and when."""
        await self._store.audit.note(by=by.name, did=did, about=rehearsal.of, now_ms=self._clock())

    async def _own(self, session_id: str, by: Actor) -> Rehearsal:
        """The session's rehearsal, for somebody who may prepare this session."""
        require_prepare(by.role)
        rehearsal = await self._store.rehearsals.of(check_session_id(session_id))
        if rehearsal is None:
            raise NotFound("no_rehearsal", "This session is not being rehearsed.")
        real = await self._store.sessions.pull(session_id, self._clock())
        check_owner(by, real.session)
        return rehearsal

    async def _told(self, rehearsal: Rehearsal) -> Told:
        return Told(
            rehearsal=rehearsal,
            truth=await self._store.sessions.pull(rehearsal.id, self._clock()),
            invitation=auth.invite(self._secret, rehearsal.id, expires_ms=rehearsal.ends_ms),
            doing=self._simulated.doing(rehearsal.id),
        )


class Sweeping:
    """What the clock does: ends a rehearsal that lasts too long or whose session went on air, and
    removes it a day after its end. Safe in several processes at once.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._host = Host(store, clock)

    async def tend(self, session_id: str) -> int | None:
        """Does what is due for the rehearsal that this is, or that this session has.

        Returns:
            When to ask again, epoch ms; None when there is no rehearsal.
        """
        rehearsal = await self._store.rehearsals.find(session_id)
        rehearsal = rehearsal or await self._store.rehearsals.of(session_id)
        if rehearsal is None:
            return None
        try:
            copy = (await self._store.sessions.pull(rehearsal.id, self._clock())).session
        except NotFound:
            return await self._drop_unfinished(rehearsal)
        if copy.state in ON_AIR and await self._has_to_end(rehearsal):
            await self._end(copy)
            return self._clock()
        due_ms = rehearsal.ends_ms if copy.state in ON_AIR else removal_ms(rehearsal, copy)
        if due_ms > self._clock():
            return due_ms
        await self._store.rehearsals.remove(rehearsal)
        return None

    async def plan(self, _sessions: list[Session]) -> dict[str, int]:
        """Every rehearsal is asked at each sweep: there are few, and each has to go."""
        return {one.id: self._clock() for one in await self._store.rehearsals.list()}

    async def _has_to_end(self, rehearsal: Rehearsal) -> bool:
        if self._clock() >= rehearsal.ends_ms:
            return True
        try:
            real = (await self._store.sessions.pull(rehearsal.of, self._clock())).session
        except NotFound:
            return True
        return real.state in ON_AIR

    async def _end(self, copy: Session) -> None:
        try:
            await self._host.run(copy.id, End(), by=TIMER, command_id="timer:rehearsal:end")
        except Conflict:
            return  # a host ended it

    async def _drop_unfinished(self, rehearsal: Rehearsal) -> int | None:
        if not await _is_abandoned(self._store, rehearsal, self._clock()):
            return rehearsal.made_ms + UNFINISHED_MS
        await self._store.rehearsals.remove(rehearsal)
        return None


async def _is_abandoned(store: Store, rehearsal: Rehearsal, now_ms: int) -> bool:
    """Whether a rehearsal was begun or removed by somebody who never finished."""
    is_there = await store.archives.is_in_store(rehearsal.id)
    return not is_there and now_ms - rehearsal.made_ms >= UNFINISHED_MS


def _check_audience(audience: Audience) -> None:
    for name, value, most in (
        ("viewers", audience.viewers, MOST_VIEWERS),
        ("minutes", audience.minutes, MOST_MINUTES),
    ):
        if not 1 <= value <= most:
            raise BadInput.field(name, f"Choose a number of {name} from 1 to {most}.")
