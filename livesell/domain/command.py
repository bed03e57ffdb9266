"""What a host can command, and the shape of what a command changes.

These are the words only. What each command changes is decided in `domain/decision.py`; who may
command is `domain/role.py`.
"""

from typing import Any

from msgspec import UNSET, Struct, UnsetType, field

from livesell.domain.card import Card, Gift
from livesell.domain.session import Session


class Command(Struct, frozen=True, kw_only=True, tag_field="do", forbid_unknown_fields=True):
    """One host command; the JSON field `do` names it."""


class Schedule(Command, frozen=True, kw_only=True, tag="schedule"):
    """Set the planned times (epoch ms) and make the session visible to viewers.

    Times in which the same host has another session need `confirm`.
    """

    planned_start_ms: int
    planned_end_ms: int
    confirm: bool = False


class Start(Command, frozen=True, kw_only=True, tag="start"):
    """Go live now.

    While the pre-flight check finds something in the way, `overrule` has to say why all the same,
    in 3 to 200 characters. While the same host is on air elsewhere, it needs `confirm`.
    """

    overrule: str = ""
    confirm: bool = False


class Pause(Command, frozen=True, kw_only=True, tag="pause"):
    """Stop taking orders for a while."""


class Resume(Command, frozen=True, kw_only=True, tag="resume"):
    """Go on after a pause."""


class End(Command, frozen=True, kw_only=True, tag="end"):
    """End the broadcast for good."""


class Extend(Command, frozen=True, kw_only=True, tag="extend"):
    """Move the planned end (epoch ms) of a session that is on air.

    An end that reaches into the host's next session needs `confirm`.
    """

    planned_end_ms: int
    confirm: bool = False


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
    """Set a card's price, and the price struck through unless left out (null takes it away).

    A price below the card's floor needs `confirm`.
    """

    card: str
    price: int
    was: int | None | UnsetType = UNSET
    confirm: bool = False


class Restock(Command, frozen=True, kw_only=True, tag="restock"):
    """Add pieces to a card's stock; negative takes free ones away, never below what is promised.

    More stock also takes back what was said by `sell_out`.
    """

    card: str
    units: int


class Release(Command, frozen=True, kw_only=True, tag="release"):
    """Put pieces of a card's safety stock on sale; all of it when `units` is left out."""

    card: str
    units: int | UnsetType = UNSET


class Limits(Command, frozen=True, kw_only=True, tag="limits"):
    """Set what limits a card's sales; what is left out stays, null takes a limit away.

    `limit` is for one viewer, `per_order` for one order, `safety` the pieces that only the host
    releases, `floor` the price below which a price needs a second confirmation.
    """

    card: str
    limit: int | None | UnsetType = UNSET
    per_order: int | None | UnsetType = UNSET
    safety: int | None | UnsetType = UNSET
    floor: int | None | UnsetType = UNSET


class SellOut(Command, frozen=True, kw_only=True, tag="sell_out"):
    """Say by hand that a card is sold out, whatever its stock is."""

    card: str


class SellOn(Command, frozen=True, kw_only=True, tag="sell_on"):
    """Take back what `sell_out` said."""

    card: str


class Gifts(Command, frozen=True, kw_only=True, tag="gifts"):
    """Set what comes with each unit of a card at no price; an empty list takes all gifts away."""

    card: str
    gifts: list[Gift]


class PrepareFlash(Command, frozen=True, kw_only=True, tag="prepare_flash"):
    """Prepare a flash sale: a card for a short time at its own price, from a stock of its own.

    It counts down for `countdown_s` seconds (10 to 300) once it is started, and then lasts for
    `lasts_s` seconds (60 to 1200). A price below the card's floor needs `confirm`. Without an `id`
    it is called flash-1, flash-2, ...
    """

    card: str
    price: int
    units: int
    limit: int | None = None
    countdown_s: int = 10
    lasts_s: int = 300
    id: str = ""
    confirm: bool = False


class StartFlash(Command, frozen=True, kw_only=True, tag="start_flash"):
    """Start a prepared flash sale: its pieces are claimed, and the countdown begins."""

    flash: str


class EndFlash(Command, frozen=True, kw_only=True, tag="end_flash"):
    """End a flash sale before its time; what is left of it is free again."""

    flash: str


class DropFlash(Command, frozen=True, kw_only=True, tag="drop_flash"):
    """Take away a flash sale that was prepared and not started."""

    flash: str


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


class EditCard(Command, frozen=True, kw_only=True, tag="edit_card"):
    """Change what describes a card; fields that are left out stay.

    `script` and `plan_s` are for the crew only. Price, stock and limits have commands of their own.
    """

    card: str
    title: str | UnsetType = UNSET
    image: str | UnsetType = UNSET
    badges: list[str] | UnsetType = UNSET
    story: str | UnsetType = UNSET
    script: str | UnsetType = UNSET
    plan_s: int | UnsetType = UNSET
    donation: int | UnsetType = UNSET
    slot: int | UnsetType = UNSET


class RemoveCard(Command, frozen=True, kw_only=True, tag="remove_card"):
    """Take a card out of the session that nobody has ordered, queued for or been shown."""

    card: str


class Edit(Command, frozen=True, kw_only=True, tag="edit"):
    """Change what describes the session; fields that are left out stay."""

    title: str | UnsetType = UNSET
    host: str | UnsetType = UNSET
    video: str | UnsetType = UNSET
    cover: str | UnsetType = UNSET
    replay: str | UnsetType = UNSET
    fund: str | UnsetType = UNSET
    campaign: str | UnsetType = UNSET
    grace_s: int | UnsetType = UNSET
    zone: str | UnsetType = UNSET
    public_gross: bool | UnsetType = UNSET


class Undo(Command, frozen=True, kw_only=True, tag="undo"):
    """Take back the last command within its window, or do again what was just taken back.

    `version` is the one that the command made, so that nothing newer is taken back by mistake.
    """

    version: int


# What is decided from the records alone; `undo` is made of these.
PlainCommand = (
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
    | Release
    | Limits
    | SellOut
    | SellOn
    | Gifts
    | PrepareFlash
    | StartFlash
    | EndFlash
    | DropFlash
    | Notice
    | Reorder
    | AddCard
    | EditCard
    | RemoveCard
    | Edit
)
AnyCommand = PlainCommand | Undo


class Fact(Struct, frozen=True, kw_only=True):
    """One entry for the ledger; the store adds the time and the actor."""

    kind: str
    data: dict[str, Any] = field(default_factory=dict)


class Claim(Struct, frozen=True, kw_only=True):
    """The pieces of a stock that belong to a flash sale, until its end (epoch ms)."""

    pieces: int = 0
    until_ms: int = 0


class Change(Struct, frozen=True, kw_only=True):
    """What a command changes; without facts it changes nothing.

    `stock` adds to a card's allocated and free pieces; `claims` sets the flash sale's claim on
    the stock of a card, and the empty claim ends it. `removed` are cards that the session loses.
    """

    session: Session
    cards: dict[str, Card] = field(default_factory=dict)
    stock: dict[str, int] = field(default_factory=dict)
    claims: dict[str, Claim] = field(default_factory=dict)
    removed: tuple[str, ...] = ()
    facts: tuple[Fact, ...]


def verb_of(command: AnyCommand) -> str:
    return str(command.__struct_config__.tag)
