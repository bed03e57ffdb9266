"""Who did what: the audit's stream, and with it what the crew did to a session, from its ledger."""

import csv
import io
import re
from collections.abc import AsyncGenerator, Iterable
from datetime import UTC, datetime
from typing import Any

import msgspec
from msgspec import Struct

from livesell.actions.spreadsheet import BOM, text_cell
from livesell.actions.staff import Staff
from livesell.clock import Clock
from livesell.domain.ids import check_session_id
from livesell.errors import BadInput
from livesell.store import AuditEntry, Store

MAX_PAGE = 200
# As ids of the stream are written.
_ENTRY_ID = re.compile(r"\d{1,19}-\d{1,19}")

COLUMNS = ("time", "by", "did", "about", "data")


class Deed(Struct, frozen=True, kw_only=True):
    """Something that `by` did at `at_ms` (epoch ms)."""

    at_ms: int
    by: str
    did: str
    about: str
    data: dict[str, Any]


class DeedsPage(Struct, frozen=True, kw_only=True):
    """Newest first; `next` is the `before` of the following page, empty at the end."""

    deeds: list[Deed]
    next: str


class Wanted(Struct, frozen=True, kw_only=True):
    """What is looked for; empty is anything. With a session, its ledger is looked at too."""

    by: str = ""
    did: str = ""
    session: str = ""

    def takes(self, deed: Deed) -> bool:
        return (not self.by or deed.by == self.by) and (not self.did or deed.did == self.did)


class Auditor:
    def __init__(self, store: Store, clock: Clock, staff: Staff) -> None:
        self._store = store
        self._clock = clock
        self._staff = staff

    async def page(self, wanted: Wanted, before: str = "", limit: int = 50) -> DeedsPage:
        """One page.

        Raises:
            BadInput: `before` is not from an earlier page.
            NotFound: `no_such_session`.
        """
        if wanted.session:
            return await self._page_of_session(wanted, before, limit)
        found: list[Deed] = []
        last_id = ""
        async for entry in self._entries(_checked_id(before)):
            if len(found) == limit:
                return DeedsPage(deeds=found, next=last_id)
            last_id = entry.id
            deed = _deed(entry)
            if wanted.takes(deed):
                found.append(deed)
        return DeedsPage(deeds=found, next="")

    async def csv(self, wanted: Wanted) -> AsyncGenerator[bytes, None]:
        """All of it as a spreadsheet, a chunk a page; times in UTC.

        Raises:
            NotFound: `no_such_session`, before the first chunk.
        """
        page = await self.page(wanted, limit=MAX_PAGE)
        yield BOM + _rows([COLUMNS]) + _rows(_cells(one) for one in page.deeds)
        while page.next:
            page = await self.page(wanted, page.next, MAX_PAGE)
            yield _rows(_cells(one) for one in page.deeds)

    async def _page_of_session(self, wanted: Wanted, before: str, limit: int) -> DeedsPage:
        """Counted from the oldest: new deeds come at the end and move no page."""
        deeds = [one for one in await self._of_session(wanted.session) if wanted.takes(one)]
        end = min(len(deeds), _checked_place(before, len(deeds)))
        start = max(0, end - limit)
        return DeedsPage(deeds=deeds[start:end][::-1], next=str(start) if start else "")

    async def _of_session(self, session_id: str) -> list[Deed]:
        """What the crew and the timer did to it, and what was done about it; oldest first."""
        # A mistyped id is told instead of an empty list.
        place = await self._store.holding(check_session_id(session_id))
        await place.sessions.pull(session_id, self._clock())
        told = [
            Deed(at_ms=one.at, by=one.by, did=one.kind, about=session_id, data=one.data)
            for one in await self._staff.markers(session_id)
        ]
        noted = [_deed(one) async for one in self._entries("") if one.about == session_id]
        return sorted([*told, *reversed(noted)], key=lambda one: one.at_ms)

    async def _entries(self, before: str) -> AsyncGenerator[AuditEntry, None]:
        while entries := await self._store.audit.before(before):
            for entry in entries:
                yield entry
            before = entries[-1].id


def _deed(entry: AuditEntry) -> Deed:
    return Deed(at_ms=entry.at_ms, by=entry.by, did=entry.did, about=entry.about, data=entry.data)


def _checked_id(before: str) -> str:
    if before and not _ENTRY_ID.fullmatch(before):
        raise _bad_before()
    return before


def _checked_place(before: str, last: int) -> int:
    if not before:
        return last
    if not before.isascii() or not before.isdigit() or len(before) > 9:
        raise _bad_before()
    return int(before)


def _bad_before() -> BadInput:
    return BadInput.field("before", "Take `before` from the `next` of the page before.")


def _cells(deed: Deed) -> tuple[str, ...]:
    at = datetime.fromtimestamp(deed.at_ms / 1000, UTC).isoformat(timespec="seconds")
    data = msgspec.json.encode(deed.data).decode() if deed.data else ""
    return (at.replace("+00:00", "Z"), *map(text_cell, (deed.by, deed.did, deed.about, data)))


def _rows(rows: Iterable[Iterable[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()
