"""What the crew does with the catalogue: products are looked up, made, changed and removed."""

from msgspec import Struct
from msgspec.structs import replace

from livesell.clock import Clock
from livesell.domain.money import format_minor
from livesell.domain.person import Actor
from livesell.domain.product import Product, check_product, is_found
from livesell.domain.role import require_figures, require_prepare
from livesell.errors import OutcomeUnknown
from livesell.store import Store
from livesell.store.products import no_such_product


class Found(Struct, frozen=True, kw_only=True):
    """A part of what a search found, and how many it found."""

    products: tuple[Product, ...]
    total: int


class Catalogue:
    """The catalogue on behalf of whoever is named in `by`."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._products = store.products
        self._audit = store.audit
        self._clock = clock

    async def search(self, query: str, offset: int, most: int, *, by: Actor) -> Found:
        """What the query finds, the newest change first; an empty one finds all."""
        require_figures(by.role)
        found = [one for one in await self._products.list() if is_found(one, query)]
        return Found(products=tuple(found[offset : offset + most]), total=len(found))

    async def find(self, product_id: str, *, by: Actor) -> Product:
        """Raises `NotFound` (`no_such_product`)."""
        require_figures(by.role)
        product = await self._products.find(product_id)
        if product is None:
            raise no_such_product()
        return product

    async def put(self, product: Product, *, by: Actor) -> Product:
        """Makes a product (`version` 0), or changes the one that has this version.

        Raises:
            BadInput: Names the first wrong field.
            Conflict: `product_exists`, `product_changed` or `too_many_products`.
            NotFound: `no_such_product`.
            NotAllowed: The role may not prepare sessions.
        """
        require_prepare(by.role)
        checked = replace(check_product(product), updated_ms=self._clock())
        before = await self._products.find(checked.id) if checked.version else None
        written = await self._written(checked)
        did = "product_changed" if checked.version else "product_added"
        await self._note(did, written.id, _change_told(before, written), by)
        return written

    async def remove(self, product_id: str, version: int, *, by: Actor) -> None:
        """Takes out the product that has this version; cards made from it stay as they are.

        Raises:
            Conflict: `product_changed`.
            NotFound: `no_such_product`.
            NotAllowed: The role may not prepare sessions.
        """
        require_prepare(by.role)
        before = await self._products.find(product_id)
        await self._products.remove(product_id, version)
        told = {} if before is None else {"title": before.title}
        await self._note("product_removed", product_id, told, by)

    async def _written(self, product: Product) -> Product:
        try:
            return await self._products.put(product)
        except OutcomeUnknown:
            # The answer was lost. What is there now tells whether it was written.
            there = await self._products.find(product.id)
            if there is not None and replace(there, version=product.version) == product:
                return there
            raise

    async def _note(self, did: str, product_id: str, told: dict[str, str], by: Actor) -> None:
        await self._audit.note(
            by=by.name, did=did, about=product_id, now_ms=self._clock(), data=told
        )


def _change_told(before: Product | None, after: Product) -> dict[str, str]:
    """What goes on record of a change: the title, and the price where it is another one."""
    told = {"title": after.title}
    if before is not None and (before.price, before.currency) != (after.price, after.currency):
        prices = (format_minor(one.price, one.currency) for one in (before, after))
        told["price"] = " → ".join(prices)
    return told
