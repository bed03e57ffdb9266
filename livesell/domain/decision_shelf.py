"""What the commands about one card change: its price, stock, limits, gifts, and its words."""

from typing import Any

from msgspec import UNSET
from msgspec.structs import asdict, replace

from livesell.domain.card import (
    MAX_STOCK,
    Card,
    check_card,
    check_described,
    check_donation,
    check_floor,
    check_gifts,
    check_limits,
    check_shelf,
    check_sources,
    check_stock,
    check_was,
    lines_of,
)
from livesell.domain.command import (
    AddCard,
    Change,
    Close,
    EditCard,
    Fact,
    Gifts,
    Limits,
    Open,
    Price,
    Release,
    RemoveCard,
    Restock,
    SellOn,
    SellOut,
)
from livesell.domain.money import check_price
from livesell.domain.session import Session
from livesell.errors import BadInput, Conflict, NotFound

CardCommand = (
    Open | Close | Price | Restock | Release | Limits | SellOut | SellOn | Gifts | EditCard
)


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
        case EditCard():
            after = _described(cards, card, command)
            facts = [_fact("card_edited", card, **_told(card, after))]
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


def without_card(session: Session, cards: dict[str, Card], command: RemoveCard) -> Change:
    """The session without a card; that nobody ordered it is looked at when it is written down.

    Raises:
        Conflict: `card_shown`, or `card_in_use`.
    """
    card = card_in(cards, command.card)
    if card.windows:
        raise Conflict(
            "card_shown",
            "This card has been shown, so it belongs to the session's record. Close it instead.",
        )
    _check_nobody_draws_on(session, cards, card)
    return Change(
        session=replace(session, rundown=tuple(one for one in session.rundown if one != card.id)),
        removed=(card.id,),
        facts=(_fact("card_removed", card, slot=card.slot, title=card.title),),
    )


def _check_nobody_draws_on(session: Session, cards: dict[str, Card], card: Card) -> None:
    for other in cards.values():
        if other.id != card.id and any(stock == card.id for stock, _ in lines_of(other)):
            raise Conflict(
                "card_in_use",
                f"Card number {other.slot} takes pieces of this card's stock. Change or remove "
                "that one first.",
                data={"slot": other.slot},
            )
    if any(flash.card == card.id for flash in session.flashes):
        raise Conflict(
            "card_in_flash",
            "This card has a flash sale. Take the flash sale away first; if it has run, close the "
            "card instead.",
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


def _described(cards: dict[str, Card], card: Card, command: EditCard) -> Card:
    changes = {k: v for k, v in asdict(command).items() if v is not UNSET and k != "card"}
    if "badges" in changes:
        changes["badges"] = tuple(changes["badges"])
    after = check_described(replace(card, **changes))
    if "donation" in changes:
        check_donation(after)
    if after.slot != card.slot:
        check_shelf([*(one for one in cards.values() if one.id != card.id), after])
    return after


def _told(card: Card, after: Card) -> dict[str, Any]:
    """What was changed, and to what; of a script, which is saved as it is typed, its length."""
    told = {name: value for name, value in asdict(after).items() if getattr(card, name) != value}
    if "script" in told:
        told["script_chars"] = len(told.pop("script"))
    return told


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
