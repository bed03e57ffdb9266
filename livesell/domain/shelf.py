"""How much of each card can be bought now. `store/lua/place_order.lua` judges orders the same way.

This is what pages show; it decides nothing. Between a pull and an order somebody else may have been
faster, and the store's answer is the one that counts.
"""

from livesell.domain.card import Card, Units, available, lines_of
from livesell.domain.flash import Flash
from livesell.domain.session import Session
from livesell.domain.truth import Truth


def claiming_flash(session: Session, card: Card, now_ms: int) -> Flash | None:
    """The card's flash sale that counts down or is on."""
    for flash in session.flashes:
        if flash.card == card.id and flash.has_claim(now_ms):
            return flash
    return None


def flash_left(card: Card, units: Units) -> int:
    """Units of the card that its flash sale is still good for; `units` are those of its stock."""
    _, pieces = lines_of(card)[0]
    return max(0, min(units.flash, units.free)) // pieces


def running_flash(truth: Truth, card: Card) -> Flash | None:
    """The flash sale that the card is sold in now: it is on, and something is left of it."""
    flash = claiming_flash(truth.session, card, truth.as_of_ms)
    if flash is None or not flash.is_on(truth.as_of_ms):
        return None
    return flash if flash_left(card, truth.units[card.stock_card]) else None


def price_now(truth: Truth, card: Card) -> int:
    """What a unit costs now, minor units."""
    flash = running_flash(truth, card)
    return card.price if flash is None else flash.price


def most_units(truth: Truth, card: Card) -> int:
    """Units of the card that anybody may order now; gifts run out too.

    While a flash sale is on, these are the units that it has left, if any.
    """
    if card.sold_out:
        return 0
    own, *gifts = lines_of(card)
    if running_flash(truth, card) is None:
        most = _public(truth, own[0]) // own[1]
    else:
        most = flash_left(card, truth.units[card.stock_card])
    return min([most, *(_public(truth, stock) // pieces for stock, pieces in gifts)])


def _public(truth: Truth, stock: str) -> int:
    is_flash_on = any(
        truth.cards[flash.card].stock_card == stock and flash.has_claim(truth.as_of_ms)
        for flash in truth.session.flashes
    )
    return available(truth.cards[stock], truth.units[stock], is_flash_on=is_flash_on)
