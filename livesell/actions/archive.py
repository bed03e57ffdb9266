"""Moves sessions that are over into a file each, brings them back, and erases people in them.

The order is the promise: a file is written, synced, read back and compared; then the index names
it; then one step takes the session out of the store, if nothing of it has changed meanwhile. So
whenever this is killed, the session is in the store, or in a verified file, or in both, and the
next run finishes.
"""

import asyncio
import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct, to_builtins
from msgspec.structs import replace

from livesell import __version__
from livesell.actions.erasing import orders_of, without_person
from livesell.actions.sealing import SEALED_STATES, Sealing, verdict_on
from livesell.actions.staff import figures_in
from livesell.actions.unsettled import why_not
from livesell.clock import Clock
from livesell.domain.figures import GrossKind
from livesell.domain.ids import check_session_id, check_token_id
from livesell.domain.recount import recount
from livesell.errors import Conflict, LivesellError, NotFound
from livesell.store import Archived, Archives, OpenArchive, Store, archive_file, snapshot
from livesell.store.archive_file import Archive, Erasure, Header, damaged
from livesell.store.snapshot import Sections

# All there are.
MAX_SESSIONS = 1_000_000

# A session that still changes is left for the next run after this many tries.
ATTEMPTS = 3

# An erasure waits this long for an archive run to end.
LOCK_S = 30.0

# What reading records raises when a file is not what a livesell wrote, digest or not.
_UNREADABLE = (msgspec.DecodeError, ValueError, KeyError, TypeError, IndexError, ArithmeticError)


class Filed(Struct, frozen=True, kw_only=True):
    """A session in its file: where, how large, its SHA-256, and how much is in it."""

    session: str
    file: str
    size_bytes: int
    digest: str
    orders: int
    entries: int


