"""Changes of a plan, which are looked at beside the plans of all other sessions.

Two such changes never look at the same moment: whoever makes one takes the turn (see
`store/planning.py`). The clock takes none: what it starts was planned and confirmed by people.
"""

from livesell.domain.command import AnyCommand, Edit, Extend, Schedule, Start
from livesell.domain.overlap import check_is_off_air, check_plan_is_free
from livesell.domain.role import Role
from livesell.domain.session import Session, State
from livesell.store import Store


class Plans:
    """Looks at the other sessions before one is planned, started or extended."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.turn = store.planning.turn

    def is_about(self, command: AnyCommand) -> bool:
        """Whether a command has to be looked at, and hence to wait for its turn."""
        is_plan = isinstance(command, Schedule | Start | Extend)
        return is_plan or (isinstance(command, Edit) and isinstance(command.campaign, str))

    async def check_new(self, session: Session, by: Role, *, is_confirmed: bool) -> None:
        """Raises `Conflict` (`overlaps`) or `NotFound` (`no_such_campaign`)."""
        if session.campaign:
            await self._store.campaigns.find(session.campaign)
        if not is_confirmed:
            await self._check_plan(session, session.planned_start_ms, session.planned_end_ms, by)

    async def check(self, session: Session, command: AnyCommand, by: Role) -> None:
        """The same, for what a command makes of a session."""
        match command:
            case Edit(campaign=str(campaign)) if campaign:
                await self._store.campaigns.find(campaign)
            case Schedule(planned_start_ms=start_ms, planned_end_ms=end_ms, confirm=False):
                await self._check_plan(session, start_ms, end_ms, by)
            case Extend(planned_end_ms=end_ms, confirm=False):
                await self._check_extension(session, end_ms, by)
            case Start(confirm=False):
                check_is_off_air(session, await self._store.sessions.on_air(), by=by)

    async def _check_plan(
        self, session: Session, start_ms: int | None, end_ms: int | None, by: Role
    ) -> None:
        if start_ms is None or end_ms is None:
            return
        others = await self._store.sessions.planned_between(start_ms, end_ms)
        check_plan_is_free(session, (start_ms, end_ms), others, by=by)

    async def _check_extension(self, session: Session, end_ms: int, by: Role) -> None:
        """Only what comes next; who is on air beside it was confirmed when it started."""
        from_ms = session.planned_end_ms
        if from_ms is None or end_ms <= from_ms:
            return
        others = await self._store.sessions.planned_between(from_ms, end_ms)
        coming = [one for one in others if one.state is State.SCHEDULED]
        check_plan_is_free(session, (from_ms, end_ms), coming, by=by)
