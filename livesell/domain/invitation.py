"""A link by which somebody joins the crew, or sets a new password: once, and for some days."""

from typing import Literal

from msgspec import Struct

from livesell.domain.login import ID_CHARS
from livesell.domain.role import Role

# A host in the field may see a link days later; a forgotten one should not wait for ever.
LIFETIME_MS = 7 * 24 * 3_600_000


class Invitation(Struct, frozen=True, kw_only=True):
    """An open link; the store has the digest of its code and never the code.

    `role` is what whoever joins will be; `name` is whose password a reset is for. Times are
    epoch milliseconds.
    """

    digest: str
    kind: Literal["join", "reset"]
    by: str
    at_ms: int
    until_ms: int
    role: Role = Role.STAFF
    name: str = ""

    @property
    def id(self) -> str:
        return self.digest[:ID_CHARS]
