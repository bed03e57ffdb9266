"""What is remembered of the last commands: who did what, and how the last one is taken back.

These are the records only; they travel with the session's record, so they change in the same atomic
step. How a command is taken back is `domain/inverse.py`; what that changes, `decision_undo.py`.
"""

from typing import Any

from msgspec import Struct

# How many commands colleagues are shown; also how far back a conflict can say who did what.
MAX_DOINGS = 20

# Long enough to see on screen that it was a slip, and short enough that viewers have not built on
# it. `[console] undo_s` sets another.
UNDO_MS = 30_000

Value = int | str | None


class Doing(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A command that was carried out, as colleagues are told of it.

    Attributes:
        version: What the session's version became.
        do: The command's name; "undo" and "redo" for what took another one back or did it again.
        of: That other command's name.
        before: What was before, where one value says it: a price, a notice, a planned end.
        after: The same afterwards; for a restock the pieces that were added.
    """

    version: int
    do: str
    by: str
    at_ms: int
    card: str = ""
    slot: int = 0
    of: str = ""
    before: Value = None
    after: Value = None

    @property
    def about(self) -> str:
        """The command that this is about, also when it was taken back."""
        return self.of or self.do


class Undoable(Struct, frozen=True, kw_only=True):
    """How the last command is taken back, and until when (epoch ms).

    Attributes:
        commands: Steps in JSON form, to be done in this order.
        redo: The command itself; None when taking back is doing it again, which ends there.
    """

    until_ms: int
    commands: tuple[dict[str, Any], ...]
    redo: dict[str, Any] | None = None