class Archivist:
    """Works on the store and on the archive's folder; one run at a time."""

    def __init__(self, store: Store, clock: Clock, gross_kind: GrossKind) -> None:
        self._store = store
        self._archives: Archives = store.archives
        self._clock = clock
        self._gross_kind: GrossKind = gross_kind

    @contextlib.contextmanager
    def run(self) -> Iterator[None]:
        """Around everything that changes files. Raises `Conflict` (`archive_busy`)."""
        with self._archives.lock():
            archive_file.tidy(self._archives.folder)
            yield

    async def closed(self, before_ms: int | None = None) -> list[str]:
        """Sessions in the store that are over, oldest first; those over before a moment."""
        found = []
        for session in await self._store.sessions.list(limit=MAX_SESSIONS):
            over_ms = session.ended_ms or session.planned_end_ms or session.planned_start_ms or 0
            if session.state in SEALED_STATES and (before_ms is None or over_ms < before_ms):
                found.append((over_ms, session.id))
        return [session_id for _, session_id in sorted(found)]

    async def why_not(self, session_id: str) -> str:
        """Why the session cannot be archived now, in a sentence; empty when it can.

        Raises:
            NotFound: `no_such_session`.
        """
        await self._seal(session_id)
        sections = await snapshot.take(self._archives.link, session_id)
        return await self._reason(session_id, sections)

    async def archive(self, session_id: str) -> Filed:
        """Moves one session out of the store; call it within `run`.

        Raises:
            NotFound: `no_such_session`.
            Conflict: `cannot_archive`, with the reason; `session_archived` when it has been.
            CannotStart: `archive_unwritable`.
        """
        await self._finish(check_session_id(session_id))
        await self._seal(session_id)
        for _ in range(ATTEMPTS):
            sections = await snapshot.take(self._archives.link, session_id)
            if reason := await self._reason(session_id, sections):
                raise Conflict("cannot_archive", reason)
            filed = await self._file(session_id, sections)
            word = await snapshot.remove(self._archives.link, session_id, sections)
            if word in ("removed", "gone"):
                await self._archives.unlist(session_id)
                return filed
            await self._take_back(session_id)
        raise Conflict(
            "cannot_archive",
            f"It is still changing ({word}), so it stays in the store. Try again later.",
        )

    async def restore(self, session_id: str) -> Filed:
        """Brings a session back into the store; call it within `run`.

        Raises:
            NotFound: `not_archived`, or `archive_missing`.
            Conflict: `archive_damaged`, or `session_exists`: it is in the store.
        """
        archived = await self._archives.find(check_session_id(session_id))
        if archived is None:
            raise NotFound("not_archived", "There is no such session in the archive.")
        found = await asyncio.to_thread(self._archives.read, archived)
        link = self._archives.link
        if not await self._archives.is_in_store(session_id):
            await self._checked(found)
            await self._archives.relist(archived.session)
            await snapshot.put_back(link, session_id, found.sections)
        differs = snapshot.differing(found.sections, await snapshot.take(link, session_id))
        if differs is not None:
            raise Conflict(
                "session_exists",
                f"The store has a session with this id, and its {differs} are others than those "
                "of the archive. Both were left as they are.",
            )
        await self._archives.forget(session_id)
        await asyncio.to_thread(archive_file.discard, found.path)
        return _filed(found)

    async def check(self, path: Path) -> Filed:
        """Reads a file and checks all that can be checked without the store it came from.

        Raises:
            NotFound, CannotStart, Conflict: What is wrong with it.
        """
        found = await asyncio.to_thread(archive_file.read, path)
        await self._checked(found)
        archived = await self._archives.find(check_session_id(found.header.session))
        if archived is not None and _is_same(path, self._archives.path_of(archived.session.id)):
            await asyncio.to_thread(self._archives.read, archived)
        return _filed(found)

    async def erase(self, session_id: str, viewer: str) -> int | None:
        """Takes a viewer's details, contacts and names out of an archive; totals stay.

        Returns:
            How many orders the viewer has there; None when the session is not archived.

        Raises:
            Conflict: `archive_busy`, or `archive_damaged`.
            NotFound, CannotStart: The file is missing, or cannot be read or written.
        """
        check_token_id(viewer, "viewer")
        if await self._archives.find(check_session_id(session_id)) is None:
            return None
        async with self._archives.locked(LOCK_S):
            archived = await self._archives.find(session_id)
            if archived is None:
                return None
            found = await asyncio.to_thread(self._archives.read, archived)
            await self._rewrite(archived, found, viewer)
        return len(orders_of(found.sections, viewer)[0])

    async def _rewrite(self, archived: Archived, found: Archive, viewer: str) -> None:
        session_id = archived.session.id
        erasure = Erasure(viewer=viewer, at_ms=self._clock())
        header = replace(found.header, erased=(*found.header.erased, erasure))
        sections = await asyncio.to_thread(without_person, found.sections, viewer)
        fresh = await self._written(session_id, header, sections, found.figures)
        # The index names both until the new file has its name, so that neither looks strange.
        await self._archives.note(replace(archived, next_digest=fresh.digest))
        await asyncio.to_thread(archive_file.put_in_place, found.path)
        await self._archives.note(replace(archived, digest=fresh.digest, next_digest=""))

    async def _finish(self, session_id: str) -> None:
        """Does what an interrupted run has left to be done."""
        archived = await self._archives.find(session_id)
        if await self._archives.is_in_store(session_id):
            return
        if archived is None:
            await self._store.sessions.pull(session_id, self._clock())  # says that there is none
            return
        await self._archives.unlist(session_id)
        raise Conflict(
            "session_archived",
            f"It is in the archive already: {self._archives.folder / archived.file}",
        )

    async def _seal(self, session_id: str) -> None:
        await Sealing(self._store, self._clock).seal(session_id)

    async def _reason(self, session_id: str, sections: Sections) -> str:
        if not snapshot.version_of(sections):
            await self._store.sessions.pull(session_id, self._clock())
        place = self._opened(session_id, sections)
        reason = why_not(sections, await place.seals.standing(session_id), self._clock())
        return reason or await self._doubt(place, session_id)

    async def _file(self, session_id: str, sections: Sections) -> Filed:
        """Writes, verifies and names the file, and puts it into the index."""
        now_ms = self._clock()
        place = self._opened(session_id, sections)
        header = Header(session=session_id, made_ms=now_ms, version=__version__)
        figures = to_builtins(await figures_in(place, session_id, now_ms, self._gross_kind))
        path = self._archives.path_of(session_id)
        await self._check_not_another(path, sections)
        fresh = await self._written(session_id, header, sections, figures)
        await asyncio.to_thread(archive_file.put_in_place, path)
        session = (await place.sessions.pull(session_id, now_ms)).session
        await self._archives.note(
            Archived(file=path.name, digest=fresh.digest, at_ms=now_ms, session=session)
        )
        return _filed(replace(fresh, path=path))

    async def _written(
        self, session_id: str, header: Header, sections: Sections, figures: dict[str, Any]
    ) -> Archive:
        """A new file beside the final one, read back from the disk and verified."""
        path = self._archives.path_of(session_id)
        await asyncio.to_thread(archive_file.write, path, header, sections, figures)
        fresh = await asyncio.to_thread(archive_file.read, archive_file.part_of(path))
        if fresh.sections != sections:
            raise damaged(fresh.path, "the disk gave back something else than was written")
        await self._checked(fresh)
        return fresh

    async def _check_not_another(self, path: Path, sections: Sections) -> None:
        """A file with this name is overwritten only if it is of this very session."""
        try:
            there = await asyncio.to_thread(archive_file.read, path)
        except NotFound:
            return
        ledger = there.sections.get("ledger")
        if ledger is None or ledger.rows[:1] != sections["ledger"].rows[:1]:
            raise Conflict(
                "cannot_archive",
                f"{path} is the archive of another session with the same id. Move it away first.",
            )

    async def _take_back(self, session_id: str) -> None:
        """The session has changed: what was filed of it is old, and the store has all of it."""
        await self._archives.forget(session_id)
        await asyncio.to_thread(archive_file.discard, self._archives.path_of(session_id))

    async def _checked(self, found: Archive) -> None:
        """Chain and totals of a file; raises `Conflict` (`archive_damaged`)."""
        session_id = check_session_id(found.header.session)
        try:
            doubt = await self._doubt(self._archives.opened(found), session_id)
        except LivesellError:
            raise damaged(found.path, "it holds no session") from None
        except _UNREADABLE as error:
            raise damaged(found.path, "it holds records that cannot be read") from error
        if doubt:
            raise damaged(found.path, doubt)

    async def _doubt(self, place: OpenArchive, session_id: str) -> str:
        """What is wrong with a session's chain or totals; empty when all is exact."""
        verdict = await verdict_on(place.seals, session_id)
        if verdict.first is not None:
            first = verdict.first
            return f"its ledger is not as it was sealed, from entry {first.n:,} ({first.id}) on"
        if verdict.sealed != verdict.entries:
            return f"{verdict.sealed:,} of its {verdict.entries:,} ledger entries are sealed"
        evidence = await place.ledger.evidence(session_id, self._clock())
        found = await asyncio.to_thread(recount, evidence)
        if not found.is_exact:
            names = ", ".join(one.what for one in found.differences[:3])
            return (
                f"its recount finds differences ({names}); livesell recount {session_id} says more"
            )
        return ""

    def _opened(self, session_id: str, sections: Sections) -> OpenArchive:
        header = Header(session=session_id, made_ms=0, version=__version__)
        return self._archives.opened(
            Archive(
                path=Path(), header=header, sections=sections, figures={}, digest="", size_bytes=0
            )
        )


def _is_same(one: Path, other: Path) -> bool:
    return one.resolve() == other.resolve()


def _filed(found: Archive) -> Filed:
    def rows(name: str) -> int:
        return len(found.sections[name].rows) if name in found.sections else 0

    return Filed(
        session=found.header.session,
        file=str(found.path),
        size_bytes=found.size_bytes,
        digest=found.digest,
        orders=rows("orders"),
        entries=rows("ledger"),
    )
