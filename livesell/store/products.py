"""The catalogue of products: one for the whole service, each product with its version.

A write names the version that it replaces, so two editors never overwrite each other. All
products are read at once and kept until the catalogue changes; the store is asked for the number
of its last change each time, so every node sees every change at once.
"""

from collections import Counter
from collections.abc import Sequence

import msgspec
from msgspec.structs import asdict, replace

from livesell.domain.product import MAX_PRODUCTS, Product
from livesell.errors import Conflict, NotFound
from livesell.store.connect import Link
from livesell.store.scripts import script

_decoder = msgspec.json.Decoder(Product)
_encode = msgspec.json.Encoder().encode


class Products:
    def __init__(self, link: Link) -> None:
        self._link = link
        self._products = link.keys.crew("products")
        self._changes = link.keys.crew("product_changes")
        self._kept: tuple[int, tuple[Product, ...]] = (0, ())

    async def list(self) -> tuple[Product, ...]:
        """All products, the one that was changed last first."""
        (changes,) = await self._link.read(("GET", self._changes))
        if int(changes or 0) != self._kept[0]:
            changes, records = await self._link.read_at_once(
                ("GET", self._changes), ("HVALS", self._products)
            )
            self._kept = (int(changes or 0), _in_order(records))
        return self._kept[1]

    async def find(self, product_id: str) -> Product | None:
        (record,) = await self._link.read(("HGET", self._products, product_id))
        return None if record is None else _decoder.decode(record)

    async def put(self, product: Product) -> Product:
        """Writes a product in place of `product.version`, or a new one when that is 0.

        Returns:
            The product with its new version.

        Raises:
            Conflict: `product_exists`, or `product_changed` with the newer `product`, or
                `too_many_products`.
            NotFound: `no_such_product`: it was removed meanwhile.
        """
        (written,) = await self.put_many([product])
        return written

    async def put_many(self, products: Sequence[Product]) -> tuple[Product, ...]:
        """The same for many, all or none; the first that is in the way is the conflict."""
        if not products:
            return ()
        twice = [one for one, times in Counter(one.id for one in products).items() if times > 1]
        if twice:
            raise _exists(twice[0])
        one = script("put_products")
        arguments: list[str | bytes | int] = [MAX_PRODUCTS]
        for product in products:
            arguments += [product.id, product.version, _record(product)]
        (answer,) = await self._link.write(
            ("EVALSHA", one.sha, 2, self._products, self._changes, *arguments)
        )
        match answer:
            case [-1]:
                raise _too_many()
            case [0, product_id]:
                raise await self._in_the_way(product_id.decode(), products)
            case [version]:
                return tuple(replace(product, version=version) for product in products)
        raise AssertionError(answer)  # the script answers nothing else

    async def remove(self, product_id: str, version: int) -> None:
        """Takes the product out, when this is still its version.

        Raises:
            Conflict: `product_changed`, with the newer `product`.
            NotFound: `no_such_product`.
        """
        one = script("remove_product")
        (word,) = await self._link.write(
            ("EVALSHA", one.sha, 2, self._products, self._changes, product_id, version)
        )
        if word == 0:
            raise _changed(await self.find(product_id))
        if word == -1:
            raise no_such_product()

    async def _in_the_way(
        self, product_id: str, products: Sequence[Product]
    ) -> Conflict | NotFound:
        is_new = any(one.id == product_id and one.version == 0 for one in products)
        there = await self.find(product_id)
        if is_new:
            return _exists(product_id)
        return _changed(there) if there is not None else no_such_product()


def no_such_product() -> NotFound:
    return NotFound(
        "no_such_product", "There is no such product. It may have been removed meanwhile."
    )


def _exists(product_id: str) -> Conflict:
    return Conflict(
        "product_exists",
        f"There is a product with the id {product_id} already. Choose another id, or edit that "
        "one.",
        fields={"id": "This id is taken. Choose another one."},
        data={"id": product_id},
    )


def _changed(product: Product | None) -> Conflict | NotFound:
    if product is None:
        return no_such_product()
    return Conflict(
        "product_changed",
        "Someone else changed this product first. Look at it again, then repeat.",
        data={"product": product},
    )


def _too_many() -> Conflict:
    return Conflict(
        "too_many_products",
        f"The catalogue holds at most {MAX_PRODUCTS} products. Remove some that you sell no more.",
        data={"most": MAX_PRODUCTS},
    )


def _record(product: Product) -> bytes:
    """Without its version, which the script puts first: it numbers the changes."""
    fields = asdict(product)
    del fields["version"]
    return _encode(fields)


def _in_order(records: Sequence[bytes]) -> tuple[Product, ...]:
    products = [_decoder.decode(record) for record in records]
    return tuple(sorted(products, key=lambda one: (-one.version, one.id)))
