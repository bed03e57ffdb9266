"""What the commands of flash sales change; the record and its rules are `domain/flash.py`."""

from msgspec.structs import replace

from livesell.domain.card import Card, check_floor, lines_of
from livesell.domain.command import (
    Change,
    Claim,
    DropFlash,
    EndFlash,
    Fact,
    PrepareFlash,
    StartFlash,
)
from livesell.domain.flash import (
    MAX_FLASHES,
    Flash,
    check_cheaper,
    check_flash,
    ended,
    find_flash,
    new_flash_id,
    replaced,
    started,
)
from livesell.domain.session import Session, State
from livesell.errors import BadInput, Conflict, NotFound


def flash_change(
    session: Session,
    cards: dict[str, Card],
    command: PrepareFlash | StartFlash | EndFlash | DropFlash,
    now_ms: int,
) -> Change:
    match command:
        case PrepareFlash():
            return _prepared(session, cards, command)
        case StartFlash(flash=flash_id):
            return _started(session, cards, find_flash(session.flashes, flash_id), now_ms)
        case EndFlash(flash=flash_id):
            flash = find_flash(session.flashes, flash_id)
            if not flash.is_started:
                raise _wrong_state("This flash sale is not running, so it cannot be ended.", flash)
            return with_flashes_ended(Change(session=session, facts=()), cards, [flash], now_ms)
        case DropFlash(flash=flash_id):
            return _dropped(session, find_flash(session.flashes, flash_id))


def with_flashes_ended(
    change: Change, cards: dict[str, Card], flashes: list[Flash], now_ms: int
) -> Change:
    """The change, and with it the end of these flash sales: what is left of them is free again."""
    session, facts = change.session, list(change.facts)
    touched, claims = dict(change.cards), dict(change.claims)
    for flash in flashes:
        card = touched.get(flash.card, cards[flash.card])
        session = replace(session, flashes=replaced(session.flashes, ended(flash, now_ms)))
        touched[card.id] = card
        claims[card.stock_card] = Claim()
        data = {"flash": flash.id, "card": card.id, "stock": card.stock_card}
        facts.append(Fact(kind="flash_ended", data=data))
    return Change(
        session=session, cards=touched, stock=change.stock, claims=claims, facts=tuple(facts)
    )


def started_flashes(session: Session) -> list[Flash]:
    """Those whose end nobody has written down yet."""
    return [flash for flash in session.flashes if flash.is_started]


def _prepared(session: Session, cards: dict[str, Card], command: PrepareFlash) -> Change:
    card = cards.get(command.card)
    if card is None:
        raise NotFound("no_such_card", "There is no such card in this session.")
    flash = check_flash(
        Flash(
            id=command.id or new_flash_id(session.flashes),
            card=card.id,
            price=command.price,
            units=command.units,
            limit=command.limit,
            countdown_s=command.countdown_s,
            lasts_s=command.lasts_s,
        )
    )
    if any(known.id == flash.id for known in session.flashes):
        raise Conflict("flash_exists", "A flash sale with this id is in the session already.")
    if len(session.flashes) >= MAX_FLASHES:
        raise BadInput.field("flash", f"A session has at most {MAX_FLASHES} flash sales.")
    check_cheaper(flash, card.price)
    check_floor(card, flash.price, is_confirmed=command.confirm)
    return Change(
        session=replace(session, flashes=(*session.flashes, flash)), facts=(prepared_fact(flash),)
    )


def prepared_fact(flash: Flash) -> Fact:
    data = {
        "flash": flash.id, "card": flash.card, "price": flash.price, "units": flash.units,
        "limit": flash.limit, "countdown_s": flash.countdown_s, "lasts_s": flash.lasts_s,
    }  # fmt: skip
    return Fact(kind="flash_prepared", data=data)


def _started(session: Session, cards: dict[str, Card], flash: Flash, now_ms: int) -> Change:
    if session.state is not State.LIVE:
        raise Conflict(
            "wrong_state",
            "A flash sale starts while the session is live. Start it, or go on after the pause.",
            data={"state": str(session.state)},
        )
    if flash.starts_ms is not None:
        raise _wrong_state("This flash sale was started before. Prepare another one.", flash)
    card = cards[flash.card]
    check_cheaper(flash, card.price)
    rivals = [
        other for other in started_flashes(session)
        if cards[other.card].stock_card == card.stock_card
    ]  # fmt: skip
    if any(other.has_claim(now_ms) for other in rivals):
        raise Conflict(
            "flash_running",
            "Another flash sale of this stock is running. End it, or wait for its end.",
        )
    begun = started(flash, now_ms)
    _, pieces = lines_of(card, flash.units)[0]
    # Those that are over by the clock are put away first: a stock has one claim.
    tidied = with_flashes_ended(Change(session=session, facts=()), cards, rivals, now_ms)
    data = {
        "flash": flash.id, "card": card.id, "stock": card.stock_card, "pieces": pieces,
        "starts": begun.starts_ms, "ends": begun.ends_ms,
    }  # fmt: skip
    return Change(
        session=replace(tidied.session, flashes=replaced(tidied.session.flashes, begun)),
        cards={**tidied.cards, card.id: card},
        claims={card.stock_card: Claim(pieces=pieces, until_ms=begun.ends_ms or 0)},
        facts=(*tidied.facts, Fact(kind="flash_started", data=data)),
    )


def _dropped(session: Session, flash: Flash) -> Change:
    if flash.starts_ms is not None:
        raise _wrong_state("This flash sale was started, so it stays on record.", flash)
    left = tuple(one for one in session.flashes if one.id != flash.id)
    data = {"flash": flash.id, "card": flash.card}
    return Change(
        session=replace(session, flashes=left), facts=(Fact(kind="flash_dropped", data=data),)
    )


def _wrong_state(sentence: str, flash: Flash) -> Conflict:
    return Conflict("wrong_flash_state", sentence, data={"flash": flash.id})
