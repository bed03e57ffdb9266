"""What the commands about one card change: its price, stock, limits and gifts."""

from typing import Any

from msgspec import UNSET
from msgspec.structs import replace

from livesell.domain.card import (
    MAX_STOCK,
    Card,
    check_card,
    check_floor,
    check_gifts,
    check_limits,
    check_shelf,
    check_sources,
    check_stock,
    check_was,
)
from livesell.domain.command import (
    AddCard,
    Change,
    Close,
    Fact,
    Gifts,
    Limits,
    Open,
    Price,
    Release,
    Restock,
    SellOn,
    SellOut,
)
from livesell.domain.money import check_price
from livesell.domain.session import Session
from livesell.errors import BadInput, Conflict, NotFound

CardCommand = Open | Close | Price | Restock | Release | Limits | SellOut | SellOn | Gifts


def card_change(
    session: Session, cards: dict[str, Card], command: CardCommand, now_ms: int
) -> Change:
    card = card_in(cards, command.card)
    stock: dict[str, int] = {}
    match command:
        case Open():
            after, facts = replace(card, open=True), [_fact("opened", card)]
        case Close():
            after, facts = replace(card, open=False), [_fact("closed", card)]
        case Price():
            after = _priced(card, command)
            facts = [_fact("priced", card, price=after.price, was=after.was)]
        case Restock(units=units):
            after, stock = _restocked(card, units), {card.id: units}
            facts = [_fact("restocked", card, units=units), *_sold_out_facts(card, after)]
        case Release():
            after = _released(card, command)
            facts = _safety_facts(card, after)
        case Limits():
            after = _limited(card, command)
            facts = [*_limits_facts(card, after), *_safety_facts(card, after)]
        case SellOut() | SellOn():
            after = replace(card, sold_out=isinstance(command, SellOut))
            facts = _sold_out_facts(card, after)
        case Gifts():
            after = _with_gifts(session, cards, card, command, now_ms)
            gifts = [[gift.card, gift.units] for gift in after.gifts]
            facts = [_fact("gifts_set", card, gifts=gifts)]
    return Change(session=session, cards={card.id: after}, stock=stock, facts=tuple(facts))


def with_card(session: Session, cards: dict[str, Card], command: AddCard) -> Change:
    card = check_card(replace(command.card, windows=(), sold_out=False))
    if card.id in cards:
        raise Conflict("card_exists", "A card with this id is in the session already.")
    check_shelf([*cards.values(), card])
    stock = check_stock(command.stock, card)
    return Change(
        session=replace(session, rundown=(*session.rundown, card.id)),
        cards={card.id: card},
        stock={card.id: stock},
        facts=(added(card, stock),),
    )


def added(card: Card, stock: int) -> Fact:
    """The fact that a card came into the session, with all that a recount needs of it."""
    data: dict[str, Any] = {
        "card": card.id, "slot": card.slot, "price": card.price, "stock": stock,
    }  # fmt: skip
    if card.of:
        data |= {"of": card.of, "pack": card.pack}
    return Fact(kind="card_added", data=data)


def card_in(cards: dict[str, Card], card_id: str) -> Card:
    if card_id not in cards:
        raise NotFound("no_such_card", "There is no such card in this session.")
    return cards[card_id]


def _priced(card: Card, command: Price) -> Card:
    check_price(command.price, "price")
    was = card.was if command.was is UNSET else command.was
    after = replace(card, price=command.price, was=was)
    check_was(after)
    if after.price != card.price:
        check_floor(card, after.price, is_confirmed=command.confirm)
    return after


def _restocked(card: Card, units: int) -> Card:
    if type(units) is not int or units == 0 or abs(units) > MAX_STOCK:
        raise BadInput.field(
            "units", f"Restock by a whole number other than 0, {MAX_STOCK} at most."
        )
    _check_keeps_stock(card)
    return replace(card, sold_out=card.sold_out and units < 0)


def _released(card: Card, command: Release) -> Card:
    _check_keeps_stock(card)
    units = card.safety if command.units is UNSET else command.units
    if type(units) is not int or not 0 <= units <= card.safety:
        raise BadInput.field(
            "units", f"Release a whole number of pieces from 0 to {card.safety}: that is all."
        )
    return replace(card, safety=card.safety - units)


def _limited(card: Card, command: Limits) -> Card:
    named = {
        name: getattr(command, name)
        for name in ("limit", "per_order", "safety", "floor")
        if getattr(command, name) is not UNSET
    }
    if named.get("safety", 0) is None:
        named["safety"] = 0
    after = replace(card, **named)
    check_limits(after)
    return after


def _with_gifts(
    session: Session, cards: dict[str, Card], card: Card, command: Gifts, now_ms: int
) -> Card:
    after = replace(card, gifts=tuple(command.gifts))
    check_gifts(after.gifts)
    check_sources(after, cards)
    running = [one for one in session.flashes if one.card == card.id and one.has_claim(now_ms)]
    if after.gifts != card.gifts and running:
        # A gift of the same stock would change how many units its claim is good for.
        raise Conflict(
            "flash_running", "A flash sale of this card is running. Change the gifts afterwards."
        )
    return after


def _check_keeps_stock(card: Card) -> None:
    if card.of:
        raise BadInput.field(
            "card", f"This card draws on the stock of {card.of}. Do this to that card instead."
        )


def _limits_facts(card: Card, after: Card) -> list[Fact]:
    named = ("limit", "per_order", "floor")
    if all(getattr(card, name) == getattr(after, name) for name in named):
        return []
    return [_fact("limits_set", card, **{name: getattr(after, name) for name in named})]


def _safety_facts(card: Card, after: Card) -> list[Fact]:
    return [_fact("safety_set", card, safety=after.safety)] if after.safety != card.safety else []


def _sold_out_facts(card: Card, after: Card) -> list[Fact]:
    if after.sold_out == card.sold_out:
        return []
    return [_fact("sold_out_set", card, sold_out=after.sold_out)]


def _fact(kind: str, card: Card, **data: Any) -> Fact:
    return Fact(kind=kind, data={"card": card.id, **data})
