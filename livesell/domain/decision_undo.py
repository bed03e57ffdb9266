"""Taking a command back: remembering how, when it is carried out, and doing it while it may be.

What really happened stays on record: a window in which a card was shown, a pause, the facts on the
ledger. Taking back shows the card before again in a new window, and adds facts of its own.
"""

from collections.abc import Callable, Mapping
from functools import partial

from msgspec import convert, to_builtins
from msgspec.structs import replace

from livesell.domain.card import Card
from livesell.domain.command import AnyCommand, Change, Claim, Fact, PlainCommand, Undo
from livesell.domain.decision_flash import prepared_fact
from livesell.domain.decision_shelf import added
from livesell.domain.doing import doing_of
from livesell.domain.flash import Flash, find_flash, replaced
from livesell.domain.inverse import OwnStep, PutCard, PutFlash, RecallFlash, Replan, Step, inverse
from livesell.domain.session import Session
from livesell.domain.undo import MAX_DOINGS, Doing, Undoable
from livesell.errors import Conflict

Decide = Callable[[Session, dict[str, Card], PlainCommand, int], Change]

# Why a command stays as it is, by its name, by which pages say it in their language too:
# `error.cannot_undo.NAME`.
STAYS = {
    "start": "The session has started, and viewers were told. End it if it was a mistake.",
    "end": "A session that has ended stays ended. Make a new one to go on.",
    "cancel": "A session that was called off stays so. Make a new one instead.",
    "miss": "The session was missed. Start it late, or plan it anew.",
    "end_flash": "A flash sale that has ended stays ended. Prepare another one.",
    "redo": "This was taken back and done again, so it stays. Give the opposite command instead.",
}


def remembered(
    change: Change,
    session: Session,
    cards: dict[str, Card],
    command: AnyCommand,
    *,
    allocated: Mapping[str, int],
    by: str,
    version: int,
    now_ms: int,
    undo_ms: int,
) -> Change:
    """The change with what colleagues are told of it, and with how to take it back.

    Args:
        session: As it was before, and so are `cards` and `allocated`, the pieces of each stock.
        version: The session's version after this change.
        undo_ms: For how long it can be taken back; 0 for not at all.
    """
    if not change.facts:
        return change
    doing = doing_of(session, cards, command, change, by=by, version=version, now_ms=now_ms)
    if isinstance(command, Undo):
        undo = _redoable(session)
    else:
        steps = inverse(session, cards, command, change, allocated) if undo_ms > 0 else ()
        undo = _undoable(command, steps, change, now_ms + undo_ms)
    doings = (*session.doings, doing)[-MAX_DOINGS:]
    return replace(change, session=replace(change.session, doings=doings, undo=undo))


def undo_change(
    session: Session, cards: dict[str, Card], command: Undo, now_ms: int, decide: Decide
) -> Change:
    """What taking back the last command changes.

    Args:
        decide: How a plain command is decided.

    Raises:
        Conflict: `not_the_last`, `cannot_undo`, `too_late_to_undo`, or whatever refuses one of the
            steps; nothing changes then.
    """
    doing, undo = _checked(session, command, now_ms)
    kind = "redone" if doing.do == "undo" else "undone"
    data = {"do": doing.about, "version": doing.version}
    fact = Fact(kind=kind, data=data | ({"card": doing.card} if doing.card else {}))
    steps: list[Step] = [convert(step, Step) for step in undo.commands]
    return _one_after_another(session, cards, steps, fact, partial(_step, decide, now_ms))


def _checked(session: Session, command: Undo, now_ms: int) -> tuple[Doing, Undoable]:
    doing = session.doings[-1] if session.doings else None
    if doing is None or doing.version != command.version:
        raise Conflict(
            "not_the_last",
            "Something else was done since, so this cannot be taken back any more. Look at what "
            "is there now, and give the opposite command if it still fits.",
            data={} if doing is None else {"last": to_builtins(doing)},
        )
    if session.undo is None:
        raise _cannot_undo(doing.do)
    if now_ms >= session.undo.until_ms:
        raise Conflict(
            "too_late_to_undo",
            "The time to take this back is over. Give the opposite command instead.",
        )
    return doing, session.undo


def _cannot_undo(do: str) -> Conflict:
    why = STAYS.get(do, "This cannot be taken back. Give the opposite command instead.")
    data = {"do": do} | ({"why": do} if do in STAYS else {})
    return Conflict("cannot_undo", why, data=data)


def _undoable(
    command: AnyCommand, steps: tuple[Step, ...], change: Change, until_ms: int
) -> Undoable | None:
    if not steps:
        return None
    if isinstance(steps[0], RecallFlash):
        # Once it can be ordered in, it cannot be recalled any more.
        begun = find_flash(change.session.flashes, steps[0].flash.id)
        until_ms = min(until_ms, begun.starts_ms or 0)
    return Undoable(
        until_ms=until_ms,
        commands=tuple(to_builtins(step) for step in steps),
        redo=to_builtins(command),
    )


def _redoable(session: Session) -> Undoable | None:
    """Taking back can be taken back once, within the window that the command had."""
    undo = session.undo
    if undo is None or undo.redo is None:
        return None
    return Undoable(until_ms=undo.until_ms, commands=(undo.redo,))


def _one_after_another(
    session: Session,
    cards: dict[str, Card],
    steps: list[Step],
    fact: Fact,
    change_of: Callable[[Session, dict[str, Card], Step], Change],
) -> Change:
    """All steps as one change."""
    whole = Change(session=session, facts=(fact,))
    for step in steps:
        change = change_of(whole.session, {**cards, **whole.cards}, step)
        stock = dict(whole.stock)
        for card_id, units in change.stock.items():
            stock[card_id] = stock.get(card_id, 0) + units
        whole = Change(
            session=change.session,
            cards={**whole.cards, **change.cards},
            stock=stock,
            claims={**whole.claims, **change.claims},
            removed=(*whole.removed, *change.removed),
            facts=(*whole.facts, *change.facts),
        )
    return whole


def _step(
    decide: Decide, now_ms: int, session: Session, cards: dict[str, Card], step: Step
) -> Change:
    if isinstance(step, OwnStep):
        return _own_step(session, cards, step)
    return decide(session, cards, step, now_ms)


def _own_step(session: Session, cards: dict[str, Card], step: OwnStep) -> Change:
    match step:
        case Replan(state=state, planned_start_ms=start_ms, planned_end_ms=end_ms):
            after = replace(session, state=state, planned_start_ms=start_ms, planned_end_ms=end_ms)
            data = {"state": str(state), "start": start_ms, "end": end_ms}
            return Change(session=after, facts=(Fact(kind="replanned", data=data),))
        case PutFlash(flash=flash, place=place):
            flashes = (*session.flashes[:place], flash, *session.flashes[place:])
            after = replace(session, flashes=flashes)
            return Change(session=after, facts=(prepared_fact(flash),))
        case PutCard(card=card, stock=stock, rundown=rundown):
            return Change(
                session=replace(session, rundown=rundown),
                cards={card.id: card},
                stock={card.id: stock},
                facts=(added(card, stock),),
            )
        case RecallFlash(flash=flash):
            return _recalled(session, cards[flash.card], flash)


def _recalled(session: Session, card: Card, flash: Flash) -> Change:
    data = {"flash": flash.id, "card": card.id, "stock": card.stock_card}
    return Change(
        session=replace(session, flashes=replaced(session.flashes, flash)),
        cards={card.id: card},
        claims={card.stock_card: Claim()},
        facts=(Fact(kind="flash_recalled", data=data),),
    )
