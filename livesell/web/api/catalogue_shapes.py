"""What the catalogue's routes take and answer."""

from typing import Annotated

from msgspec import Meta

from livesell.domain.product import MAX_QUERY_CHARS
from livesell.web.api.shapes import MAX_EXACT, Answer, Body
from livesell.web.api.times import Moment

MOST_ON_A_PAGE = 200


class ProductFields(Body, frozen=True, kw_only=True):
    """A product as it is typed in. Money is in minor units of its currency; `stock` is the usual
    one that a session gets.
    """

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


class ProductBody(ProductFields, frozen=True, kw_only=True):
    """A new product; without `id` it gets one that follows its title."""

    id: str | None = None


class ProductEditBody(ProductFields, frozen=True, kw_only=True):
    """A product in place of the one at `version`, with all of its fields."""

    version: Annotated[int, Meta(ge=1, le=MAX_EXACT)]


class ProductsQuery(Body, frozen=True, kw_only=True):
    """Words that are looked for in title, id, the seller's number and badges; and which part."""

    q: Annotated[str, Meta(max_length=MAX_QUERY_CHARS)] = ""
    offset: Annotated[int, Meta(ge=0, le=MAX_EXACT)] = 0
    most: Annotated[int, Meta(ge=1, le=MOST_ON_A_PAGE)] = 60


class RemoveQuery(Body, frozen=True, kw_only=True):
    """The version that was seen."""

    version: Annotated[int, Meta(ge=1, le=MAX_EXACT)]


class ProductRow(ProductFields, Answer, frozen=True, kw_only=True):
    """A product with its version, which a change has to name."""

    id: str
    version: int
    updated: Moment


class PhotoSizeRow(Answer, frozen=True, kw_only=True):
    """One file of a photo; a small photo is never enlarged, so `width` may be below the one in
    the address.
    """

    address: str
    width: int
    height: int
    bytes: int


class PhotoRow(PhotoSizeRow, frozen=True, kw_only=True):
    """The largest file of a photo, which stands for it; `sizes` has all, the smallest first."""

    sizes: list[PhotoSizeRow]


class PhotoAnswer(Answer, frozen=True, kw_only=True):
    photo: PhotoRow


class ProductAnswer(Answer, frozen=True, kw_only=True):
    product: ProductRow


class ProductsAnswer(Answer, frozen=True, kw_only=True):
    """The newest change first; `total` counts all that was found."""

    products: list[ProductRow]
    total: int
