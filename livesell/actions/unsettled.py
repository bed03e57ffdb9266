"""Whether a session is done with: over, settled, and sealed to its last entry."""

from collections.abc import Iterator
from datetime import UTC, datetime

import msgspec

from livesell.actions.sealing import SEALED_STATES, sealing_due
from livesell.store.seals import Standing
from livesell.store.snapshot import Sections

# Money that is owed back, whether or not it is under way; a failed refund waits for a person.
_OWED = frozenset({"due", "sent", "failed"})


class _Stated(msgspec.Struct):
    """Of an order or a refund, what it is in."""

    state: str


_stated_decoder = msgspec.json.Decoder(_Stated)


def why_not(sections: Sections, standing: Standing, now_ms: int) -> str:
    """Why a session cannot be archived, in a sentence; empty when it can."""
    if standing.state not in SEALED_STATES:
        return f"It is {standing.state}. Only a session that is over can be archived."
    held = sum(state == "held" for state in _states(sections, "orders"))
    if held or sections.get("holds") is not None:
        return f"{held:,} orders are held for their payment. Wait until they are paid or expired."
    owed = sum(state in _OWED for state in _states(sections, "refunds"))
    if owed:
        return f"{owed:,} refunds are not done. Settle them on the staff page first."
    due_ms = sealing_due(standing)
    if due_ms is not None:
        when = datetime.fromtimestamp(due_ms / 1000, UTC).strftime("%H:%M:%S UTC")
        wait_s = max(1, -(-(due_ms - now_ms) // 1000))
        return f"Its ledger is sealed at {when}. Try again in {wait_s:,} s."
    return ""


def _states(sections: Sections, name: str) -> Iterator[str]:
    section = sections.get(name)
    for row in section.rows if section is not None else []:
        yield _stated_decoder.decode(row[1]).state
