"""The shelf of archived sessions: which there are, where their files lie, and how to read them.

The index is in the store, the files are in the data directory of the machine that archived them.
What is on the shelf is read through the same `Sessions`, `Orders`, `Ledger` and `Seals` as what
is in the store.
"""

import asyncio
import contextlib
import os
from collections import OrderedDict
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import msgspec
from msgspec import Struct

from livesell.domain.ids import check_session_id
from livesell.domain.session import Session
from livesell.errors import CannotStart, Conflict
from livesell.store import archive_file, locks
from livesell.store.archive_file import Archive
from livesell.store.archive_link import ArchiveLink, is_archived
from livesell.store.audience import Audience
from livesell.store.connect import Link
from livesell.store.details import Details
from livesell.store.ledger import Ledger
from livesell.store.orders import Orders
from livesell.store.seals import Seals
from livesell.store.sessions import Sessions
from livesell.store.settling import Settling

# Reviews of this many archived sessions are open at once; one of 100,000 orders takes some 150 MB.
OPEN = 3


_LOCK = "archive.lock"


class Archived(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the index knows: the file's name and SHA-256, and the session's record.

    `next_digest` is that of a file about to take its place; whichever of the two is there counts.
    """

    file: str
    digest: str
    at_ms: int
    session: Session
    next_digest: str = ""


class Readable(Protocol):
    """Where a session can be read: the store, or an opened archive."""

    @property
    def sessions(self) -> Sessions: ...
    @property
    def orders(self) -> Orders: ...
    @property
    def ledger(self) -> Ledger: ...
    @property
    def seals(self) -> Seals: ...
    @property
    def settling(self) -> Settling: ...
    @property
    def details(self) -> Details: ...
    @property
    def audience(self) -> Audience: ...


@dataclass(frozen=True, slots=True)
class OpenArchive:
    """An archive that was read, as a place to read the session from."""

    archive: Archive
    sessions: Sessions
    orders: Orders
    ledger: Ledger
    seals: Seals
    settling: Settling
    details: Details
    audience: Audience


_decoder = msgspec.json.Decoder(Archived)


class Archives:
    """The index and the files.

    Args:
        folder: Where the files are; made when the first one is written.
    """

    def __init__(self, link: Link, folder: Path) -> None:
        self.link = link
        self.folder = folder
        self._index = link.keys.crew("archived")
        self._open: OrderedDict[str, tuple[str, OpenArchive]] = OrderedDict()
        self._opening = asyncio.Lock()

    def path_of(self, session_id: str) -> Path:
        return self.folder / f"{check_session_id(session_id)}{archive_file.SUFFIX}"

    async def find(self, session_id: str) -> Archived | None:
        (found,) = await self.link.read(("HGET", self._index, session_id))
        return None if found is None else _decoder.decode(found)

    async def list(self) -> list[Archived]:
        """All that are archived, those planned latest first."""
        (found,) = await self.link.read(("HVALS", self._index))
        archived = [_decoder.decode(one) for one in found]
        return sorted(archived, key=_when, reverse=True)

    async def note(self, archived: Archived) -> None:
        await self.link.write(
            ("HSET", self._index, archived.session.id, msgspec.json.encode(archived))
        )

    async def forget(self, session_id: str) -> None:
        await self.link.write(("HDEL", self._index, session_id))

    async def unlist(self, session_id: str) -> None:
        """Takes the session off the list of those in the store."""
        await self.link.write(("ZREM", self.link.keys.index, session_id))

    async def relist(self, session: Session) -> None:
        """Puts it there again; one that is not in the store yet is skipped by readers."""
        start_ms = session.planned_start_ms
        score = "+inf" if start_ms is None else str(start_ms)
        await self.link.write(("ZADD", self.link.keys.index, score, session.id))

    async def is_in_store(self, session_id: str) -> bool:
        key = self.link.keys.of(session_id, "session")
        (found,) = await self.link.read(("HEXISTS", key, "version"))
        return bool(found)

    async def check_in_store(self, session_id: str) -> None:
        """Raises `Conflict` (`session_archived`) before something is written to such a session."""
        if not await self.is_in_store(session_id):
            await self.check_free(session_id)

    async def check_free(self, session_id: str) -> None:
        """Raises `Conflict` (`session_archived`) when this is an archived session's id."""
        if await self.find(session_id) is not None:
            raise is_archived(session_id)

    async def open(self, session_id: str) -> OpenArchive | None:
        """The archive of a session; None when the session is not archived.

        Raises:
            NotFound, CannotStart, Conflict: The file is missing, unreadable or damaged.
        """
        archived = await self.find(session_id)
        if archived is None:
            return None
        async with self._opening:  # a file of a large session takes seconds: one at a time
            known = self._open.get(session_id)
            if known is None or known[0] != archived.digest or archived.next_digest:
                found = await asyncio.to_thread(self.read, archived)
                self._open[session_id] = (found.digest, self.opened(found))
            self._open.move_to_end(session_id)
            while len(self._open) > OPEN:
                self._open.popitem(last=False)
            return self._open[session_id][1]

    def read(self, archived: Archived) -> Archive:
        """The file that the index names, and no other; blocks."""
        found = archive_file.read(self.folder / archived.file)
        if found.digest not in (archived.digest, archived.next_digest):
            raise archive_file.damaged(
                found.path, "it is another file than the one whose SHA-256 is on record"
            )
        return found

    def opened(self, archive: Archive) -> OpenArchive:
        """A place to read an archive's session from."""
        link = ArchiveLink(self.link.keys, archive.sections)
        return OpenArchive(
            archive=archive,
            sessions=Sessions(link),
            orders=Orders(link, link),
            ledger=Ledger(link),
            seals=Seals(link),
            settling=Settling(link),
            details=Details(link),
            audience=Audience(link),
        )

    @contextlib.asynccontextmanager
    async def locked(self, wait_s: float) -> AsyncIterator[None]:
        """The lock, waited for in a thread."""
        held = self.lock(wait_s)
        await asyncio.to_thread(held.__enter__)
        try:
            yield
        finally:
            held.__exit__(None, None, None)

    @contextlib.contextmanager
    def lock(self, wait_s: float = 0) -> Iterator[None]:
        """Held by whoever changes files; blocks for `wait_s` at most.

        Raises:
            Conflict: `archive_busy`.
            CannotStart: The folder cannot be made.
        """
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = locks.open_lock(self.folder / _LOCK)
        except OSError as error:
            raise CannotStart(
                "archive_unwritable",
                f"The archive folder {self.folder} cannot be used: {error.strerror}. Nothing was "
                "archived.",
            ) from error
        try:
            if not locks.wait_for(lambda: locks.try_lock(descriptor), wait_s):
                raise Conflict(
                    "archive_busy",
                    f"Another run is at work on the archive in {self.folder}. Wait until it has "
                    "ended, then try again.",
                )
            yield
        finally:
            os.close(descriptor)


def _when(archived: Archived) -> tuple[float, str]:
    start_ms = archived.session.planned_start_ms
    return (float("inf") if start_ms is None else start_ms, archived.session.id)
