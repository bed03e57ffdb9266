"""A card: a product as offered in one session, with the slot number that hosts say aloud.

Stock is counted in pieces, on the card that keeps it. "Ten bags for 798" is a card of its own that
draws on the bag's stock; a gift is a piece of yet another card's stock.
"""

from collections.abc import Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from livesell.domain.ids import check_slug
from livesell.domain.money import check_price
from livesell.domain.order import MAX_UNITS
from livesell.domain.session import check_link
from livesell.domain.text import clean_block, clean_line
from livesell.errors import BadInput, Conflict

MAX_CARDS = 200
MAX_SLOT = 999
MAX_STOCK = 10_000_000
MAX_BADGES = 4
MAX_BADGE_CHARS = 16
MAX_STORY_CHARS = 1000
MAX_SCRIPT_CHARS = 2000
MAX_PLAN_S = 7200

# With 999 units an order takes less than 10^7 pieces of a stock, and a whole stock fits into it.
MAX_PACK = 9999
MAX_GIFTS = 4
MAX_GIFT_UNITS = 99

Window = tuple[int, int | None]


class Gift(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Pieces of another card's stock that come with each unit, at no price."""

    card: str
    units: int = 1


class Card(Struct, frozen=True, kw_only=True):
    """The record of a card; how many there are stands in `Units`.

    Attributes:
        price: Minor units, as is `was` (the price struck through, higher than the price).
        limit: Units one viewer may order in this session; None for no limit.
        per_order: The most units in one order; None for no limit of its own.
        of: The card whose stock this one draws on; empty when it keeps its own.
        pack: Pieces of that stock in one unit.
        safety: Pieces that only the host releases; the crew may sell them to a caller.
        floor: A price below it has to be confirmed.
        sold_out: Whether the host said so by hand, whatever the stock is.
        donation: Minor units that go to the session's fund for each unit.
        script: What the host means to say; for the crew only.
        plan_s: Seconds that are planned for explaining it; 0 when nobody planned any.
        product: The product of the catalogue that it was made from; empty when it was typed in.
        open: Whether it can be ordered; a shown card may be closed and the reverse.
        windows: When it was being explained: [start, end) in epoch ms; the end is None while on.
    """

    id: str
    slot: int
    title: str
    price: int
    was: int | None = None
    limit: int | None = None
    per_order: int | None = None
    open: bool = False
    sold_out: bool = False
    of: str = ""
    pack: int = 1
    gifts: tuple[Gift, ...] = ()
    safety: int = 0
    floor: int | None = None
    image: str = ""
    badges: tuple[str, ...] = ()
    story: str = ""
    donation: int = 0
    script: str = ""
    plan_s: int = 0
    product: str = ""
    windows: tuple[Window, ...] = ()

    @property
    def stock_card(self) -> str:
        """The id of the card that keeps the stock."""
        return self.of or self.id


class Units(Struct, frozen=True, kw_only=True):
    """The counts of one card. Invariant: allocated = free + held + sold + written_off.

    Stock is counted in pieces, on the card that keeps it (`Card.of`): `allocated` to
    `written_off`, and what of `free` is promised to somebody already: `flash` (a flash sale's
    rest), `offered` and `waiting` (the waitlist). What was sold is counted on the card that was
    ordered: `orders`, `units`, `ordered` of the orders that stand (neither cancelled nor expired),
    `paid` and `refunded`, money in minor units. `window_*` are the part of `orders`, `units` and
    `ordered` that was placed while the card was being shown.
    """

    allocated: int = 0
    free: int = 0
    held: int = 0
    sold: int = 0
    written_off: int = 0
    flash: int = 0
    offered: int = 0
    waiting: int = 0
    orders: int = 0
    units: int = 0
    ordered: int = 0
    paid: int = 0
    refunded: int = 0
    window_orders: int = 0
    window_units: int = 0
    window_ordered: int = 0


def lines_of(card: Card, units: int = 1) -> tuple[tuple[str, int], ...]:
    """The pieces that so many units take from each stock; the card's own stock comes first."""
    pieces = {card.stock_card: card.pack * units}
    for gift in card.gifts:
        pieces[gift.card] = pieces.get(gift.card, 0) + gift.units * units
    return tuple(pieces.items())


def available(card: Card, units: Units, *, is_flash_on: bool) -> int:
    """The pieces of a stock that anybody may order now.

    Args:
        is_flash_on: Whether what a flash sale has claimed is still its own.
    """
    claims = card.safety + units.offered + units.waiting + (units.flash if is_flash_on else 0)
    return max(0, units.free - claims)


def check_card(card: Card) -> Card:
    """A new card with its texts cleaned.

    Raises:
        BadInput: Names the first wrong field.
    """
    checked = check_described(card)
    if card.floor is not None and card.price < card.floor:
        raise BadInput.field("floor", "The price is below its floor. Correct one of the two.")
    check_donation(card)
    return checked


def check_donation(card: Card) -> None:
    """No more is given away for a unit than is paid for it."""
    if card.donation > card.price:
        raise BadInput.field(
            "donation", "More would go to the fund than the price. Correct one of the two."
        )


def check_described(card: Card) -> Card:
    """The same of a card that is sold already, whose price somebody may have confirmed."""
    check_slug(card.id, "card_id")
    if not 1 <= card.slot <= MAX_SLOT:
        raise BadInput.field("slot", f"The slot number has to be from 1 to {MAX_SLOT}.")
    if len(card.badges) > MAX_BADGES:
        raise BadInput.field("badges", f"A card has at most {MAX_BADGES} badges.")
    check_price(card.price, "price")
    check_price(card.donation, "donation")
    check_was(card)
    check_limits(card)
    check_gifts(card.gifts)
    _check_pack(card)
    _check_whole(card.plan_s, "plan_s", 0, MAX_PLAN_S, "planned time in seconds")
    if card.product:
        check_slug(card.product, "product")
    return replace(
        card,
        title=clean_line(card.title, "title", max_chars=80, required=True),
        story=clean_block(card.story, "story", max_chars=MAX_STORY_CHARS),
        script=clean_block(card.script, "script", max_chars=MAX_SCRIPT_CHARS),
        image=check_link(card.image, "image"),
        badges=tuple(
            clean_line(badge, "badge", max_chars=MAX_BADGE_CHARS, required=True)
            for badge in card.badges
        ),
    )


def check_was(card: Card) -> None:
    """A price that is struck through is higher than the one that holds."""
    if card.was is not None and check_price(card.was, "was") <= card.price:
        raise BadInput.field(
            "was",
            "The price struck through has to be higher than the price. Raise it, or take it away.",
        )


def check_limits(card: Card) -> None:
    """What limits sales: for a person, for an order, the safety stock and the floor price."""
    if card.limit is not None:
        _check_whole(card.limit, "limit", 1, MAX_STOCK, "limit for a viewer", "or left out")
    if card.per_order is not None:
        _check_whole(card.per_order, "per_order", 1, MAX_UNITS, "limit for an order", "or left out")
    _check_whole(card.safety, "safety", 0, MAX_STOCK, "safety stock")
    if card.safety and card.of:
        raise BadInput.field(
            "safety", f"This card draws on the stock of {card.of}. Set the safety stock there."
        )
    if card.floor is not None:
        check_price(card.floor, "floor")


def check_floor(card: Card, price: int, *, is_confirmed: bool) -> None:
    """A price below the floor is a slip more often than not, so it is asked for twice.

    Raises:
        Conflict: `below_floor`, with the `floor`.
    """
    if card.floor is not None and price < card.floor and not is_confirmed:
        raise Conflict(
            "below_floor",
            "This price is below the card's floor price. Confirm it if it is meant.",
            data={"floor": card.floor},
        )


def check_gifts(gifts: Sequence[Gift]) -> None:
    if len(gifts) > MAX_GIFTS or len({gift.card for gift in gifts}) != len(gifts):
        raise BadInput.field("gifts", f"A card has at most {MAX_GIFTS} gifts, each named once.")
    for gift in gifts:
        check_slug(gift.card, "gifts")
        _check_whole(gift.units, "gifts", 1, MAX_GIFT_UNITS, "pieces of a gift")


def _check_pack(card: Card) -> None:
    _check_whole(card.pack, "pack", 1, MAX_PACK, "pack size")
    if card.of:
        check_slug(card.of, "of")
    if card.of == card.id:
        raise BadInput.field("of", "A card that keeps its own stock leaves this out.")


def _check_whole(
    value: object, field: str, least: int, most: int, what: str, hint: str = ""
) -> None:
    if type(value) is not int or not least <= value <= most:
        ending = f", {hint}" if hint else ""
        raise BadInput.field(
            field, f"The {what} has to be a whole number from {least} to {most}{ending}."
        )


def check_stock(value: object, card: Card | None = None) -> int:
    """A starting stock, from 0 to `MAX_STOCK`; none for a card that draws on another's."""
    if type(value) is not int or not 0 <= value <= MAX_STOCK:
        raise BadInput.field(
            "stock", f"The stock has to be a whole number from 0 to {MAX_STOCK}.", "bad_stock"
        )
    if card is not None and card.of and value:
        raise BadInput.field(
            "stock", f"This card draws on the stock of {card.of}, so give it none.", "bad_stock"
        )
    return value


def check_shelf(cards: Sequence[Card]) -> None:
    """Rules among the cards of one session: how many, ids, slot numbers, and whose stock it is."""
    if len(cards) > MAX_CARDS:
        raise BadInput.field("cards", f"A session has at most {MAX_CARDS} cards.")
    slots: set[int] = set()
    for card in cards:
        if card.slot in slots:
            raise BadInput.field(
                "slot", f"Slot number {card.slot} is taken by another card. Choose a free one."
            )
        slots.add(card.slot)
    by_id = {card.id: card for card in cards}
    if len(by_id) != len(cards):
        raise BadInput.field("cards", "Two cards have the same id. Give each its own.")
    for card in cards:
        check_sources(card, by_id)


def check_sources(card: Card, cards: Mapping[str, Card]) -> None:
    """The stocks that a card draws on have to be kept by cards of the same session."""
    for field, source in (("of", card.of), *(("gifts", gift.card) for gift in card.gifts)):
        if source and (source not in cards or cards[source].of):
            raise BadInput.field(
                field, f"There is no card {source} in this session that keeps a stock of its own."
            )


def window_opened(card: Card, now_ms: int) -> Card:
    return replace(card, windows=(*card.windows, (now_ms, None)))


def window_closed(card: Card, now_ms: int) -> Card:
    """The card with its running window ended; unchanged when none runs."""
    if not card.windows or card.windows[-1][1] is not None:
        return card
    start_ms, _ = card.windows[-1]
    return replace(card, windows=(*card.windows[:-1], (start_ms, max(start_ms, now_ms))))


def window_ms(card: Card, now_ms: int) -> int:
    """How long the card has been explained, all windows together."""
    return sum((now_ms if end is None else end) - start for start, end in card.windows)
