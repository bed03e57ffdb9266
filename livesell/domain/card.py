"""A card: a product as offered in one session, with the slot number that hosts say aloud."""

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from livesell.domain.ids import check_slug
from livesell.domain.money import check_price
from livesell.domain.session import check_link
from livesell.domain.text import clean_block, clean_line
from livesell.errors import BadInput

MAX_CARDS = 200
MAX_SLOT = 999
MAX_STOCK = 10_000_000
MAX_BADGES = 4
MAX_BADGE_CHARS = 16
MAX_STORY_CHARS = 1000

Window = tuple[int, int | None]


class Card(Struct, frozen=True, kw_only=True):
    """The record of a card; how many there are stands in `Units`.

    Attributes:
        price: Minor units, as is `was` (the price struck through).
        limit: Units one viewer may order in this session; None for no limit.
        donation: Minor units that go to the session's fund for each unit.
        open: Whether it can be ordered; a shown card may be closed and the reverse.
        windows: When it was being explained: [start, end) in epoch ms; the end is None while on.
    """

    id: str
    slot: int
    title: str
    price: int
    was: int | None = None
    limit: int | None = None
    open: bool = False
    image: str = ""
    badges: tuple[str, ...] = ()
    story: str = ""
    donation: int = 0
    windows: tuple[Window, ...] = ()


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


def check_card(card: Card) -> Card:
    """The card with its texts cleaned.

    Raises:
        BadInput: Names the first wrong field.
    """
    check_slug(card.id, "card_id")
    if not 1 <= card.slot <= MAX_SLOT:
        raise BadInput.field("slot", f"The slot number has to be from 1 to {MAX_SLOT}.")
    if card.limit is not None and not 1 <= card.limit <= MAX_STOCK:
        raise BadInput.field(
            "limit", f"The limit for a viewer has to be from 1 to {MAX_STOCK}, or left out."
        )
    if len(card.badges) > MAX_BADGES:
        raise BadInput.field("badges", f"A card has at most {MAX_BADGES} badges.")
    check_price(card.price, "price")
    check_price(card.donation, "donation")
    if card.was is not None:
        check_price(card.was, "was")
    return replace(
        card,
        title=clean_line(card.title, "title", max_chars=80, required=True),
        story=clean_block(card.story, "story", max_chars=MAX_STORY_CHARS),
        image=check_link(card.image, "image"),
        badges=tuple(
            clean_line(badge, "badge", max_chars=MAX_BADGE_CHARS, required=True)
            for badge in card.badges
        ),
    )


def check_stock(value: object) -> int:
    """A starting stock, from 0 to `MAX_STOCK`."""
    if type(value) is not int or not 0 <= value <= MAX_STOCK:
        raise BadInput.field(
            "stock", f"The stock has to be a whole number from 0 to {MAX_STOCK}.", "bad_stock"
        )
    return value


def check_shelf(cards: Sequence[Card]) -> None:
    """Rules among the cards of one session: how many, and one card a slot number and an id."""
    if len(cards) > MAX_CARDS:
        raise BadInput.field("cards", f"A session has at most {MAX_CARDS} cards.")
    slots: set[int] = set()
    for card in cards:
        if card.slot in slots:
            raise BadInput.field(
                "slot", f"Slot number {card.slot} is taken by another card. Choose a free one."
            )
        slots.add(card.slot)
    if len({card.id for card in cards}) != len(cards):
        raise BadInput.field("cards", "Two cards have the same id. Give each its own.")


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
