"""What the crew does with whole sessions before a show: look them up, copy one, drop a draft."""

from dataclasses import dataclass

from msgspec.structs import replace

from livesell.actions.host import Host
from livesell.clock import Clock
from livesell.domain.agenda import Page, Wish, page_of
from livesell.domain.card import Card
from livesell.domain.ids import check_session_id
from livesell.domain.owning import check_owner
from livesell.domain.person import Actor
from livesell.domain.role import require_command
from livesell.domain.session import Session
from livesell.domain.truth import Truth
from livesell.store import Committed, Store

# What a page asks for at once, at most.
PAGE = 200


@dataclass(frozen=True, slots=True)
class Found:
    """A page of the list, and which of its sessions are in the archive."""

    page: Page
    archived: frozenset[str]


class Preparing:
    """Sessions as whole things."""

    def __init__(self, store: Store, clock: Clock, host: Host) -> None:
        self._store = store
        self._clock = clock
        self._host = host

    async def find(self, wish: Wish, *, after: str = "", limit: int = PAGE) -> Found:
        """What is in the store and in the archive, a page of it.

        Raises:
            BadInput: `after` is not in the list any more.
        """
        stored = await self._store.sessions.all()
        known = {session.id for session in stored}
        shelved = [one.session for one in await self._store.archives.list()]
        archived = [one for one in shelved if one.id not in known]
        listed = [one for one in stored if not one.rehearsal_of]
        page = page_of([*listed, *archived], wish, after=after, limit=limit)
        return Found(page, frozenset(one.id for one in archived))

    async def duplicate(self, session_id: str, new_id: str, title: str, *, by: Actor) -> Committed:
        """A draft with the cards, scripts, stock and rundown of a session, and none of its past.

        The stock is what was ever put in. Flash sales are not taken along.

        Raises:
            NotFound: `no_such_session`.
            Conflict: `session_exists`.
        """
        require_command(by.role, "create")
        place = await self._store.holding(check_session_id(session_id))
        truth = await place.sessions.pull(session_id, self._clock())
        session = await self._fresh(truth.session, new_id, title)
        return await self._host.create(session, _fresh_cards(truth), _stock_of(truth), by=by)

    async def _fresh(self, session: Session, new_id: str, title: str) -> Session:
        """A campaign that is gone by now is left out."""
        known = {one.id for one in await self._store.campaigns.list()}
        return replace(
            session,
            id=new_id,
            title=title,
            owner="",
            rehearsal_of="",
            notice="",
            campaign=session.campaign if session.campaign in known else "",
            planned_start_ms=None,
            planned_end_ms=None,
        )

    async def remove_draft(self, session_id: str, *, by: Actor) -> None:
        """Takes a draft away for good.

        Raises:
            Conflict: `not_a_draft`.
            NotFound: `no_such_session`.
            NotAllowed: The role may not, or `not_yours`.
        """
        require_command(by.role, "create")
        truth = await self._store.sessions.pull(check_session_id(session_id), self._clock())
        check_owner(by, truth.session)
        await self._store.sessions.remove_draft(session_id)
        await self._store.audit.note(
            by=by.name,
            did="draft_removed",
            about=session_id,
            now_ms=self._clock(),
            data={"title": truth.session.title},
        )


def _fresh_cards(truth: Truth) -> list[Card]:
    return [replace(card, open=False) for card in truth.cards.values()]


def _stock_of(truth: Truth) -> dict[str, int]:
    """Pieces that were put in and not written off, on the cards that keep a stock."""
    counts = {card_id: truth.units[card_id] for card_id in truth.cards}
    return {
        card_id: 0 if truth.cards[card_id].of else units.allocated - units.written_off
        for card_id, units in counts.items()
    }
