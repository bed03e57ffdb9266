"""What the crew does with campaigns: make, change and remove them, and see what they sold."""

from livesell.actions.staff import figures_in
from livesell.clock import Clock
from livesell.domain.campaign import Campaign, campaign_in_use, check_campaign, edited
from livesell.domain.figures import EventFigures, GrossKind, event_figures
from livesell.domain.person import Actor
from livesell.domain.role import require_figures, require_prepare
from livesell.domain.session import Session
from livesell.store import Store


class Organiser:
    """Looks after the campaigns."""

    def __init__(self, store: Store, clock: Clock, gross_kind: GrossKind) -> None:
        self._store = store
        self._clock = clock
        self._gross_kind: GrossKind = gross_kind

    async def add(self, campaign: Campaign, *, by: Actor) -> Campaign:
        """Raises `Conflict` (`campaign_exists`) or `BadInput`."""
        require_prepare(by.role)
        fresh = Campaign(
            id=campaign.id, title=campaign.title, note=campaign.note, created_ms=self._clock()
        )
        checked = check_campaign(fresh)
        await self._store.campaigns.add(checked)
        await self._note("campaign_added", checked, by)
        return checked

    async def edit(
        self, campaign_id: str, *, title: str, note: str, expected_version: int, by: Actor
    ) -> Campaign:
        """Raises `Conflict` (`campaign_changed`), `NotFound` or `BadInput`."""
        require_prepare(by.role)
        before = await self._store.campaigns.find(campaign_id)
        after = edited(before, title=title, note=note, expected_version=expected_version)
        await self._store.campaigns.replace(before, after)
        await self._note("campaign_changed", after, by)
        return after

    async def remove(self, campaign_id: str, *, by: Actor) -> None:
        """Takes a campaign away that no session belongs to.

        It waits for its turn, so that no session joins it at the same moment.

        Raises:
            Conflict: `campaign_in_use`, with how many sessions there are.
            NotFound: `no_such_campaign`.
        """
        require_prepare(by.role)
        async with self._store.planning.turn():
            campaign = await self._store.campaigns.find(campaign_id)
            sessions = await self.sessions_of(campaign_id)
            if sessions:
                raise campaign_in_use(len(sessions))
            await self._store.campaigns.remove(campaign)
        await self._note("campaign_removed", campaign, by)

    async def sizes(self) -> dict[str, int]:
        """How many sessions each campaign has."""
        counts: dict[str, int] = {}
        for session in await self._everything():
            counts[session.campaign] = counts.get(session.campaign, 0) + 1
        return counts

    async def sessions_of(self, campaign_id: str) -> list[Session]:
        """The sessions of a campaign, the archived ones too."""
        return [one for one in await self._everything() if one.campaign == campaign_id]

    async def figures(self, sessions: list[Session], *, by: Actor) -> EventFigures:
        """What these sessions made together; viewers and buyers are counted once."""
        require_figures(by.role)
        now_ms = self._clock()
        parts, viewers, buyers = [], set[bytes](), set[bytes]()
        for session in sessions:
            place = await self._store.holding(session.id)
            parts.append(await figures_in(place, session.id, now_ms, self._gross_kind))
            viewers |= await place.ledger.viewers(session.id)
            buyers |= await place.ledger.buyers(session.id)
        return event_figures(parts, viewers=len(viewers), buyers=len(buyers), as_of_ms=now_ms)

    async def _note(self, did: str, campaign: Campaign, by: Actor) -> None:
        await self._store.audit.note(
            by=by.name,
            did=did,
            about=campaign.id,
            now_ms=self._clock(),
            data={"title": campaign.title},
        )

    async def _everything(self) -> list[Session]:
        stored = await self._store.sessions.all()
        known = {session.id for session in stored}
        archived = [one.session for one in await self._store.archives.list()]
        everything = [*stored, *(one for one in archived if one.id not in known)]
        return [one for one in everything if not one.rehearsal_of]
