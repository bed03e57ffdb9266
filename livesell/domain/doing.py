"""What colleagues are told of a command that was carried out; the record is `domain/undo.py`."""

from msgspec import UNSET
from msgspec.structs import asdict

from livesell.domain.card import Card
from livesell.domain.command import (
    AddCard,
    AnyCommand,
    Change,
    DropFlash,
    EndFlash,
    Hide,
    StartFlash,
    Undo,
    verb_of,
)
from livesell.domain.flash import find_flash
from livesell.domain.session import Session
from livesell.domain.undo import Doing, Value


def doing_of(
    session: Session,
    cards: dict[str, Card],
    command: AnyCommand,
    change: Change,
    *,
    by: str,
    version: int,
    now_ms: int,
) -> Doing:
    """Args: session: As it was before, and so are `cards`."""
    if isinstance(command, Undo):
        return _undoing(session.doings[-1], by=by, version=version, now_ms=now_ms)
    card_id = _card_of(session, command)
    card = change.cards.get(card_id) or cards.get(card_id)
    before, after = _values(session, cards, command, change, card_id)
    return Doing(
        version=version,
        do=verb_of(command),
        by=by,
        at_ms=now_ms,
        card=card_id,
        slot=0 if card is None else card.slot,
        before=before,
        after=after,
    )


def _undoing(last: Doing, *, by: str, version: int, now_ms: int) -> Doing:
    return Doing(
        version=version,
        do="redo" if last.do == "undo" else "undo",
        of=last.about,
        by=by,
        at_ms=now_ms,
        card=last.card,
        slot=last.slot,
        before=last.after,
        after=last.before,
    )


def _card_of(session: Session, command: AnyCommand) -> str:
    match command:
        case Hide():
            return session.shown or ""
        case AddCard(card=card):
            return card.id
        case StartFlash(flash=flash_id) | EndFlash(flash=flash_id) | DropFlash(flash=flash_id):
            return find_flash(session.flashes, flash_id).card
        case _:
            return str(getattr(command, "card", ""))


# What one field of the session, or of the card, says before and after; by the command's name.
_OF_SESSION = {"notice": "notice", "extend": "planned_end_ms", "schedule": "planned_start_ms"}
_OF_CARD = {"price": "price", "release": "safety"}


def _values(
    session: Session, cards: dict[str, Card], command: AnyCommand, change: Change, card_id: str
) -> tuple[Value, Value]:
    do = verb_of(command)
    if do in _OF_SESSION:
        name = _OF_SESSION[do]
        return getattr(session, name), getattr(change.session, name)
    if do in _OF_CARD:
        name = _OF_CARD[do]
        return getattr(cards[card_id], name), getattr(change.cards[card_id], name)
    if do == "restock":
        return None, change.stock[card_id]
    if do == "show":
        return session.shown, card_id
    if do in ("edit", "limits"):
        named = [name for name, value in asdict(command).items() if value is not UNSET]
        return None, " ".join(sorted(set(named) - {"card"}))
    return None, None
