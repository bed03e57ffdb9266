"""What each host command changes: from what is, to a `Change`. Pure.

A change is new records, stock to add and facts for the ledger. Commands about one card are decided
in `decision_shelf.py`, those of flash sales in `decision_flash.py`, taking one back in
`decision_undo.py`. Writing a change down atomically is `store/lua/commit.lua`; the commands
themselves are `domain/command.py`.
"""

from msgspec import UNSET
from msgspec.structs import asdict, replace

from livesell.domain.card import (
    Card,
    check_card,
    check_shelf,
    check_stock,
    window_closed,
    window_opened,
)
from livesell.domain.command import (
    AddCard,
    AnyCommand,
    Cancel,
    Change,
    DropFlash,
    Edit,
    End,
    EndFlash,
    Extend,
    Fact,
    Hide,
    Miss,
    Notice,
    Pause,
    PlainCommand,
    PrepareFlash,
    RemoveCard,
    Reorder,
    Resume,
    Schedule,
    Show,
    Start,
    StartFlash,
    Undo,
)
from livesell.domain.decision_flash import flash_change, started_flashes, with_flashes_ended
from livesell.domain.decision_shelf import added, card_change, card_in, with_card, without_card
from livesell.domain.decision_undo import undo_change
from livesell.domain.session import (
    CLOSED,
    MAX_NOTICE_CHARS,
    ON_AIR,
    Session,
    State,
    check_planned,
    check_session,
    moved,
)
from livesell.domain.text import clean_block
from livesell.errors import BadInput, Conflict


def created(session: Session, cards: list[Card], stock: dict[str, int]) -> Change:
    """A new session with its first cards, checked as one.

    A session with planned times is born scheduled, one without is a draft. Without a rundown that
    names every card, theirs is by slot number.
    """
    checked = [check_card(replace(card, windows=(), sold_out=False)) for card in cards]
    check_shelf(checked)
    shelf = {card.id: card for card in checked}
    state = State.DRAFT if session.planned_start_ms is None else State.SCHEDULED
    by_slot = [card.id for card in sorted(shelf.values(), key=lambda card: card.slot)]
    is_planned = sorted(session.rundown) == sorted(by_slot)
    # Everything that only the course of a broadcast may set starts blank.
    fresh = replace(
        session,
        state=state,
        rundown=session.rundown if is_planned else tuple(by_slot),
        shown=None,
        shown_since_ms=None,
        started_ms=None,
        ended_ms=None,
        paused_since_ms=None,
        paused_ms=0,
        flashes=(),
        undo=None,
        doings=(),
    )
    counts = {card.id: check_stock(stock.get(card.id, 0), card) for card in checked}
    facts = [Fact(kind="created", data={"title": session.title, "state": str(state)})]
    facts += [added(card, counts[card.id]) for card in shelf.values()]
    return Change(session=check_session(fresh), cards=shelf, stock=counts, facts=tuple(facts))


def decide(session: Session, cards: dict[str, Card], command: AnyCommand, now_ms: int) -> Change:
    """What `command` changes, at `now_ms`; a change without facts when all is as it should be.

    Raises:
        BadInput: A value is out of bounds.
        NotFound: It names a card that is not in this session.
        Conflict: The session's state does not allow it.
    """
    if session.state in CLOSED and not _is_for_after(session, command):
        raise Conflict(
            "wrong_state",
            "This session is closed, so nothing in it can be changed any more.",
            data={"state": str(session.state)},
        )
    if isinstance(command, Undo):
        return undo_change(session, cards, command, now_ms, _changed)
    change = _changed(session, cards, command, now_ms)
    is_same = all(cards.get(card.id) == card for card in change.cards.values())
    is_same = is_same and not (change.stock or change.claims or change.removed)
    if change.session == session and is_same:
        return Change(session=session, facts=())
    return change


def _is_for_after(session: Session, command: AnyCommand) -> bool:
    """Whether it only says where the recording is, which is known when the show is over.

    After the end nothing else is ever remembered to be taken back.
    """
    if session.state is not State.ENDED:
        return False
    if isinstance(command, Undo):
        return bool(session.doings) and session.doings[-1].about == "edit"
    if not isinstance(command, Edit):
        return False
    return [name for name, value in asdict(command).items() if value is not UNSET] == ["replay"]


def _changed(
    session: Session, cards: dict[str, Card], command: PlainCommand, now_ms: int
) -> Change:
    match command:
        case Start() | Pause() | Resume() | End() | Extend() | Cancel() | Miss() | Schedule():
            return _course(session, cards, command, now_ms)
        case Show() | Hide():
            return _showing(session, cards, command, now_ms)
        case AddCard():
            return with_card(session, cards, command)
        case RemoveCard():
            return without_card(session, cards, command)
        case PrepareFlash() | StartFlash() | EndFlash() | DropFlash():
            return flash_change(session, cards, command, now_ms)
        case Notice() | Reorder() | Edit():
            return _describing(session, cards, command)
        case _:
            return card_change(session, cards, command, now_ms)


