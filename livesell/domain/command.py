"""What a host can command, and the shape of what a command changes.

These are the words only. What each command changes is decided in `domain/decision.py`; who may
command is `domain/role.py`.
"""

from typing import Any

from msgspec import UNSET, Struct, UnsetType, field

from livesell.domain.card import Card
from livesell.domain.session import Session


class Command(Struct, frozen=True, kw_only=True, tag_field="do", forbid_unknown_fields=True):
    """One host command; the JSON field `do` names it."""


class Schedule(Command, frozen=True, kw_only=True, tag="schedule"):
    """Set the planned times (epoch ms) and make the session visible to viewers."""

    planned_start_ms: int
    planned_end_ms: int


class Start(Command, frozen=True, kw_only=True, tag="start"):
    """Go live now."""


class Pause(Command, frozen=True, kw_only=True, tag="pause"):
    """Stop taking orders for a while."""


class Resume(Command, frozen=True, kw_only=True, tag="resume"):
    """Go on after a pause."""


class End(Command, frozen=True, kw_only=True, tag="end"):
    """End the broadcast for good."""


class Extend(Command, frozen=True, kw_only=True, tag="extend"):
    """Move the planned end (epoch ms) of a session that is on air."""

    planned_end_ms: int


class Cancel(Command, frozen=True, kw_only=True, tag="cancel"):
    """Call off a session that has not started."""


class Miss(Command, frozen=True, kw_only=True, tag="miss"):
    """Mark a session that never started; given by a timer only."""


class Show(Command, frozen=True, kw_only=True, tag="show"):
    """Show a card and open its window; the one shown before is hidden."""

    card: str


class Hide(Command, frozen=True, kw_only=True, tag="hide"):
    """Hide the shown card and close its window."""


class Open(Command, frozen=True, kw_only=True, tag="open"):
    """Open a card for ordering."""

    card: str


class Close(Command, frozen=True, kw_only=True, tag="close"):
    """Close a card for ordering."""

    card: str


class Price(Command, frozen=True, kw_only=True, tag="price"):
    """Set a card's price, and the price struck through unless left out (null takes it away)."""

    card: str
    price: int
    was: int | None | UnsetType = UNSET


class Restock(Command, frozen=True, kw_only=True, tag="restock"):
    """Add units to a card's stock; negative takes free units away, never below zero."""

    card: str
    units: int


class Notice(Command, frozen=True, kw_only=True, tag="notice"):
    """Set the notice that viewers see; empty takes it away."""

    text: str = ""


class Reorder(Command, frozen=True, kw_only=True, tag="reorder"):
    """Set the order of the rundown; names every card once."""

    rundown: list[str]


class AddCard(Command, frozen=True, kw_only=True, tag="add_card"):
    """Put one more card into the session."""

    card: Card
    stock: int = 0


class Edit(Command, frozen=True, kw_only=True, tag="edit"):
    """Change what describes the session; fields that are left out stay."""

    title: str | UnsetType = UNSET
    host: str | UnsetType = UNSET
    video: str | UnsetType = UNSET
    cover: str | UnsetType = UNSET
    fund: str | UnsetType = UNSET
    grace_s: int | UnsetType = UNSET
    zone: str | UnsetType = UNSET
    public_gross: bool | UnsetType = UNSET


AnyCommand = (
    Schedule
    | Start
    | Pause
    | Resume
    | End
    | Extend
    | Cancel
    | Miss
    | Show
    | Hide
    | Open
    | Close
    | Price
    | Restock
    | Notice
    | Reorder
    | AddCard
    | Edit
)


class Fact(Struct, frozen=True, kw_only=True):
    """One entry for the ledger; the store adds the time and the actor."""

    kind: str
    data: dict[str, Any] = field(default_factory=dict)


class Change(Struct, frozen=True, kw_only=True):
    """What a command changes. `stock` adds to a card's allocated and free units."""

    session: Session
    cards: dict[str, Card] = field(default_factory=dict)
    stock: dict[str, int] = field(default_factory=dict)
    facts: tuple[Fact, ...]


def verb_of(command: AnyCommand) -> str:
    return str(command.__struct_config__.tag)
