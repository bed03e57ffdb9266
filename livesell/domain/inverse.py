"""What takes a command back: the steps from after it to before it, found when it is decided.

Most steps are host commands, so that they leave the same facts and are held to the same rules. The
few that no host may give stand here. Doing them is `domain/decision_undo.py`.
"""

from collections.abc import Mapping

from msgspec import UNSET
from msgspec.structs import asdict

from livesell.domain.card import Card
from livesell.domain.command import (
    AddCard,
    AnyCommand,
    Cancel,
    Change,
    Close,
    Command,
    DropFlash,
    Edit,
    EditCard,
    End,
    EndFlash,
    Extend,
    Gifts,
    Hide,
    Limits,
    Miss,
    Notice,
    Open,
    Pause,
    PlainCommand,
    PrepareFlash,
    Price,
    Release,
    RemoveCard,
    Reorder,
    Restock,
    Resume,
    Schedule,
    SellOn,
    SellOut,
    Show,
    Start,
    StartFlash,
    Undo,
)
from livesell.domain.flash import Flash, find_flash
from livesell.domain.session import Session, State


class Replan(Command, frozen=True, kw_only=True, tag="replan"):
    """Put the planned times and the state before going on air back to what they were."""

    state: State
    planned_start_ms: int | None
    planned_end_ms: int | None


class PutFlash(Command, frozen=True, kw_only=True, tag="put_flash"):
    """Put a flash sale that was dropped back to its place among the others."""

    flash: Flash
    place: int


class RecallFlash(Command, frozen=True, kw_only=True, tag="recall_flash"):
    """Stop a flash sale in its countdown: it is only prepared again, its pieces are free."""

    flash: Flash


class PutCard(Command, frozen=True, kw_only=True, tag="put_card"):
    """Put a card that was removed back as it was, with its stock, to its place in the rundown."""

    card: Card
    stock: int
    rundown: tuple[str, ...]


OwnStep = Replan | PutFlash | RecallFlash | PutCard
Step = PlainCommand | OwnStep


def inverse(
    session: Session,
    cards: dict[str, Card],
    command: AnyCommand,
    change: Change,
    allocated: Mapping[str, int],
) -> tuple[Step, ...]:
    """The steps that take `command` back; none when it cannot be taken back.

    Args:
        session: As it was before, and so are `cards`.
        change: What the command changes.
        allocated: The pieces of each card's stock, all together.
    """
    match command:
        case Schedule() | Extend() | Pause() | Resume():
            return _of_course(session, command)
        case Show() | Hide():
            return (Show(card=session.shown) if session.shown else Hide(),)
        case PrepareFlash() | StartFlash() | DropFlash():
            return (_of_flash(session, command, change),)
        case Notice() | Reorder() | Edit():
            return (_describing(session, command),)
        case AddCard(card=card):
            return (RemoveCard(card=card.id),)
        case RemoveCard(card=card_id):
            stock = allocated.get(card_id, 0)
            return (PutCard(card=cards[card_id], stock=stock, rundown=session.rundown),)
        case Restock(card=card_id, units=units):
            was_sold_out = cards[card_id].sold_out
            back = Restock(card=card_id, units=-units)
            return (back, SellOut(card=card_id)) if was_sold_out else (back,)
        case Start() | End() | Cancel() | Miss() | EndFlash() | Undo():
            return ()
        case _:
            return (_of_card(cards[command.card], command),)


def _describing(session: Session, command: Notice | Reorder | Edit) -> Step:
    match command:
        case Notice():
            return Notice(text=session.notice)
        case Reorder():
            return Reorder(rundown=list(session.rundown))
        case Edit():
            named = [name for name, value in asdict(command).items() if value is not UNSET]
            return Edit(**{name: getattr(session, name) for name in named})


def _of_course(session: Session, command: Schedule | Extend | Pause | Resume) -> tuple[Step, ...]:
    match command:
        case Pause():
            return (Resume(),)
        case Resume():
            return (Pause(),)
        case Extend() if session.planned_end_ms is not None:
            return (Extend(planned_end_ms=session.planned_end_ms),)
        case _:
            before = Replan(
                state=session.state,
                planned_start_ms=session.planned_start_ms,
                planned_end_ms=session.planned_end_ms,
            )
            return (before,)


def _of_card(
    card: Card,
    command: Open | Close | Price | Release | Limits | SellOut | SellOn | Gifts | EditCard,
) -> Step:
    match command:
        case EditCard():
            return _words_of(card, command)
        case Open() | Close():
            return Open(card=card.id) if card.open else Close(card=card.id)
        case Price():
            # A price below the floor was confirmed when it was set.
            return Price(card=card.id, price=card.price, was=card.was, confirm=True)
        case Release():
            return Limits(card=card.id, safety=card.safety)
        case Limits():
            return Limits(
                card=card.id,
                limit=card.limit,
                per_order=card.per_order,
                safety=card.safety,
                floor=card.floor,
            )
        case SellOut() | SellOn():
            return SellOut(card=card.id) if card.sold_out else SellOn(card=card.id)
        case Gifts():
            return Gifts(card=card.id, gifts=list(card.gifts))


def _words_of(card: Card, command: EditCard) -> EditCard:
    named = [name for name, value in asdict(command).items() if value is not UNSET]
    before = {name: getattr(card, name) for name in named if name != "card"}
    if "badges" in before:
        before["badges"] = list(before["badges"])
    return EditCard(card=card.id, **before)


def _of_flash(
    session: Session, command: PrepareFlash | StartFlash | DropFlash, change: Change
) -> Step:
    if isinstance(command, PrepareFlash):
        return DropFlash(flash=change.session.flashes[-1].id)
    flash = find_flash(session.flashes, command.flash)
    if isinstance(command, DropFlash):
        return PutFlash(flash=flash, place=session.flashes.index(flash))
    return RecallFlash(flash=flash)
