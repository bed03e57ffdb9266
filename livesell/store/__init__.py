"""The store: the only package that talks to Valkey or Redis, and where everything is kept.

`open_store` gives a `Store`; its parts are one noun each. What must not race is a Lua file in
`lua/`. Keys have their one home in `keys.py`.
"""

import asyncio
import contextlib
import socket
import time
from dataclasses import dataclass
from pathlib import Path

from msgspec import Struct
from redis.exceptions import AuthenticationError, NoPermissionError

from livesell.clock import system_clock
from livesell.config import StoreConfig
from livesell.errors import Busy, CannotStart
from livesell.store.archives import Archived, Archives, OpenArchive, Readable
from livesell.store.audience import Audience
from livesell.store.audit import Audit, AuditEntry
from livesell.store.campaigns import Campaigns
from livesell.store.checks import (
    Check,
    inspect,
    parse_info,
    refuse_weak,
    version_of,
    whole_file,
)
from livesell.store.connect import CONNECTIONS, ORDER_CONNECTIONS, Link, make_pool
from livesell.store.details import Details
from livesell.store.embedded import Embedded
from livesell.store.invitations import Factors, Invitations
from livesell.store.keys import Keys, check_prefix
from livesell.store.ledger import Ledger
from livesell.store.likes import Likes, Taps
from livesell.store.orders import Orders
from livesell.store.people import People
from livesell.store.place import Place, unix_place, url_place
from livesell.store.planning import Planning
from livesell.store.presence import Beat, Presence
from livesell.store.products import Products
from livesell.store.rehearsals import Rehearsals
from livesell.store.seals import Seals
from livesell.store.sessions import Committed, Sessions
from livesell.store.settling import Alarm, Settling
from livesell.store.waitlist import Waitlist
from livesell.store.wake import Wake

_REASONS: dict[type[BaseException], str] = {
    ConnectionRefusedError: "nothing listens there",
    FileNotFoundError: "there is no such socket",
    PermissionError: "this account may not open it",
    socket.gaierror: "the name of its host is not known",
}

# Below the data directory: the files of archived sessions.
ARCHIVE = "archive"

__all__ = [
    "Alarm",
    "Archived",
    "Archives",
    "Audience",
    "Audit",
    "AuditEntry",
    "Beat",
    "Campaigns",
    "Check",
    "Committed",
    "Details",
    "Factors",
    "Invitations",
    "Ledger",
    "Likes",
    "OpenArchive",
    "Orders",
    "People",
    "Planning",
    "Presence",
    "Products",
    "Readable",
    "Rehearsals",
    "Seals",
    "Sessions",
    "Settling",
    "Store",
    "StoreInfo",
    "Taps",
    "Waitlist",
    "Wake",
    "open_store",
]


class StoreInfo(Struct, frozen=True, kw_only=True):
    """Which store this is. `address` holds no password."""

    version: str
    is_embedded: bool
    address: str


@dataclass
class Store:
    """An open store. Close it: the last user stops an embedded one."""

    info: StoreInfo
    sessions: Sessions
    orders: Orders
    settling: Settling
    details: Details
    likes: Likes
    presence: Presence
    ledger: Ledger
    seals: Seals
    archives: Archives
    people: People
    invitations: Invitations
    factors: Factors
    audit: Audit
    products: Products
    waitlist: Waitlist
    rehearsals: Rehearsals
    campaigns: Campaigns
    planning: Planning
    audience: Audience
    wake: Wake
    _link: Link
    _placing: Link
    _embedded: Embedded | None
    _keeper: asyncio.Task[None] | None

    async def holding(self, session_id: str) -> Readable:
        """Where this session is to be read: here, or in its archive; here if it is nowhere.

        Raises:
            NotFound, CannotStart, Conflict: It is archived, and its file is missing, unreadable
                or damaged.
        """
        if await self.archives.is_in_store(session_id):
            return self
        return await self.archives.open(session_id) or self

    async def ping(self) -> float:
        """One round trip, ms. Raises `Busy` when the store is away."""
        asked = time.perf_counter()
        await self._link.read(("PING",))
        return (time.perf_counter() - asked) * 1000

    async def checks(self) -> list[Check]:
        """How well it keeps its promises now, for `livesell doctor`."""
        found = await inspect(self._link, system_clock)
        if self._embedded is not None:
            found.append(whole_file(await asyncio.to_thread(self._embedded.cut)))
        return found

    async def close(self) -> None:
        """Ends all connections, and an embedded server when nobody else uses it."""
        if self._keeper is not None:
            self._keeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._keeper
        for part in (self._link, self._placing, self.wake):
            await part.close()
        if self._embedded is not None:
            await asyncio.to_thread(self._embedded.close)


