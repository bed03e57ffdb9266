"""Whether a session is done with: over, settled, and sealed to its last entry."""

from collections.abc import Iterator
from datetime import UTC, datetime

import msgspec

from livesell.actions.sealing import SEALED_STATES, sealing_due
from livesell.store.seals import Standing
from livesell.store.snapshot import Sections

# Money that is owed back, whether or not it is under way; a failed refund waits for a person.
_OWED = frozenset({"due", "sent", "failed"})


# Providers tell of a payment again and again for this long (Source: Stripe's documentation of
# webhooks: "up to three days"); so a page to pay on is waited for, though its order expired.
PAYMENT_MS = 3 * 24 * 3_600_000


class _Stated(msgspec.Struct):
    """Of an order, a refund or a payment, the state that it is in."""

    state: str
    at_ms: int = 0


_stated_decoder = msgspec.json.Decoder(_Stated)


def why_not(sections: Sections, standing: Standing, now_ms: int) -> str:
    """Why a session cannot be archived, in a sentence; empty when it can."""
    if standing.state not in SEALED_STATES:
        return f"It is {standing.state}. Only a session that is over can be archived."
    held = sum(one.state == "held" for one in _stated(sections, "orders"))
    if held or sections.get("holds") is not None:
        return f"{held:,} orders are held for their payment. Wait until they are paid or expired."
    owed = sum(one.state in _OWED for one in _stated(sections, "refunds"))
    if owed:
        return f"{owed:,} refunds are not done. Settle them on the staff page first."
    paying = [one.at_ms for one in _stated(sections, "payments") if one.state == "open"]
    if paying and max(paying) + PAYMENT_MS > now_ms:
        until = _moment(max(paying) + PAYMENT_MS)
        return f"A payment that was begun may still be told of. Try again after {until}."
    due_ms = sealing_due(standing)
    if due_ms is not None:
        when = _moment(due_ms)
        wait_s = max(1, -(-(due_ms - now_ms) // 1000))
        return f"Its ledger is sealed at {when}. Try again in {wait_s:,} s."
    return ""


def _moment(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def _stated(sections: Sections, name: str) -> Iterator[_Stated]:
    section = sections.get(name)
    for row in section.rows if section is not None else []:
        yield _stated_decoder.decode(row[1])
