"""Who did what beside the sessions' ledgers: one stream, kept, and never with a secret in it.

Call `note` where something is done that nobody could tell afterwards: who signed in, who was
given which role, who took the orders of a session home. What befalls a session is on its ledger.
"""

from typing import Any

import msgspec
from msgspec import Struct

from livesell.store.connect import Link
from livesell.store.pulled import pairs

_decoder = msgspec.json.Decoder(dict[str, Any])
_PAGE = 500


class AuditEntry(Struct, frozen=True, kw_only=True):
    """Something that `by` did at `at_ms` (epoch ms) about somebody or something."""

    id: str
    did: str
    by: str
    about: str
    at_ms: int
    data: dict[str, Any]


class Audit:
    def __init__(self, link: Link) -> None:
        self._link = link
        self._key = link.keys.crew("audit")

    async def note(
        self, *, by: str, did: str, about: str, now_ms: int, data: dict[str, Any] | None = None
    ) -> None:
        """Puts one entry on record. `data` holds no secret and no buyer's details."""
        await self._link.write(
            (
                "XADD", self._key, "*", "did", did, "at", now_ms, "by", by, "about", about,
                "d", msgspec.json.encode(data or {}),
            )
        )  # fmt: skip

    async def before(self, entry_id: str = "", limit: int = _PAGE) -> list[AuditEntry]:
        """Entries older than `entry_id`, or the newest; newest first."""
        end = f"({entry_id}" if entry_id else "+"
        (found,) = await self._link.read(("XREVRANGE", self._key, end, "-", "COUNT", limit))
        return [_entry(one) for one in found]


def _entry(found: list[Any]) -> AuditEntry:
    entry_id, flat = found
    fields = {key.decode(): value for key, value in pairs(flat)}
    return AuditEntry(
        id=entry_id.decode(),
        did=fields["did"].decode(),
        by=fields["by"].decode(),
        about=fields["about"].decode(),
        at_ms=int(fields["at"]),
        data=_decoder.decode(fields["d"]),
    )
