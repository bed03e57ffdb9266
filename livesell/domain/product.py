"""A product of the catalogue: what a card is made from, again and again, in any session.

The rules for its texts and prices are those of a card, asked there, so that whatever is in the
catalogue can be put into a session.
"""

from msgspec import Struct
from msgspec.structs import replace

from livesell.domain.card import Card, check_card, check_stock
from livesell.domain.ids import check_slug
from livesell.domain.money import check_currency
from livesell.domain.text import clean_line
from livesell.errors import BadInput

# All are read for a search and looked through in memory; 5000 of them are some 2 MB.
MAX_PRODUCTS = 5000
MAX_SKU_CHARS = 64
MAX_QUERY_CHARS = 80

# A card offers it under this number until somebody chooses one.
_ANY_SLOT = 1


class Product(Struct, frozen=True, kw_only=True):
    """The record of a product. Money is in minor units of its currency.

    Attributes:
        was: The price struck through, higher than the price.
        floor: A price below it has to be confirmed.
        donation: What goes to a session's fund for each unit.
        limit: Units one viewer may order in a session; None for no limit.
        sku: The seller's own number for it.
        stock: The usual stock that a session gets of it.
        version: The number of the catalogue's change that wrote it; 0 before it was ever kept.
    """

    id: str
    title: str
    price: int
    currency: str = "CNY"
    was: int | None = None
    floor: int | None = None
    image: str = ""
    badges: tuple[str, ...] = ()
    story: str = ""
    donation: int = 0
    limit: int | None = None
    sku: str = ""
    stock: int = 0
    updated_ms: int = 0
    version: int = 0


def card_of(product: Product, slot: int) -> Card:
    """The card with which a session offers the product; it is closed until the host opens it."""
    return Card(
        id=product.id,
        slot=slot,
        title=product.title,
        price=product.price,
        was=product.was,
        limit=product.limit,
        floor=product.floor,
        image=product.image,
        badges=product.badges,
        story=product.story,
        donation=product.donation,
        product=product.id,
    )


def check_product(product: Product) -> Product:
    """The product with its texts cleaned.

    Raises:
        BadInput: Names the first wrong field.
    """
    check_slug(product.id, "id")
    check_currency(product.currency)
    check_stock(product.stock)
    card = _checked_card(product)
    return replace(
        product,
        title=card.title,
        image=card.image,
        badges=card.badges,
        story=card.story,
        sku=clean_line(product.sku, "sku", max_chars=MAX_SKU_CHARS),
    )


def _checked_card(product: Product) -> Card:
    try:
        return check_card(card_of(product, _ANY_SLOT))
    except BadInput as error:
        # A card's rule names the one badge that is wrong; a product has the field `badges` alone.
        fields = {"badges" if name == "badge" else name: it for name, it in error.fields.items()}
        raise BadInput(error.code, error.message, fields=fields) from error


def is_found(product: Product, query: str) -> bool:
    """Whether each word of the query is somewhere in title, id, number or badges."""
    text = "\n".join((product.title, product.id, product.sku, *product.badges)).casefold()
    return all(word in text for word in query.casefold().split())
