"""What the handlers work with: one of each, made by `server.py`, shared by pages and API."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web
from msgspec import Raw

from livesell.actions.archive import Archivist
from livesell.actions.audience import Moderation
from livesell.actions.auditing import Auditor
from livesell.actions.campaigns import Organiser
from livesell.actions.cashier import Cashier
from livesell.actions.catalogue import Catalogue
from livesell.actions.host import Host
from livesell.actions.importing import Importer
from livesell.actions.importing_reader import FileReader
from livesell.actions.inviting import Inviting
from livesell.actions.owning import check_settles
from livesell.actions.people import Crew
from livesell.actions.photos import Photos
from livesell.actions.preflight import Preflight
from livesell.actions.preparing import Preparing
from livesell.actions.rehearsal import Rehearsals
from livesell.actions.sealing import Sealing
from livesell.actions.staff import Staff
from livesell.actions.viewer import Viewers
from livesell.actions.waiting import Waiters
from livesell.clock import Clock
from livesell.config import Config
from livesell.config.rules import address
from livesell.domain.ids import check_session_id
from livesell.domain.person import Actor
from livesell.domain.session import State
from livesell.domain.truth import Truth
from livesell.errors import NotFound
from livesell.payments import Payments
from livesell.simulated import Simulated
from livesell.store import Readable, Store
from livesell.web.documents import ViewerDocuments
from livesell.web.next_shows import NextShows
from livesell.web.pace_notes import PaceNotes
from livesell.web.repeats import Repeats
from livesell.web.throttle import Throttle
from livesell.web.webhooks import Webhooks

# A whole crew behind one address signs in within a minute.
ACCOUNTS = 5


@dataclass(frozen=True, slots=True)
class Throttles:
    """Who may ask how often; each counts by its own key."""

    requests: Throttle
    logins: Throttle
    logins_of_address: Throttle
    logins_of_account: Throttle
    orders: Throttle
    waits: Throttle


@dataclass(frozen=True, slots=True)
class Services:
    """Everything behind the routes; `device_secret` signs the marks of known devices."""

    store: Store
    config: Config
    clock: Clock
    push_port: Callable[[], int]
    host: Host
    preparing: Preparing
    organiser: Organiser
    preflight: Preflight
    rehearsals: Rehearsals
    viewers: Viewers
    waiters: Waiters
    moderation: Moderation
    pace_notes: PaceNotes
    staff: Staff
    sealing: Sealing
    archivist: Archivist
    crew: Crew
    inviting: Inviting
    auditor: Auditor
    device_secret: str = field(repr=False)
    catalogue: Catalogue
    photos: Photos
    importer: Importer
    throttles: Throttles
    documents: ViewerDocuments
    next_shows: NextShows
    cashier: Cashier
    repeats: Repeats
    payments: Mapping[str, Payments]
    webhooks: Webhooks

    async def truth(self, session_id: str, *, is_crew: bool) -> Truth:
        """What holds of a session now, in the store or in its archive.

        A draft does not exist for anyone but the crew.

        Raises:
            NotFound: `no_such_session`.
        """
        truth = await self._pulled(check_session_id(session_id))
        if truth.session.state is State.DRAFT and not is_crew:
            raise NotFound("no_such_session", "There is no such session. Check the address.")
        return truth

    async def place(self, session_id: str) -> Readable:
        """Where the session is to be read: the store or its archive."""
        return await self.store.holding(check_session_id(session_id))

    async def _pulled(self, session_id: str) -> Truth:
        try:
            return await self.store.sessions.pull(session_id, self.clock())
        except NotFound:
            archive = await self.store.archives.open(session_id)
            if archive is None:
                raise
            return await archive.sessions.pull(session_id, self.clock())

    async def check_known(self, session_id: str, *, is_crew: bool) -> None:
        """Raises `NotFound` unless this caller may know of the session."""
        if is_crew:
            await self.truth(session_id, is_crew=True)
        else:
            await self.viewer_document(session_id)

    async def check_settles(self, session_id: str, by: Actor) -> None:
        """Raises `NotAllowed` unless `by` may see who bought what in this session."""
        await check_settles(self.store, session_id, by, self.clock())

    async def viewer_document(self, session_id: str) -> Raw:
        """The encoded document for viewers, a tick old at most.

        Raises:
            NotFound: `no_such_session`, also for a draft.
        """
        return await self.documents.get(session_id, lambda: self.truth(session_id, is_crew=False))


SERVICES: web.AppKey[Services] = web.AppKey("services", Services)


def services_for(
    store: Store,
    config: Config,
    secret: str,
    clock: Clock,
    push_port: Callable[[], int],
    cashier: Cashier,
    payments: Mapping[str, Payments],
    webhooks: Webhooks,
    photos: Path,
) -> Services:
    """Wires the actions to the store."""
    crew, staff = Crew(store, clock, config.auth), Staff(store, clock, config.gross_kind)
    kept = Photos(photos, store.audit, clock)
    preflight = Preflight(store, clock, config, kept)
    host = Host(store, clock, preflight, config.console.undo_s * 1000)
    return Services(
        documents=ViewerDocuments(
            clock, config.push.tick_ms, config.gross_kind, config.sales.hold_ms
        ),
        next_shows=NextShows(clock),
        cashier=cashier,
        repeats=Repeats(),
        payments=payments,
        webhooks=webhooks,
        store=store,
        config=config,
        clock=clock,
        push_port=push_port,
        host=host,
        preparing=Preparing(store, clock, host),
        organiser=Organiser(store, clock, config.gross_kind),
        preflight=preflight,
        rehearsals=Rehearsals(
            store,
            clock,
            secret,
            Simulated(
                lambda: (address(config.push.listen, "push.listen")[0], push_port()),
                secret,
                clock,
                viewers_an_address=config.push.connections_per_address,
            ),
        ),
        viewers=Viewers(store, secret, clock, config.auth, config.sales.hold_ms),
        waiters=Waiters(store, clock, config.sales),
        staff=staff,
        moderation=Moderation(store, clock),
        pace_notes=PaceNotes(store, clock),
        sealing=Sealing(store, clock),
        archivist=Archivist(store, clock, config.gross_kind),
        crew=crew,
        inviting=Inviting(store, clock, crew),
        auditor=Auditor(store, clock, staff),
        device_secret=secret,
        catalogue=Catalogue(store, clock),
        photos=kept,
        importer=Importer(store, clock, FileReader()),
        throttles=Throttles(
            requests=Throttle(config.http.requests_per_minute, clock),
            logins=Throttle(config.http.logins_per_minute, clock),
            logins_of_address=Throttle(config.http.logins_per_minute * ACCOUNTS, clock),
            logins_of_account=Throttle(config.http.logins_per_minute * ACCOUNTS, clock),
            orders=Throttle(config.sales.orders_per_minute, clock),
            waits=Throttle(config.sales.orders_per_minute, clock),
        ),
    )