async def open_store(config: StoreConfig, data: Path) -> Store:
    """Opens the store that `config.url` names, or the embedded one in `data` when it is empty.

    Raises:
        BadConfig: The address or `allow_weak` cannot be read.
        CannotStart: `store_away`, `weak_store`, or what is wrong with the data directory.
    """
    if config.url:
        return await _connect(url_place(config.url), config, data, None)
    embedded = Embedded(data)
    await asyncio.to_thread(embedded.open)
    try:
        return await _connect(unix_place(str(embedded.socket)), config, data, embedded)
    except BaseException:
        await asyncio.to_thread(embedded.close)
        raise


async def _connect(
    place: Place, config: StoreConfig, data: Path, embedded: Embedded | None
) -> Store:
    timeout_s = config.timeout_ms / 1000
    keys = Keys(check_prefix(config.prefix))
    link = Link(make_pool(place, CONNECTIONS, timeout_s), keys, timeout_s)
    placing = Link(make_pool(place, ORDER_CONNECTIONS, timeout_s), keys, timeout_s)
    wake = Wake(make_pool(place, 4, timeout_s), keys)
    try:
        version = await _greet(link, config)
    except Busy as error:
        await link.close()
        raise _away(place, error) from error
    except BaseException:
        await link.close()
        raise
    orders, settling = Orders(link, placing), Settling(link)
    orders.expire_due = settling.expire_due
    return Store(
        info=StoreInfo(version=version, is_embedded=embedded is not None, address=place.address),
        sessions=Sessions(link),
        orders=orders,
        settling=settling,
        details=Details(link),
        likes=Likes(link),
        presence=Presence(link),
        ledger=Ledger(link),
        seals=Seals(link),
        archives=Archives(link, data / ARCHIVE),
        people=People(link),
        invitations=Invitations(link),
        factors=Factors(link),
        audit=Audit(link),
        products=Products(link),
        waitlist=Waitlist(link),
        rehearsals=Rehearsals(link),
        campaigns=Campaigns(link),
        planning=Planning(link),
        audience=Audience(link),
        wake=wake,
        _link=link,
        _placing=placing,
        _embedded=embedded,
        _keeper=None if embedded is None else asyncio.create_task(embedded.keep()),
    )


async def _greet(link: Link, config: StoreConfig) -> str:
    """Checks the server, gives it the scripts, and returns its version for people."""
    refuse_weak(await inspect(link, system_clock), config.allow_weak)
    await link.load_scripts()
    (info,) = await link.read(("INFO", "server"))
    return version_of(parse_info(info))


def _away(place: Place, error: Busy) -> CannotStart:
    cause: BaseException = error
    while cause.__cause__ is not None:
        cause = cause.__cause__
    if isinstance(cause, AuthenticationError | NoPermissionError):
        why = str(cause).rstrip(".")
        return CannotStart(
            "store_denied",
            f"The store at {place.address} does not let us in ({why}). Correct the user and the "
            "password in [store] url, or what this user may do.",
        )
    return CannotStart(
        "store_away",
        f"The store at {place.address} does not answer ({_reason(cause)}). Start it, or "
        "correct [store] url.",
    )


def _reason(error: BaseException) -> str:
    """In words where it is one of the usual reasons; the client wraps what the system said."""
    inner: BaseException | None = error
    while inner is not None:
        for kind, words in _REASONS.items():
            if isinstance(inner, kind):
                return words
        inner = inner.__cause__ or inner.__context__
    return str(error).rstrip(".") or "timed out"