def _course(
    session: Session,
    cards: dict[str, Card],
    command: Start | Pause | Resume | End | Extend | Cancel | Miss | Schedule,
    now_ms: int,
) -> Change:
    match command:
        case Schedule(planned_start_ms=start_ms, planned_end_ms=end_ms):
            check_planned(start_ms, end_ms)
            after = moved(session, "schedule", planned_start_ms=start_ms, planned_end_ms=end_ms)
            fact = Fact(kind="scheduled", data={"start": start_ms, "end": end_ms})
        case Start():
            after = _started(session, now_ms)
            fact = Fact(kind="started")
        case Pause():
            after = moved(session, "pause", paused_since_ms=now_ms)
            fact = Fact(kind="paused")
        case Resume():
            after = _unpaused(moved(session, "resume"), now_ms)
            fact = Fact(kind="resumed")
        case Extend(planned_end_ms=end_ms):
            after = _extended(session, end_ms, now_ms)
            fact = Fact(kind="extended", data={"end": end_ms})
        case Cancel():
            after = moved(session, "cancel")
            fact = Fact(kind="cancelled")
        case Miss():
            after = moved(session, "miss")
            fact = Fact(kind="missed")
        case End():
            return _ended(session, cards, now_ms)
    return Change(session=after, facts=(fact,))


def _started(session: Session, now_ms: int) -> Session:
    """A start after the planned end keeps the planned length; else it would end at once."""
    after = moved(session, "start", started_ms=now_ms)
    start_ms, end_ms = session.planned_start_ms, session.planned_end_ms
    if start_ms is None or end_ms is None or now_ms < end_ms:
        return after
    return replace(after, planned_end_ms=now_ms + end_ms - start_ms)


def _extended(session: Session, end_ms: int, now_ms: int) -> Session:
    if session.state not in ON_AIR:
        raise Conflict(
            "wrong_state",
            "Only a session on air can be extended; reschedule this one instead.",
            data={"state": str(session.state)},
        )
    if end_ms <= now_ms:
        raise BadInput.field("planned_end", "The new end is in the past. Choose a later one.")
    check_planned(min(session.planned_start_ms or now_ms, now_ms), end_ms)
    return replace(session, planned_end_ms=end_ms)


def _ended(session: Session, cards: dict[str, Card], now_ms: int) -> Change:
    after = moved(session, "end", ended_ms=now_ms, shown=None, shown_since_ms=None)
    after = _unpaused(after, now_ms) if session.state is State.PAUSED else after
    hidden = Change(
        session=after, cards=_hidden(session, cards, now_ms), facts=_hide_facts(session)
    )
    change = with_flashes_ended(hidden, cards, started_flashes(session), now_ms)
    return replace(change, facts=(*change.facts, Fact(kind="ended")))


def _unpaused(session: Session, now_ms: int) -> Session:
    since_ms = session.paused_since_ms if session.paused_since_ms is not None else now_ms
    return replace(
        session, paused_since_ms=None, paused_ms=session.paused_ms + max(0, now_ms - since_ms)
    )


def _showing(session: Session, cards: dict[str, Card], command: Show | Hide, now_ms: int) -> Change:
    if session.state not in ON_AIR:
        raise Conflict(
            "wrong_state",
            "Cards can be shown and hidden while the session is on air. Start it first.",
            data={"state": str(session.state)},
        )
    hidden = _hidden(session, cards, now_ms)
    if isinstance(command, Hide):
        after = replace(session, shown=None, shown_since_ms=None)
        return Change(session=after, cards=hidden, facts=_hide_facts(session))
    card = card_in(cards, command.card)
    if session.shown == card.id:
        return Change(session=session, facts=())
    return Change(
        session=replace(session, shown=card.id, shown_since_ms=now_ms),
        cards={**hidden, card.id: window_opened(card, now_ms)},
        facts=(*_hide_facts(session), Fact(kind="shown", data={"card": card.id})),
    )


def _hidden(session: Session, cards: dict[str, Card], now_ms: int) -> dict[str, Card]:
    if session.shown is None or session.shown not in cards:
        return {}
    return {session.shown: window_closed(cards[session.shown], now_ms)}


def _hide_facts(session: Session) -> tuple[Fact, ...]:
    return () if session.shown is None else (Fact(kind="hidden", data={"card": session.shown}),)


def _describing(
    session: Session, cards: dict[str, Card], command: Notice | Reorder | Edit
) -> Change:
    match command:
        case Notice(text=text):
            notice = clean_block(text, "notice", max_chars=MAX_NOTICE_CHARS)
            after = replace(session, notice=notice)
            fact = Fact(kind="noticed", data={"text": notice})
        case Reorder(rundown=rundown):
            if sorted(rundown) != sorted(cards):
                raise BadInput.field(
                    "rundown", "The rundown has to name every card of the session exactly once."
                )
            after = replace(session, rundown=tuple(rundown))
            fact = Fact(kind="reordered", data={"rundown": rundown})
        case Edit():
            changes = {k: v for k, v in asdict(command).items() if v is not UNSET}
            after = check_session(replace(session, **changes))
            fact = Fact(kind="edited", data=changes)
    return Change(session=after, facts=(fact,))
