"""Who is muted and who is banned, as the ledger tells of it."""

from msgspec import Struct, field

# What each kind of entry does: to which mark, and whether it sets it.
KINDS = {
    "muted": ("muted", True),
    "unmuted": ("muted", False),
    "banned": ("banned", True),
    "unbanned": ("banned", False),
}


class Marks(Struct, kw_only=True):
    """The viewers who bear a mark."""

    muted: set[str] = field(default_factory=set)
    banned: set[str] = field(default_factory=set)

    def of(self, name: str) -> set[str]:
        return self.muted if name == "muted" else self.banned

    def note(self, kind: str, viewer: str) -> str:
        """Takes one entry in; says what is odd about it, if anything."""
        name, is_set = KINDS[kind]
        marked = self.of(name)
        if (viewer in marked) == is_set:
            return f"the viewer was {name} before" if is_set else f"the viewer was not {name}"
        (marked.add if is_set else marked.remove)(viewer)
        return ""
